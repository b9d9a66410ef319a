"""The Django app of the public site, which holds its templates and static files."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Public pages and feeds."""

    name = "reportedly.web"
    label = "web"
