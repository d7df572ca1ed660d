"""Who is there: what this client says of itself, on each connection again, and what the server says of everybody."""

from __future__ import annotations

from typing import Any

from ..members import PresenceSnapshot
from ..protocol import codes
from ..protocol.frames import Error, PresenceFrame
from ..protocol.json_codec import RawJson
from .core import MachineCore, earlier, is_due
from .effects import Done, Outcome, PresenceLost, PresenceShown, Refused, Rejected
from .following import Following
from .own_presence import OwnPresence
from .seen_members import SeenMembers

_PRESENCE_BYTES_AT_LEAST = 60


class Presences:
    def __init__(self, core: MachineCore, following: Following) -> None:
        self._core = core
        self._following = following
        following.unsubscribed = self._unsubscribed
        following.removed = self.forget_untold
        self._own: dict[str, OwnPresence] = {}
        self._seen: dict[str, SeenMembers] = {}

    def enter(self, now: float, channel: str, state: RawJson) -> int:
        """Is there, for others to see, until it leaves; or shows something else of itself. Its end is told once, under the number that is returned."""
        core = self._core
        id = core.next_id()
        bytes = len(state.text.encode()) + len(channel) + _PRESENCE_BYTES_AT_LEAST
        waiting = sum(own.waiting for own in self._own.values())
        if core.is_over:
            core.reject(id, "closed", "The client is closed.")
        elif bytes > core.frame_bytes_max:
            core.reject(id, "too_large", f"The server takes frames of at most {core.frame_bytes_max} bytes; this state has {bytes}. Show less, or a reference to it.")
        elif waiting >= core.options.requests_max:
            core.reject(id, "too_many_requests", f"{waiting} states wait for their answers; wait for some of them before showing more.")
        else:
            own = self._own.setdefault(channel, OwnPresence(channel))
            own.want(state, id)
            self._say(now, own)
        return id

    def leave(self, now: float, channel: str) -> int:
        """Is not there any more. Where there is nothing to leave its end is told at once."""
        core = self._core
        id = core.next_id()
        own = self._own.get(channel)
        if core.is_over:
            core.reject(id, "closed", "The client is closed.")
        elif own is None:
            core.complete(id, Done())
        else:
            own.want(None, id)
            if own.is_over:
                self._answer(now, own, own.end(), Done())
            else:
                self._say(now, own)
        return id

    def seen_in(self, channel: str) -> PresenceSnapshot:
        """Who is there, as far as this client is told."""
        return self._seen[channel].snapshot if channel in self._seen else PresenceSnapshot()

    def withdraw(self, request: int) -> bool:
        """The application does not wait any longer. Whether it did."""
        if not any(own.withdraw(request) for own in self._own.values()):
            return False
        self._core.reject(request, "withdrawn", "It was withdrawn by the application, which does not wait for it any longer.")
        return True

    def by_answer(self, id: int) -> OwnPresence | None:
        return next((own for own in self._own.values() if own.answer_id == id), None) if id else None

    def welcomed(self, now: float) -> None:
        for own in list(self._own.values()):
            self._say(now, own)

    def on_ok(self, now: float, id: int) -> None:
        own = self.by_answer(id)
        if own is not None:
            self._answer(now, own, own.taken(), Done())

    def on_error(self, now: float, own: OwnPresence, error: Error) -> None:
        core = self._core
        if error.retry in ("same", "backoff"):
            own.postponed(now + core.pause(own.attempts, error.after))
        elif error.retry == "token" and core.obtains_tokens and own.token_attempts == 0:
            own.token_attempts += 1
            core.drop(now, codes.TOKEN_EXPIRED, error.message)
        else:
            answered, is_lost = own.refused()
            if is_lost and own.wanted is None:
                core.emit(PresenceLost(own.channel, error.code, error.message))
            self._answer(now, own, answered, Refused(error.code, error.name, error.message, error.retry))

    def on_presence(self, told: PresenceFrame) -> None:
        # What is still under way of something that was left says nothing any more.
        if not self._is_told(told.channel):
            return
        if told.kind == "ended":
            self._on_ended(told)
            return
        seen = self._seen.setdefault(told.channel, SeenMembers())
        if seen.take(told):
            self._core.emit(PresenceShown(told.channel, seen.snapshot))

    def forget_untold(self) -> None:
        """What nobody tells of any more is not known any more."""
        for channel in [channel for channel in self._seen if not self._is_told(channel)]:
            del self._seen[channel]
            self._core.emit(PresenceShown(channel, PresenceSnapshot()))

    def connection_lost(self) -> None:
        for own in self._own.values():
            own.connection_lost()
        for channel, seen in self._seen.items():
            if seen.connection_lost():
                self._core.emit(PresenceShown(channel, seen.snapshot))

    def end(self) -> None:
        for request in [request for own in self._own.values() for request in own.end()]:
            self._core.complete(request, Rejected("closed", "The client was closed before the answer came."))
        self._own.clear()

    @property
    def deadline(self) -> float | None:
        return earlier(*(own.retry_at for own in self._own.values())) if self._core.is_welcomed else None

    def tick(self, now: float) -> None:
        if not self._core.is_welcomed:
            return
        for own in list(self._own.values()):
            if is_due(own.retry_at, now):
                own.retry_at = None
                self._say(now, own)

    def _on_ended(self, told: PresenceFrame) -> None:
        """The right is gone, or the user was put off the channel. What is followed goes on, and asks for presence no more: to ask would be to be refused
        altogether."""
        self._following.presence_ended(told.channel)
        if told.channel in self._own and self._own[told.channel].ended():
            del self._own[told.channel]
        self._core.emit(PresenceLost(told.channel, codes.FORBIDDEN, told.reason or "the server tells no more who is there"))
        self.forget_untold()

    def _unsubscribed(self, now: float, channel: str) -> None:
        """To the server, whoever unsubscribes is not there any more. This client has only stopped following, and says so before anybody else is told that it
        has gone."""
        own = self._own.get(channel)
        if own is not None:
            own.unsaid()
            self._say(now, own)

    def _say(self, now: float, own: OwnPresence) -> None:
        core = self._core
        if not core.is_welcomed or not own.has_news:
            return
        own.saying(core.next_id())
        word: dict[str, Any] = {"leave": True} if own.wanted is None else {"state": own.wanted}
        core.send(now, "presence", {"channel": own.channel, **word}, own.answer_id)

    def _answer(self, now: float, own: OwnPresence, answered: list[int], outcome: Outcome) -> None:
        for request in answered:
            self._core.complete(request, outcome)
        self._say(now, own)
        if own.is_over:
            del self._own[own.channel]
            self.forget_untold()

    def _is_told(self, channel: str) -> bool:
        """Whether the server tells this client who is there: because it is itself, or follows the channel with that interest."""
        return channel in self._own or self._following.is_interested(channel)
