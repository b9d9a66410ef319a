"""`python -m reportedly` is the command `reportedly`."""

from reportedly.cli.main import main

raise SystemExit(main())
