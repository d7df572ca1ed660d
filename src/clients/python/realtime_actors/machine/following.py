"""What is followed, and how it is taken up again on each connection."""

from __future__ import annotations

import json
from typing import Any, Callable

from ..names import matches, specificity
from ..protocol import codes
from ..protocol.frames import Error, OffsetRange, Subscribed, Unsubscribed, Welcome
from ..states import Ended, Gap, Interrupted, Notice, Reset, Started, Withdrawn
from .acks import Acks
from .core import MachineCore, earlier, is_due
from .effects import Notify
from .followed import FollowedChannel, FollowPhase

_SUBSCRIPTION_BYTES_AT_LEAST = 200
_HELLO_SUBSCRIPTION_BYTES_MAX = 48 * 1024

# Ten times what a server follows for one connection unless it is configured otherwise.
_MEMBERS_MAX = 1_000_000


class Following:
    def __init__(self, core: MachineCore, acks: Acks) -> None:
        self._core = core
        self._acks = acks
        # Whether there is a session to resume, and how to take another connection: set by the machine that puts the parts together.
        self.has_session: Callable[[], bool] = lambda: False
        self.reconnects: Callable[[float], None] = lambda now: None
        # Told that a channel was unsubscribed from, and that one is followed no longer: set by the part that knows who is there.
        self.unsubscribed: Callable[[float, str], None] = lambda now, channel: None
        self.removed: Callable[[], None] = lambda: None
        # In the order in which they were asked for.
        self._by_channel: dict[str, FollowedChannel] = {}
        # What the session follows and this process does not yet: where it left off. Its events are not taken and not acked until somebody asks.
        self._left_off: dict[str, Subscribed] = {}
        # Left while there was no connection to say so on: the server goes on with them as part of the session until it is told.
        self._left_untold: set[str] = set()
        # The channels that came by a pattern. They outlive a connection, so that what comes again after it is known.
        self._members: dict[str, FollowedChannel] = {}

    def subscribe(self, now: float, channel: str, body: dict[str, Any]) -> FollowedChannel:
        """Follows a channel until it is unsubscribed from, or refused for good, or the client is closed."""
        followed = FollowedChannel(channel, body)
        left_off = self._left_off.pop(channel, None)
        followed.left_off = left_off if body.get("from") == "session" else None
        self._by_channel[channel] = followed
        if left_off is not None and self._is_left_to_session(followed):
            # The session follows it already, and on this connection nobody took what came of it: on another one somebody does from the start.
            self.reconnects(now)
        elif self._core.is_welcomed:
            self._ask(now, followed)
        return followed

    def unsubscribe(self, now: float, followed: FollowedChannel) -> None:
        """What was handled before is still acked; what was not will come again to a session that follows the channel anew."""
        if followed.is_ended:
            return
        if self._core.is_welcomed:
            self._acks.flush(now)
            if followed.phase in (FollowPhase.REQUESTED, FollowPhase.ACTIVE):
                self._core.send(now, "unsubscribe", {"channel": followed.channel})
                self.unsubscribed(now, followed.channel)
            if self._core.successor is not None:
                self._left_untold.add(followed.channel)
        elif followed.epoch is not None or followed.phase is FollowPhase.REQUESTED:
            self._left_untold.add(followed.channel)
        self._remove(followed)

    def let_go(self, now: float, followed: FollowedChannel) -> None:
        """The application can go no further here for now. The session keeps its cursor, so that this process or another may take it up where it was."""
        if followed.is_ended:
            return
        self._acks.flush(now)
        if followed.epoch is not None:
            self._left_off[followed.channel] = Subscribed(followed.channel, followed.epoch, followed.processed_prefix, recovered="full")
        self._remove(followed)

    def active(self, channel: str) -> FollowedChannel | None:
        """Whose the events of the channel are on this connection."""
        for followed in (self._by_channel.get(channel), self._members.get(channel)):
            if followed is not None and followed.is_active:
                return followed
        return None

    def is_interested(self, channel: str) -> bool:
        """Whether who is there is told of a channel, because it is followed so."""
        return channel in self._by_channel and self._by_channel[channel].is_interested

    def presence_ended(self, channel: str) -> None:
        if channel in self._by_channel:
            self._by_channel[channel].is_presence_ended = True

    def is_followed(self, channel: str) -> bool:
        return channel in self._by_channel

    def by_answer(self, id: int) -> FollowedChannel | None:
        return next((followed for followed in self._by_channel.values() if followed.answer_id == id), None) if id else None

    def for_hello(self) -> tuple[list[FollowedChannel], list[dict[str, Any]]]:
        """What a hello asks for, and how."""
        # One hello is one frame. What would not fit is asked for after the welcome.
        asked: list[FollowedChannel] = []
        requests: list[dict[str, Any]] = []
        bytes = 0
        for followed in self._by_channel.values():
            # Whether the session brings a pattern back by itself is known with the welcome. And in the hello of a successor: what was asked for on the
            # connection that still counts may be answered there, and begin. To ask for it twice would be two beginnings; where it stands then is asked for after the welcome.
            is_awaited_here = self._core.is_welcomed and followed.epoch is None
            if followed.phase is FollowPhase.PAUSING or self._is_left_to_session(followed) or is_awaited_here:
                continue
            request = {name: value for name, value in followed.request().items() if value is not None}
            bytes += _SUBSCRIPTION_BYTES_AT_LEAST + len(json.dumps(request))
            if bytes > _HELLO_SUBSCRIPTION_BYTES_MAX:
                break
            asked.append(followed)
            requests.append(request)
        return asked, requests

    def welcomed(self, now: float, welcome: Welcome) -> None:
        self._left_off.clear()
        for subscribed in welcome.subscriptions:
            followed = self._by_channel.get(subscribed.channel)
            if followed is not None and followed.phase is FollowPhase.DETACHED and self._is_left_to_session(followed):
                followed.phase = FollowPhase.REQUESTED
            # One that the hello did not name was asked for after it, or did not fit: it is asked for below, from where the session left off.
            if followed is not None and followed.phase is not FollowPhase.REQUESTED:
                followed.left_off = subscribed if followed.body.get("from") == "session" else None
            elif followed is not None:
                self.on_subscribed(now, subscribed)
            elif subscribed.channel in self._left_untold:
                self._core.send(now, "unsubscribe", {"channel": subscribed.channel})
            else:
                self._left_off[subscribed.channel] = subscribed
        self._left_untold.clear()

        for followed in self._by_channel.values():
            if followed.phase is FollowPhase.DETACHED:
                self._ask(now, followed)
            elif followed.phase is FollowPhase.REQUESTED:
                followed.retry_at = now + self._core.options.answer_within

    def on_subscribed(self, now: float, subscribed: Subscribed) -> None:
        if self._is_of_pattern(subscribed):
            self._on_subscribed_by_pattern(now, subscribed)
            return
        followed = self._by_channel.get(subscribed.channel)
        if followed is None or followed.phase not in (FollowPhase.REQUESTED, FollowPhase.ACTIVE):
            return
        # An answer to a former subscription of the same channel.
        if subscribed.id and followed.answer_id and subscribed.id != followed.answer_id:
            return

        # From here on the channel's events are this subscription's.
        self._remove_member(subscribed.channel)
        self._begin(now, followed, subscribed)

    def _begin(self, now: float, followed: FollowedChannel, subscribed: Subscribed) -> None:
        is_fresh = followed.epoch is None
        is_reset = followed.begins_anew(subscribed)
        followed.phase = FollowPhase.ACTIVE
        followed.answer_id = 0
        followed.retry_at = None
        followed.attempts = followed.token_attempts = 0
        followed.is_resyncing = False

        channel, lost = subscribed.channel, subscribed.gap
        if is_reset or (is_fresh and followed.left_off is not None and followed.left_off.recovered == "reset"):
            self.tell(followed, Reset(channel, subscribed.epoch, subscribed.reason or "the log began another life"))
        if is_fresh or is_reset:
            followed.restart(subscribed.epoch, subscribed.offset if lost is None else min(lost.first - 1, subscribed.offset))
        else:
            followed.forget_acks()

        # To the application it is no beginning when it goes on in the same log: what it has got stays got, and what it has lost is told.
        recovered = subscribed.recovered
        if not is_fresh and not is_reset and recovered == "none":
            recovered = "gap" if followed.missing_within(OffsetRange(1, subscribed.offset)) else "full"
        self.tell(followed, Started(channel, subscribed.epoch, subscribed.offset, subscribed.head, recovered))
        if lost is not None:
            self.account_lost(followed, lost, subscribed.reason or "not retained")
        # Only what is after the offset follows: whatever of it was neither received nor named is lost all the same, and is said to be.
        self.account_lost(followed, OffsetRange(1, subscribed.offset), "the server went on behind it")
        # Whether a nack arrived on a former connection is not known; one that did is not counted twice.
        for nack in followed.nacks():
            self._core.send_frame(now, nack)
        self._acks.later(now, followed)

    def on_unsubscribed(self, now: float, unsubscribed: Unsubscribed) -> None:
        member = self._members.get(unsubscribed.channel)
        if member is not None and self.active(unsubscribed.channel) is member:
            self._remove_member(unsubscribed.channel)
            self.tell(member, Withdrawn(unsubscribed.channel, unsubscribed.code, unsubscribed.reason))
            return
        followed = self._by_channel.get(unsubscribed.channel)
        if followed is None or followed.phase not in (FollowPhase.REQUESTED, FollowPhase.ACTIVE):
            return
        if 2500 <= unsubscribed.code < 3000:
            self._pause(now, followed, unsubscribed.code, unsubscribed.reason, 0.0)
        elif unsubscribed.code == codes.RIGHT_MISSING and followed.is_asked_in_hello and followed.may_use_session_cursor:
            self._ask_from_session_cursor(now, followed)
        else:
            self._end(followed, unsubscribed.code, unsubscribed.reason)

    def _is_of_pattern(self, subscribed: Subscribed) -> bool:
        """Whether a channel is announced because a pattern means it: nobody asked for it by its name, or whoever did has not been answered yet."""
        if subscribed.id or not subscribed.epoch:
            return False
        exact = self._by_channel.get(subscribed.channel)
        if exact is None:
            return True
        return exact.phase is FollowPhase.REQUESTED and exact.answer_id != 0 and self._owner_of(subscribed.channel) is not None

    def _on_subscribed_by_pattern(self, now: float, subscribed: Subscribed) -> None:
        owner = self._owner_of(subscribed.channel)
        if owner is None:
            return
        # Another pattern than before means that the channel goes on there, with that one's options and cursor.
        member = self._members.get(subscribed.channel)
        if member is None or member.parent is not owner:
            if not self._has_room_for_member():
                self._core.drop(now, None, f"More than {_MEMBERS_MAX} channels of patterns were announced.")
                return
            self._remove_member(subscribed.channel)
            member = self._members[subscribed.channel] = FollowedChannel(subscribed.channel, owner.body, owner)
        self._begin(now, member, subscribed)

    def _owner_of(self, channel: str) -> FollowedChannel | None:
        """The pattern that the server counts for the channel: the most specific of those that it has taken up."""
        owners = [followed for followed in self._by_channel.values() if followed.is_pattern and followed.is_active and matches(followed.channel, channel)]
        return min(owners, key=lambda followed: specificity(followed.channel)) if owners else None

    def _is_left_to_session(self, followed: FollowedChannel) -> bool:
        """A session brings its patterns back by itself, each channel behind its cursor, and those that were born meanwhile from their beginning. To ask for
        one again would be another beginning: what was born meanwhile has no cursor, and would begin with now."""
        return followed.is_pattern and followed.keeps_cursor and self.has_session() and (followed.epoch is not None or followed.body.get("from") == "session")

    def _remove_member(self, channel: str) -> None:
        """What of it is in the application's hands is not acked any more: the channel's cursor is another's, or nobody's."""
        member = self._members.pop(channel, None)
        if member is not None:
            member.phase = FollowPhase.ENDED

    def _has_room_for_member(self) -> bool:
        """Channels come and go under a pattern, and nobody says which are gone: those that this connection has not heard of make room."""
        if len(self._members) >= _MEMBERS_MAX:
            for channel in [channel for channel, member in self._members.items() if member.phase is FollowPhase.DETACHED]:
                self._remove_member(channel)
        return len(self._members) < _MEMBERS_MAX

    def on_error(self, now: float, followed: FollowedChannel, error: Error) -> None:
        core = self._core
        if error.retry in ("same", "backoff"):
            self._pause(now, followed, error.code, error.message, error.after)
        elif error.retry == "resync" and followed.epoch is not None and not followed.is_resyncing:
            followed.is_resyncing = True
            self._ask(now, followed)
        elif error.retry == "token" and core.obtains_tokens and followed.token_attempts == 0:
            followed.token_attempts += 1
            core.drop(now, codes.TOKEN_EXPIRED, error.message)
        elif error.code == codes.FORBIDDEN and followed.may_use_session_cursor:
            self._ask_from_session_cursor(now, followed)
        else:
            self._end(followed, error.code, error.message)

    def account_lost(self, followed: FollowedChannel, lost: OffsetRange, reason: str) -> None:
        """What of the range was not received is lost, and the application is told of exactly that."""
        for missing in followed.missing_within(lost):
            self.tell(followed, Gap(followed.channel, missing, reason))
        followed.account(lost)

    def tell(self, followed: FollowedChannel, notice: Notice) -> None:
        self._core.emit(Notify(followed, notice))

    def connection_lost(self) -> None:
        self._acks.connection_lost()
        for member in self._members.values():
            member.phase = FollowPhase.DETACHED
        for followed in self._by_channel.values():
            followed.answer_id = 0
            if followed.phase is not FollowPhase.PAUSING:
                followed.phase = FollowPhase.DETACHED
                followed.retry_at = None

    def end(self, code: int, reason: str) -> None:
        for followed in list(self._by_channel.values()):
            self._end(followed, code, reason)

    @property
    def deadline(self) -> float | None:
        # One that pauses while there is no connection is asked for once there is one.
        return earlier(*(followed.retry_at for followed in self._by_channel.values())) if self._core.is_welcomed else None

    def tick(self, now: float) -> None:
        if not self._core.is_welcomed:
            return
        for followed in self._by_channel.values():
            if is_due(followed.retry_at, now):
                self._ask(now, followed)

    def _ask(self, now: float, followed: FollowedChannel) -> None:
        followed.phase = FollowPhase.REQUESTED
        followed.answer_id = self._core.next_id()
        followed.retry_at = None
        self._core.send(now, "subscribe", followed.request(), followed.answer_id)

    def _ask_from_session_cursor(self, now: float, followed: FollowedChannel) -> None:
        followed.uses_session_cursor = True
        self._ask(now, followed)

    def _pause(self, now: float, followed: FollowedChannel, code: int, reason: str, after: float) -> None:
        followed.retry_at = now + self._core.pause(followed.attempts, after)
        followed.attempts += 1
        followed.phase = FollowPhase.PAUSING
        followed.answer_id = 0
        self.tell(followed, Interrupted(followed.channel, code, reason))

    def _end(self, followed: FollowedChannel, code: int, reason: str) -> None:
        self._remove(followed)
        self.tell(followed, Ended(followed.channel, code, reason, codes.retry_of(code)))

    def _remove(self, followed: FollowedChannel) -> None:
        followed.phase = FollowPhase.ENDED
        followed.answer_id = 0
        followed.retry_at = None
        del self._by_channel[followed.channel]
        if followed.is_pattern:
            for channel in [channel for channel, member in self._members.items() if member.parent is followed]:
                self._remove_member(channel)
        self.removed()
