"""Acks are gathered for a while and leave as one frame per channel."""

from __future__ import annotations

from .core import MachineCore, is_due
from .followed import FollowedChannel


class Acks:
    def __init__(self, core: MachineCore) -> None:
        self._core = core
        self._waiting: list[FollowedChannel] = []
        self._due: float | None = None

    def later(self, now: float, followed: FollowedChannel) -> None:
        if not followed.keeps_cursor or not self._core.is_welcomed or followed.ack_waits:
            return
        followed.ack_waits = True
        self._waiting.append(followed)
        if self._due is None:
            self._due = now + self._core.options.ack_delay
        if self._core.options.ack_delay == 0:
            self.flush(now)

    def flush(self, now: float) -> None:
        for followed in self._waiting:
            followed.ack_waits = False
            ack = followed.take_ack() if followed.is_active else None
            if ack is not None:
                self._core.send_frame(now, ack)
        self._waiting.clear()
        self._due = None

    def connection_lost(self) -> None:
        for followed in self._waiting:
            followed.ack_waits = False
        self._waiting.clear()
        self._due = None

    @property
    def deadline(self) -> float | None:
        return self._due if self._core.is_welcomed else None

    def tick(self, now: float) -> None:
        if self._core.is_welcomed and is_due(self._due, now):
            self.flush(now)
