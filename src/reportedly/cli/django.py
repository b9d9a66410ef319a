"""Start Django for a command: our settings, the store's folder, tables up to date."""

from __future__ import annotations

import os

from reportedly.cli import config
from reportedly.errors import UsageError


def start(*, migrate: bool = True, must_exist: bool = False) -> config.Settings:
    """Make the store ready and return the settings it was made ready with.

    With `must_exist`, a data folder without a store is an error instead of being made. Raises UsageError.
    """
    settings = config.load()
    if must_exist and not settings.store.exists():
        raise UsageError(f"there is no wire in {settings.data} yet; start one with `reportedly serve` or `import`")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reportedly.cli.settings")
    settings.data.mkdir(parents=True, exist_ok=True)

    import django

    django.setup()
    if migrate:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
    return settings
