"""The token of the next hello, and when to ask for another while the present one still holds."""

from __future__ import annotations

from .core import MachineCore, is_due
from .effects import ObtainToken

# Asked for this long, and no more than this part of its life, to twice that, before a token ends.
_RENEW_BEFORE_MAX = 60.0
_RENEW_BEFORE_PART = 0.2


class Tokens:
    """When a token ends is only a hint, read off the token itself: the server's word is what counts."""

    def __init__(self, core: MachineCore) -> None:
        self._core = core
        self.current = core.options.token
        self._ends_at: float | None = None
        self._renew_at: float | None = None
        self._failures = 0

    def is_wanted(self, now: float) -> bool:
        """Whether one must be obtained before a connection is opened."""
        if not self._core.obtains_tokens:
            return False
        if is_due(self._ends_at, now):
            self.forget()
        return self.current is None

    def forget(self) -> None:
        self.current = None
        self._ends_at = self._renew_at = None

    def obtain(self) -> None:
        self._renew_at = None
        self._core.emit(ObtainToken())

    def take(self, now: float, token: str, lasts: float | None) -> None:
        """A token, given by the function or by the application; ``lasts``: for so many seconds, where that is known."""
        self.current = token
        self._failures = 0
        self._ends_at = None if lasts is None else now + lasts
        self._renew_at = None
        if lasts is not None and lasts > 0 and self._core.obtains_tokens:
            # Clients that came together do not renew together; and a function that gives the same token again is not called in a circle.
            before = min(_RENEW_BEFORE_MAX, lasts * _RENEW_BEFORE_PART) * (1 + min(max(self._core.chance(), 0.0), 1.0))
            self._renew_at = now + max(1.0, lasts - before)

    def failed(self, now: float) -> None:
        """None could be had just now; tried again for as long as the present one holds."""
        pause = self._core.pause(self._failures, at_least=1.0)
        self._failures += 1
        if self._ends_at is not None and now + pause < self._ends_at:
            self._renew_at = now + pause

    @property
    def deadline(self) -> float | None:
        return self._renew_at if self._core.is_welcomed else None

    def tick(self, now: float) -> None:
        if self._core.is_welcomed and is_due(self._renew_at, now):
            self.obtain()
