"""What a machine wants done, in the order in which it is to be done; and how requests end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Union

from ..events import Event, Receipt
from ..members import PresenceSnapshot
from ..protocol.frames import ClientFrame, Page
from ..sessions import SessionTicket
from ..states import Notice, StateChange
from .followed import FollowedChannel


@dataclass(frozen=True)
class Published:
    """The channel's answer to a publish."""

    receipt: Receipt


@dataclass(frozen=True)
class Sent:
    """A publish that nobody confirms was handed to a transport. Nothing more will be known of it."""


@dataclass(frozen=True)
class Paged:
    page: Page


@dataclass(frozen=True)
class Done:
    """A refresh, or what the client says of itself, was accepted."""


@dataclass(frozen=True)
class Refused:
    """The server said no. ``may_be_in_log``: an earlier sending of the same publish may have been appended, its answer was lost."""

    code: int
    name: str
    message: str
    retry: str
    may_be_in_log: bool = False


@dataclass(frozen=True)
class Rejected:
    """The client did not even send it; it is in no log. ``reason``: outbox_full, too_many_requests, too_large, closed or withdrawn."""

    reason: str
    message: str


@dataclass(frozen=True)
class Unresolved:
    """It was sent, and no answer came before the client gave up: it may or may not be in the log."""

    message: str


Outcome = Union[Published, Sent, Paged, Done, Refused, Rejected, Unresolved]


@dataclass(frozen=True)
class Open:
    """Open a transport; answered by ``opened`` or ``disconnected`` with the same number. Whatever arrives under an older number is ignored."""

    connection: int
    endpoint: str


@dataclass(frozen=True)
class Send:
    connection: int
    frame: ClientFrame


@dataclass(frozen=True)
class CloseTransport:
    """Close this transport after what was sent on it; nothing of it matters any more."""

    connection: int
    reason: str


@dataclass(frozen=True)
class ObtainToken:
    """Obtain a new token; answered by ``token_obtained`` or ``token_failed``. One that is under way is replaced."""


@dataclass(frozen=True)
class SessionChanged:
    """The session has a new key. Store it before the effects that follow are carried out: the first frame sent after it retires the former key."""

    ticket: SessionTicket
    is_resumed: bool
    reason: str | None


@dataclass
class Deliver:
    """Hand an event to the application: once per offset. Answered by ``handled`` or ``released``."""

    followed: FollowedChannel
    epoch: str
    event: Event
    life: int
    # Whether the application could not process it: then it is not acked by being handled.
    is_nacked: bool = field(default=False, repr=False)
    # Whether its credit was given back.
    is_settled: bool = field(default=False, repr=False)


@dataclass(frozen=True)
class Notify:
    """Tell the application what happened to a subscription, in order with its events."""

    followed: FollowedChannel
    notice: Notice


@dataclass(frozen=True)
class PresenceShown:
    """Who is there in a channel is this now."""

    channel: str
    snapshot: PresenceSnapshot


@dataclass(frozen=True)
class PresenceLost:
    """The server does not let this client be there, or be told who is, any longer."""

    channel: str
    code: int
    reason: str


@dataclass(frozen=True)
class Complete:
    """A request has ended."""

    request: int
    outcome: Outcome


@dataclass(frozen=True)
class EnterState:
    change: StateChange


Effect = Union[Open, Send, CloseTransport, ObtainToken, SessionChanged, Deliver, Notify, PresenceShown, PresenceLost, Complete, EnterState]
