"""How many events may come, so that what waits in memory has a bound."""

from __future__ import annotations

from .core import MachineCore
from .successor import Successor


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

    def share(self, successor: Successor) -> int | None:
        """The window is shared for a moment: a quarter at most is left to what is still under way on the present connection."""
        window = self._core.options.credit_window
        if window is None:
            return None
        free = window - self.at_application
        successor.events_before = min(self._at_server, max(1, window // 4), free)
        successor.credit = free - successor.events_before
        return successor.credit

    def succeed(self, successor: Successor) -> None:
        """From now on the successor's credit is what the server has."""
        window = self._core.options.credit_window
        if window is not None and successor.is_greeting:
            self._at_server = successor.credit
            self._owed = window - self.at_application - self._at_server

    def owe(self, now: float, events: int) -> None:
        window = self._core.options.credit_window
        if window is None:
            return
        # Half a window at a time: while less than that is owed, the rest is still at the server or in the application's hands.
        # What a successor was promised in its hello is counted already, so the connection that it replaces gets no more.
        self._owed += events
        is_shared = self._core.successor is not None and self._core.successor.is_greeting
        if not self._core.is_welcomed or is_shared or self._owed < max(1, window // 2):
            return
        self._at_server += self._owed
        self._core.send(now, "credit", {"events": self._owed})
        self._owed = 0
