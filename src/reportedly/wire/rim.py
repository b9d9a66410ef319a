"""What the live loop shares with its second looks: the store in its one thread, a host, a page that came, a fault's cost."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.db import Error

from reportedly.collect.client import Fetched
from reportedly.errors import StoreDamaged
from reportedly.values import Page, Reason, SetAside

LOG = logging.getLogger(__name__)
_Asked = ParamSpec("_Asked")
_Answer = TypeVar("_Answer")


def in_store(work: Callable[_Asked, _Answer]) -> Callable[_Asked, Awaitable[_Answer]]:
    """The work as it is done from the loop: in the one thread that Django's connection lives in."""
    return sync_to_async(work, thread_sensitive=True)


def host_of(url: str) -> str:
    """The host of an address, "" where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def with_answer(page: Page, answer: Fetched) -> Page:
    """The page that was asked for, with what came."""
    return replace(
        page,
        body=answer.body,
        fetched=answer.fetched,
        final_url=answer.final_url,
        content_type=answer.content_type or page.content_type,
    )


def fault(url: str, why: BaseException) -> SetAside:
    """A mistake of ours that one feed or page brought out, as what it costs: that feed or page.

    A store or machine that fails, and the wish to stop, are raised: they are nobody's feed.
    """
    if not isinstance(why, Exception) or isinstance(why, (Error, OSError, MemoryError, StoreDamaged)):
        raise why
    LOG.error("%s brought out a mistake of reportedly's own", url, exc_info=why)
    said = " ".join(str(why).split())
    return SetAside(
        url=url, reason=Reason.BAD_RECORD, detail=f"a mistake of reportedly's own: {type(why).__name__} {said}"[:300]
    )
