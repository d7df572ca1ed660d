"""Events in, credit and acks out."""

from __future__ import annotations

from ..events import Event
from ..protocol.frames import GapFrame, LagFrame, Skip
from ..states import Lag
from .acks import Acks
from .core import MachineCore
from .credit import Credit
from .effects import Deliver
from .followed import FollowedChannel
from .following import Following

_RANGES_AHEAD_MAX = 10_000


class Delivering:
    def __init__(self, core: MachineCore, following: Following, acks: Acks) -> None:
        self._core = core
        self._following = following
        self._acks = acks
        self.credit = Credit(core)
        # Their offset had been received before, or nobody follows their channel any more.
        self.dropped = 0

    def handled(self, now: float, delivery: Deliver) -> None:
        """The application is done with an event: its credit goes back, and with ``ack: auto`` it is acked."""
        if delivery.followed.ack == "auto" and not delivery.is_nacked:
            self.acknowledge(now, delivery)
        self.released(now, delivery)

    def released(self, now: float, delivery: Deliver) -> None:
        """The application will not handle it, or has handled it without being done with it: its credit goes back, no ack is made."""
        if delivery.is_settled:
            return
        delivery.is_settled = True
        self.credit.at_application -= 1
        self.credit.owe(now, 1)

    def acknowledge(self, now: float, delivery: Deliver) -> None:
        followed = delivery.followed
        if followed.process(delivery.life, delivery.event.offset) and not followed.is_ended:
            self._acks.later(now, followed)

    def nack(self, now: float, delivery: Deliver, reason: str | None) -> None:
        """The application could not process an event: it is not acked, and the server delivers it again, or gives it up after too many attempts."""
        followed, offset = delivery.followed, delivery.event.offset
        if not followed.keeps_cursor:
            raise ValueError(f"The subscription to {followed.channel} does not ack, so nothing of it can be delivered again; subscribe with acks.")
        if followed.is_ended or not followed.nack(delivery.life, offset, delivery.event.attempt, reason):
            return
        delivery.is_nacked = True
        if followed.is_active and self._core.is_welcomed and (frame := followed.nack_of(offset)) is not None:
            self._core.send_frame(now, frame)

    def on_event(self, now: float, event: Event) -> None:
        if not self.credit.spend():
            self._core.drop(now, None, "More events came than credit was given for.")
            return
        followed = self._following.active(event.channel)
        is_taken = followed is not None and followed.epoch is not None and self._has_room(followed, event.offset) and (
            followed.receive(event.offset) or followed.receive_again(event.offset, event.attempt))
        if followed is None or followed.epoch is None or not is_taken:
            # A server that sends it as if nothing had been said has not heard of the nack.
            if followed is not None and (frame := followed.nack_of(event.offset)) is not None:
                self._core.send_frame(now, frame)
            self.dropped += 1
            self.credit.owe(now, 1)
            return
        self.credit.at_application += 1
        self._core.emit(Deliver(followed, followed.epoch, event, followed.life))
        self._check_ranges(now, followed)

    def _has_room(self, followed: FollowedChannel, offset: int) -> bool:
        """Whether an event of the present connection may still be taken while its successor is greeted. One that may not comes again there."""
        successor = self._core.successor
        if self._core.options.credit_window is None or successor is None or not successor.is_greeting or followed.has_received(offset):
            return True
        successor.events_before -= 1
        successor.has_passed_over |= successor.events_before < 0
        return successor.events_before >= 0

    def on_skip(self, now: float, skip: Skip) -> None:
        followed = self._following.active(skip.channel)
        if followed is not None:
            followed.account(skip.offsets)
            self._acks.later(now, followed)
            self._check_ranges(now, followed)

    def on_gap(self, now: float, gap: GapFrame) -> None:
        followed = self._following.active(gap.channel)
        if followed is not None:
            self._following.account_lost(followed, gap.offsets, gap.reason)
            self._acks.later(now, followed)
            self._check_ranges(now, followed)

    def on_lag(self, lag: LagFrame) -> None:
        followed = self._following.active(lag.channel)
        if followed is not None:
            self._following.tell(followed, Lag(lag.channel, lag.behind, lag.mode))

    def _check_ranges(self, now: float, followed: FollowedChannel) -> None:
        # Resuming from the prefix loses nothing, so it is the outcome when a log is too full of holes to be kept account of.
        if followed.ranges_ahead > _RANGES_AHEAD_MAX:
            self._core.drop(now, None, f"The events of {followed.channel} came with more than {_RANGES_AHEAD_MAX} holes between them.")
