"""The one small tree of errors.

What a normal day brings is a value (`SetAside`); these are broken promises, each naming the thing.
"""


class ReportedlyError(Exception):
    """Whatever reportedly raises on purpose. Its text is one clear sentence for a person."""


class UsageError(ReportedlyError):
    """A command or function was asked for something it cannot do; exit code 2."""


class NaiveTime(ReportedlyError):
    """A time without a zone where an aware one is needed."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has no time zone; give an aware time in UTC")


class BadSpan(ReportedlyError):
    """A span that does not lie inside its text."""


class BadValue(ReportedlyError):
    """A value that breaks its own promise, such as a chain without a voice."""


class NoSuchSubject(ReportedlyError):
    """No subject answers to this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no subject is called {name!r}")
        self.name = name


class NoSuchOutlet(ReportedlyError):
    """No outlet answers to this name or address."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no outlet is called {name!r}")
        self.name = name


class NotRead(ReportedlyError):
    """One of many items gave no reading. `number` is its place, the first is 1."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"item {number}: {why}")
        self.number = number


class UnreadableFile(UsageError):
    """A file that is missing, a directory, empty, or in no encoding we can read."""

    def __init__(self, path: object, why: str) -> None:
        super().__init__(f"{path}: {why}")


class BlockedAddress(ReportedlyError):
    """An address the collector must not reach: loopback, private, link-local and their disguises."""


class FetchFailed(ReportedlyError):
    """A page or feed could not be fetched; says which and why."""


class StoreBusy(UsageError):
    """Another reportedly works on the same data folder."""


class StoreDamaged(ReportedlyError):
    """The store or one of its files is not what it should be."""
