"""Where a client stands, and what an application should know of a subscription besides its events."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Union

from .protocol.frames import OffsetRange


class ClientState(str, Enum):
    """Where a client stands."""

    DISCONNECTED = "disconnected"
    """Not started."""
    CONNECTING = "connecting"
    """On its way to the first welcome, however many attempts it takes."""
    CONNECTED = "connected"
    """Welcomed. Subscriptions are resumed, or being so: their notices say which."""
    RECONNECTING = "reconnecting"
    """Was connected before and is on its way back."""
    CLOSED = "closed"
    """Ended for good, by the application or by a refusal that no further attempt can change."""


@dataclass(frozen=True)
class StateChange:
    """The client stands elsewhere now. ``close_code`` is the code that led there, where there was one."""

    state: ClientState
    reason: str
    close_code: int | None = None


@dataclass(frozen=True)
class Started:
    """The server has taken it up, for the first time or again: the events after ``offset`` follow; what is up to ``head`` is replay."""

    channel: str
    epoch: str
    offset: int
    head: int
    recovered: str


@dataclass(frozen=True)
class Gap:
    """These offsets are lost to this subscription."""

    channel: str
    offsets: OffsetRange
    reason: str


@dataclass(frozen=True)
class Reset:
    """The log began another life: what was built from its events is no longer true. The replay from the earliest follows."""

    channel: str
    epoch: str
    reason: str


@dataclass(frozen=True)
class Lag:
    """How far the subscription is behind, and what is done about it: ``catchUp``, ``conflating`` or ``live``."""

    channel: str
    behind: int
    mode: str


@dataclass(frozen=True)
class Interrupted:
    """The server has dropped it for now; it is asked for again by itself, from where it stands."""

    channel: str
    code: int
    reason: str


@dataclass(frozen=True)
class Withdrawn:
    """A channel of a pattern is not followed any more; the pattern is. When it may be followed again, it begins by another ``Started``."""

    channel: str
    code: int
    reason: str


@dataclass(frozen=True)
class Ended:
    """It is over: refused, or ended by the server or with the client. The last of its notices."""

    channel: str
    code: int
    reason: str
    retry: str = "never"


Notice = Union[Started, Gap, Reset, Lag, Interrupted, Withdrawn, Ended]
