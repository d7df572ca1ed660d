"""A connection that is to take the place of the present one. Until it is welcomed, the present one goes on."""

from __future__ import annotations

from dataclasses import dataclass, field

from .followed import FollowedChannel


@dataclass
class Successor:
    connection: int
    # When the opening, and then the greeting, has taken too long.
    until: float
    # Whether its hello was sent: from then on the server may end the present connection, because this one has taken the session over.
    is_greeting: bool = False
    # What its hello asked for, and with which token.
    asked: list[FollowedChannel] = field(default_factory=list)
    token: str | None = field(default=None, repr=False)
    # The credit that its hello gave, and how many events of the present connection may still be taken, so that together they are no more than the window.
    credit: int = 0
    events_before: int = 0
    # Whether one was passed over for lack of room: it comes again here, and the present connection is of no more use without it.
    has_passed_over: bool = False
