"""How many events may come, so that what waits in memory has a bound."""

from __future__ import annotations

from .core import MachineCore


class Credit:
    """The window is always the sum of three: what the server may still send, what the application has, what is owed to the server."""

    def __init__(self, core: MachineCore) -> None:
        self._core = core
        self._at_server = 0
        self._owed = 0
        self.at_application = 0

    def for_hello(self) -> int | None:
        window = self._core.options.credit_window
        if window is None:
            return None
        self._owed = 0
        self._at_server = window - self.at_application
        return self._at_server

    def spend(self) -> bool:
        """An event came; False: more than credit was given for."""
        if self._core.options.credit_window is None:
            return True
        self._at_server -= 1
        return self._at_server >= 0

    def owe(self, now: float, events: int) -> None:
        window = self._core.options.credit_window
        if window is None:
            return
        # Half a window at a time: while less than that is owed, the rest is still at the server or in the application's hands.
        self._owed += events
        if not self._core.is_welcomed or self._owed < max(1, window // 2):
            return
        self._at_server += self._owed
        self._core.send(now, "credit", {"events": self._owed})
        self._owed = 0
