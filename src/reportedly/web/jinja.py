"""The Jinja2 environment of the public pages."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse
from jinja2 import Environment, StrictUndefined


def environment(**options: Any) -> Environment:
    """Templates that escape by default and fail on a name they were not given."""
    options["undefined"] = StrictUndefined
    env = Environment(**options)
    env.globals.update(static=static, url=reverse)
    return env
