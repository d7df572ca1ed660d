"""One followed channel: what was asked for, and how far it has come."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

from ..names import is_pattern
from ..protocol.frames import ClientFrame, OffsetRange, Subscribed
from .cursor import CursorTracker

# An ack has to fit into one frame; what is left out is said by a later one, when the prefix has moved.
_ACK_RANGES_MAX = 500


class FollowPhase(Enum):
    DETACHED = auto()
    """The server does not know of it on this connection."""
    REQUESTED = auto()
    """It was asked for. What arrives for its channel is of a former subscription."""
    ACTIVE = auto()
    """The server has announced its position; events follow."""
    PAUSING = auto()
    """It was refused for now and is asked for again later."""
    ENDED = auto()
    """Over."""


class FollowedChannel:
    """Belongs to its machine; others only read it."""

    def __init__(self, channel: str, body: dict[str, Any], parent: FollowedChannel | None = None) -> None:
        self.channel = channel
        # The pattern that this channel came by; None: it was asked for itself.
        self.parent = parent
        self.is_pattern = is_pattern(channel)
        # As the application asked for it, in the names of the contract; "from" counts only until a position is known.
        self.body = body
        # Whatever the host wants to find again; the channels of a pattern have the pattern's.
        self.host: Any = parent.host if parent is not None else None
        self.epoch: str | None = None
        self.phase = FollowPhase.DETACHED
        # The frame that its next answer belongs to; 0: none.
        self.answer_id = 0
        # When to ask again: for a pause its end, for a subscription of a hello the time by which its answer is missed.
        self.retry_at: float | None = None
        self.attempts = 0
        self.token_attempts = 0
        # Which restart of the cursors this is: an ack of another one says nothing about this one.
        self.life = 0
        self.ack_waits = False
        # A position could not be used for lack of the right "history": the session's own cursor is used, which needs none.
        self.uses_session_cursor = False
        # The position was gone: the next start is told to the application as a reset, whatever the server calls it.
        self.is_resyncing = False
        # What the last request asked for.
        self.asked_from: Any = None
        # The server has said that it tells no more who is there.
        self.is_presence_ended = False
        # Where the session, resumed by this process, had left off in this channel.
        self.left_off: Subscribed | None = None
        self._received = CursorTracker()
        self._processed = CursorTracker()
        self._acked_version = 0
        # What the application could not process, and the server has not sent again: in which attempt, and why.
        self._nacked: dict[int, tuple[int, str | None]] = {}

    @property
    def ack(self) -> str:
        return str(self.body.get("ack") or "auto")

    @property
    def keeps_cursor(self) -> bool:
        return self.ack != "none"

    @property
    def is_interested(self) -> bool:
        """Whether it is to be told who is there."""
        return self.body.get("presence", "none") != "none" and not self.is_presence_ended

    @property
    def is_active(self) -> bool:
        return self.phase is FollowPhase.ACTIVE

    @property
    def is_ended(self) -> bool:
        return self.phase is FollowPhase.ENDED

    @property
    def is_asked_in_hello(self) -> bool:
        return self.phase is FollowPhase.REQUESTED and self.answer_id == 0

    @property
    def may_use_session_cursor(self) -> bool:
        """A position takes the right to read history; the session's own cursor does not. Where none is kept it means now, and what was missed is told
        as lost."""
        is_position = isinstance(from_ := self.next_from(), dict) and "epoch" in from_
        return is_position and (self.keeps_cursor or self.epoch is not None)

    @property
    def received_prefix(self) -> int:
        """Up to here everything was received, left out at the client's wish, or announced as lost."""
        return self._received.prefix

    @property
    def processed_prefix(self) -> int:
        """Up to here the application is done; what an ack says, and where a new connection goes on."""
        return self._processed.prefix

    @property
    def ranges_ahead(self) -> int:
        return len(self._received.ahead)

    def next_from(self) -> Any:
        """Where the next subscribe begins: where this process stands, or else where the application wanted to begin.

        A position moves the session's cursor there. So it is what the application is done with, not what it was handed: a process that ends with
        events in hand would otherwise have skipped them. What it has in hand comes again and is dropped.
        """
        if self.is_pattern and (self.epoch is not None or self.left_off is not None):
            # Only the session knows how far it has come in each channel.
            return "session" if self.keeps_cursor else "now"
        if self.is_resyncing:
            return "earliest"
        if self.uses_session_cursor:
            return "session"
        if self.epoch is None:
            if self.left_off is None:
                return self.body.get("from")
            if self.left_off.recovered == "none":
                # Nobody has heard yet that it begins anew there: a position would be told that it goes on.
                return "session"
            missing = self.left_off.gap
            return {"epoch": self.left_off.epoch, "offset": self.left_off.offset if missing is None else missing.first - 1}
        return {"epoch": self.epoch, "offset": self._processed.prefix if self.keeps_cursor else self._received.prefix}

    def request(self) -> dict[str, Any]:
        """The body of a subscribe, as of now."""
        self.asked_from = self.next_from()
        body = {**self.body, "from": self.asked_from}
        if self.is_presence_ended:
            body.pop("presence", None)
        return body

    def begins_anew(self, subscribed: Subscribed) -> bool:
        """Whether the server goes on in another life of the log, or back in this one, so that what was received says nothing of what comes."""
        if self.epoch is None:
            return False
        # The hello of a successor may have asked from the life before this one: of its end the present connection was told meanwhile, and what came since is of
        # the life that goes on.
        is_asked_elsewhere = isinstance(self.asked_from, dict) and self.asked_from.get("epoch", subscribed.epoch) != subscribed.epoch
        is_told_of = is_asked_elsewhere and self.epoch == subscribed.epoch
        return self.epoch != subscribed.epoch or self.is_resyncing or (subscribed.recovered == "reset" and not is_told_of)

    def restart(self, epoch: str, offset: int) -> None:
        self.epoch = epoch
        self.life += 1
        self._received.restart(offset)
        self._processed.restart(offset)
        self._nacked.clear()
        self._acked_version = self._processed.version

    def has_received(self, offset: int) -> bool:
        return offset in self._received

    def receive(self, offset: int) -> bool:
        return self._received.add(offset)

    def receive_again(self, offset: int, attempt: int) -> bool:
        """The server delivers again what the application could not process: once per attempt."""
        if offset not in self._nacked or attempt <= self._nacked[offset][0]:
            return False
        del self._nacked[offset]
        return True

    def nack(self, life: int, offset: int, attempt: int, reason: str | None) -> bool:
        """The application could not process it. Whether that is news: what it is done with stays done."""
        if life != self.life or offset in self._processed:
            return False
        self._nacked[offset] = (attempt, reason)
        return True

    def nack_of(self, offset: int) -> ClientFrame | None:
        """What the server was told, or has to be told again, of an event that the application could not process."""
        if offset not in self._nacked:
            return None
        reason = self._nacked[offset][1]
        return ClientFrame("nack", {"channel": self.channel, "offset": offset} | ({} if reason is None else {"reason": reason}))

    def nacks(self) -> list[ClientFrame]:
        return [nack for offset in self._nacked if (nack := self.nack_of(offset)) is not None]

    def account(self, offsets: OffsetRange) -> None:
        """What will not come, left out or lost. What of it has come nevertheless is the application's to process."""
        for missing in self.missing_within(offsets):
            self._processed.add_range(missing)
        self._received.add_range(offsets)
        # The server has given up on it: it is with the dead letters, and will not come again.
        for offset in [nacked for nacked in self._nacked if offsets.first <= nacked <= offsets.last]:
            del self._nacked[offset]
            self._processed.add(offset)

    def missing_within(self, offsets: OffsetRange) -> list[OffsetRange]:
        return self._received.missing_within(offsets)

    def process(self, life: int, offset: int) -> bool:
        if life != self.life or not self._processed.add(offset):
            return False
        self._nacked.pop(offset, None)
        return True

    def forget_acks(self) -> None:
        """Whatever was acked on a former connection may not have arrived."""
        self._acked_version = -1

    def take_ack(self) -> ClientFrame | None:
        """The ack that is due; None when the server has heard it all."""
        processed = self._processed
        if self._acked_version == processed.version or (processed.prefix == 0 and not processed.ahead):
            return None
        self._acked_version = processed.version
        body: dict[str, Any] = {"channel": self.channel, "offset": processed.prefix}
        if processed.ahead:
            body["ranges"] = [list(ahead) for ahead in processed.ahead[:_ACK_RANGES_MAX]]
        return ClientFrame("ack", body)
