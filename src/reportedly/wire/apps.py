"""The Django app that holds the wire's tables."""

from django.apps import AppConfig


class WireConfig(AppConfig):
    """Tables of the wire."""

    name = "reportedly.wire"
    label = "wire"
    default_auto_field = "django.db.models.BigAutoField"
