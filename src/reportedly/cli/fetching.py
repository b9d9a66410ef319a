"""How we fetch, from the settings. Needs no Django, so that an address can be tried before there is a store."""

from __future__ import annotations

from reportedly.cli.config import Settings
from reportedly.collect.client import FetchRules


def fetch_rules(settings: Settings) -> FetchRules:
    """How the collector may fetch, from the settings."""
    return FetchRules(
        user_agent=settings.user_agent,
        pace_s=settings.pace_s,
        timeout_s=settings.timeout_s,
        limit_bytes=settings.page_limit_mb << 20,
        allow=settings.allow,
    )
