"""Keeps every program that looks at the same data in step: the client of RealTimeActors for asyncio."""

from .client import RealTimeClient
from .errors import ClientClosedError, NotSentError, OutboxFullError, RealTimeError, RefusedError, UnresolvedError
from .events import Event, EventPage, Last, Position, Receipt
from .members import PresenceChange, PresenceMember, PresencePage, PresenceSnapshot
from .presence import Presence
from .protocol.frames import OffsetRange, ReconnectAdvice
from .received import ReceivedEvent
from .sessions import FileSessionStore, SessionStore, SessionTicket
from .states import ClientState, Ended, Gap, Interrupted, Lag, Notice, Reset, StateChange, Started, Withdrawn
from .subscription import Subscription

__version__ = "1.0.0"

__all__ = [
    "ClientClosedError", "ClientState", "Ended", "Event", "EventPage", "FileSessionStore", "Gap", "Interrupted", "Lag", "Last", "NotSentError", "Notice",
    "OffsetRange", "OutboxFullError", "Position", "Presence", "PresenceChange", "PresenceMember", "PresencePage", "PresenceSnapshot", "RealTimeClient", "RealTimeError", "Receipt", "ReceivedEvent", "ReconnectAdvice", "RefusedError",
    "Reset", "SessionStore", "SessionTicket", "Started", "StateChange", "Subscription", "UnresolvedError", "Withdrawn",
]
