"""The product's own settings over a data folder of the test run's own."""

import os
import tempfile

os.environ.setdefault("REPORTEDLY_DATA", tempfile.mkdtemp(prefix="reportedly-tests-"))

from reportedly.cli.settings import *  # noqa: F403
