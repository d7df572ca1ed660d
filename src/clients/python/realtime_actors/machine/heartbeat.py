"""A connection that says nothing for too long is taken for lost."""

from __future__ import annotations

from .core import MachineCore, earlier

_HEARTBEAT_DEFAULT = 25.0


class Heartbeat:
    def __init__(self, core: MachineCore) -> None:
        self._core = core
        self._every = _HEARTBEAT_DEFAULT
        self._last_received = 0.0
        self._last_ping = 0.0

    def heard(self, now: float) -> None:
        """Any frame is a sign of life."""
        self._last_received = now

    def welcomed(self, now: float, every: float) -> None:
        self._every = every if every > 0 else _HEARTBEAT_DEFAULT
        # The first frame on this connection retires the session's former key, so that one that leaked is of no use.
        self._ping(now)

    @property
    def deadline(self) -> float | None:
        return earlier(self._next_ping, self._silence) if self._core.is_welcomed else None

    def tick(self, now: float) -> None:
        if not self._core.is_welcomed:
            return
        if now >= self._silence:
            self._core.drop(now, None, f"Nothing came for {now - self._last_received:.1f} s; a heartbeat is {self._every:g} s.")
        elif now >= self._next_ping:
            self._ping(now)

    @property
    def _next_ping(self) -> float:
        """One heartbeat after the last sign of life in either direction; once asked, one more heartbeat is waited."""
        return max(min(self._last_received, self._core.last_sent), self._last_ping) + self._every

    @property
    def _silence(self) -> float:
        return self._last_received + 2 * self._every

    def _ping(self, now: float) -> None:
        self._last_ping = now
        self._core.send(now, "ping")
