"""What servers say, as a client reads it, and the form in which a client says something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Union

from ..events import Event, Receipt
from ..members import PresenceMember

INTEGER_MAX = 2**53 - 1
FRAME_BYTES_MAX = 65_536
MESSAGE_BYTES_MAX = 1_048_576


class OffsetRange(NamedTuple):
    """Offsets from the first to the last, both included."""

    first: int
    last: int


class ClientFrame(NamedTuple):
    """One thing that a client says: the kind, its body in the names of the contract, and the id that its answer will have (0: none is wanted)."""

    kind: str
    body: dict[str, Any]
    id: int = 0

    def __repr__(self) -> str:
        """Without the body, which may have a token, a key or people's data in it."""
        return f"ClientFrame({self.kind!r}, id={self.id})"


@dataclass(frozen=True)
class ReconnectAdvice:
    """How long to pause between attempts, in seconds; ``jitter`` is the part of a pause that is left to chance."""

    shortest: float = 0.1
    longest: float = 5.0
    factor: float = 1.5
    jitter: float = 1.0


@dataclass(frozen=True)
class Subscribed:
    channel: str
    epoch: str
    offset: int
    head: int = 0
    recovered: str = "none"
    gap: OffsetRange | None = None
    reason: str | None = None
    id: int = 0


@dataclass(frozen=True)
class Welcome:
    session_id: str
    # A secret: kept out of what is printed.
    session_key: str = field(repr=False)
    resumed: bool = False
    reason: str | None = None
    connection: str = ""
    node: str = ""
    time: str = ""
    heartbeat: float = 0.0
    frame_bytes_max: int = FRAME_BYTES_MAX
    subscriptions_max: int = 0
    reconnect: ReconnectAdvice = ReconnectAdvice()
    subscriptions: tuple[Subscribed, ...] = ()
    id: int = 0


@dataclass(frozen=True)
class EventFrame:
    event: Event


@dataclass(frozen=True)
class ReceiptFrame:
    receipt: Receipt
    id: int


@dataclass(frozen=True)
class Skip:
    channel: str
    offsets: OffsetRange


@dataclass(frozen=True)
class GapFrame:
    channel: str
    offsets: OffsetRange
    reason: str


@dataclass(frozen=True)
class LagFrame:
    channel: str
    behind: int
    mode: str


@dataclass(frozen=True)
class Unsubscribed:
    channel: str
    code: int
    reason: str


@dataclass(frozen=True)
class PresenceFrame:
    """``kind``: ``full`` (joined is everybody), ``count`` (the number alone), ``ended`` (no more come, for a reason), empty: what changed."""

    channel: str
    kind: str
    joined: tuple[PresenceMember, ...]
    left: tuple[PresenceMember, ...]
    updated: tuple[PresenceMember, ...]
    count: int
    reason: str | None


@dataclass(frozen=True)
class Page:
    """``items`` are events where ``what`` is ``events`` or ``history``, else what stood on the wire; ``next`` is to be given as ``from`` of the next read."""

    channel: str
    what: str
    epoch: str
    items: tuple[Any, ...]
    next: dict[str, Any] | None
    id: int = 0
    # Of a state: the offset as of which it is. Of a presence list: how many there are in all.
    offset: int | None = None
    count: int | None = None
    # Of a state or a presence list: ``afterKey`` of the next read; None: this was the last page.
    next_key: str | None = None


@dataclass(frozen=True)
class Goaway:
    within: float
    spread: float
    url: str | None


@dataclass(frozen=True)
class Error:
    code: int
    name: str
    message: str
    retry: str
    after: float = 0.0
    id: int = 0


@dataclass(frozen=True)
class Close:
    code: int
    reason: str
    after: float = 0.0


@dataclass(frozen=True)
class Ok:
    id: int = 0


@dataclass(frozen=True)
class Ping:
    pass


@dataclass(frozen=True)
class Pong:
    id: int = 0


@dataclass(frozen=True)
class Piece:
    """A part of a frame: the data of one number, joined, is the text of the frame."""

    of: int
    last: bool
    data: bytes


@dataclass(frozen=True)
class Unknown:
    """A kind that this version does not know, or does not use."""

    kind: str
    id: int = 0


ServerFrame = Union[
    Welcome, Subscribed, EventFrame, ReceiptFrame, Skip, GapFrame, LagFrame, Unsubscribed, PresenceFrame, Page, Goaway, Error, Close, Ok, Ping, Pong, Piece, Unknown
]
