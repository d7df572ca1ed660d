"""What an application gets: events, receipts, pages; and the words for where to begin."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal, Mapping, Union

Priority = Literal["critical", "high", "normal", "low"]
Confirm = Literal["accepted", "persisted", "delivered"]
AckMode = Literal["auto", "manual", "none"]
Order = Literal["lanes", "offset"]
Overflow = Literal["catchUp", "conflate", "dropOldest", "disconnect"]

_RFC_3339 = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))")


@dataclass(frozen=True)
class Position:
    """A place in one life of a log: the events after ``offset`` follow it."""

    epoch: str
    offset: int


@dataclass(frozen=True)
class Last:
    """The last ``count`` events."""

    count: int


From = Union[Literal["now", "earliest", "session"], Position, Last, Mapping[str, Any]]


@dataclass(frozen=True)
class Event:
    """One event of a channel's log."""

    channel: str
    offset: int
    id: str
    type: str
    data: Any
    time_text: str
    priority: str = "normal"
    key: str | None = None
    source: str | None = None
    user: str | None = None
    correlation_id: str | None = None
    session: str | None = None
    hash: bytes = b""
    attempt: int = 1

    @property
    def time(self) -> datetime:
        """When the channel took it, by the server's clock, with a time zone."""
        return parse_time(self.time_text)


@dataclass(frozen=True)
class Receipt:
    """What a channel promises of a publish: ``accepted``, ``persisted`` (on disk, at this offset) or ``delivered``."""

    status: str
    channel: str
    epoch: str = ""
    offset: int = 0
    hash: bytes = b""
    # It had been published before, by an earlier sending of the same publish; this is where.
    duplicate: bool = False
    # How many sessions have acked it, of how many that were online: where that was asked for.
    acked: int | None = None
    of: int | None = None
    # Where that was asked for: the sessions that have not acked, each with its user or None; at most 100.
    missing: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class EventPage:
    """A page of a channel's log, in order of offset. ``next`` is where the next page begins; None: this was the last."""

    epoch: str
    events: tuple[Event, ...]
    next: From | None


def parse_time(text: str) -> datetime:
    """Reads a time as RFC 3339 writes it, with any number of digits behind the second."""
    found = _RFC_3339.fullmatch(text)
    if found is None:
        raise ValueError(f"A time such as 2026-11-21T10:00:00.000Z is expected; {text!r} came.")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    microsecond = int((found[7] or "0").ljust(6, "0")[:6])
    offset = timedelta() if found[8] else timedelta(hours=int(found[10]), minutes=int(found[11])) * (-1 if found[9] == "-" else 1)
    # RFC 3339 allows a leap second, which datetime does not know.
    return datetime(year, month, day, hour, minute, min(second, 59), microsecond, timezone(offset))
