"""What the parts of a machine share: the present connection, the effects that wait, numbers and chance."""

from __future__ import annotations

from collections import deque
from typing import Any, Callable

from ..protocol.frames import FRAME_BYTES_MAX, ClientFrame
from . import backoff
from .effects import Complete, Effect, Outcome, Rejected, Send
from .options import MachineOptions
from .successor import Successor


class MachineCore:
    """Numbers are given once and never again, so that an answer names its question over any number of connections."""

    def __init__(self, options: MachineOptions, chance: Callable[[], float]) -> None:
        self.options = options
        self.chance = chance
        self.effects: deque[Effect] = deque()
        self.advice = options.reconnect
        self.frame_bytes_max = FRAME_BYTES_MAX
        self.connection = 0
        # A connection that is to take the place of the present one, and is not welcomed yet.
        self.successor: Successor | None = None
        self.is_welcomed = False
        # Saying bye, or ended.
        self.is_over = False
        self.last_sent = 0.0
        # Gives the present connection up, with a code and a reason: set by the part that connects.
        self.drop: Callable[[float, int | None, str], None] = lambda now, code, reason: None
        self._last_id = 0
        self._last_connection = 0

    @property
    def obtains_tokens(self) -> bool:
        return self.options.obtains_tokens

    def next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def next_connection(self) -> int:
        self._last_connection += 1
        return self._last_connection

    def emit(self, effect: Effect) -> None:
        self.effects.append(effect)

    def send(self, now: float, kind: str, body: dict[str, Any] | None = None, id: int = 0) -> None:
        self.send_frame(now, ClientFrame(kind, body or {}, id))

    def send_frame(self, now: float, frame: ClientFrame) -> None:
        self.last_sent = now
        self.emit(Send(self.connection, frame))

    def complete(self, request: int, outcome: Outcome) -> None:
        self.emit(Complete(request, outcome))

    def reject(self, request: int, reason: str, message: str) -> None:
        self.complete(request, Rejected(reason, message))

    def pause(self, attempt: int, at_least: float = 0.0) -> float:
        return max(at_least, backoff.pause(self.advice, attempt, self.chance()))


def earlier(*times: float | None) -> float | None:
    """The earliest of those that are set."""
    return min((time for time in times if time is not None), default=None)


def is_due(time: float | None, now: float) -> bool:
    return time is not None and time <= now
