"""A value that was found, and where."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Found(Generic[T]):
    """A value, and where it was found."""

    value: T
    where: str = "unknown"
