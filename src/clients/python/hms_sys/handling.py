"""The message that the present thread is handling, and what is published meanwhile."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from types import TracebackType

from realtime_actors import ReceivedEvent, Receipt

_PRESENT = threading.local()


class Handling:
    """While it is entered it is the present one of its thread."""

    def __init__(self, event: ReceivedEvent) -> None:
        self.event = event
        # The message counts as handled when these are answered.
        self.published: list[Future[Receipt]] = []

    def __enter__(self) -> Handling:
        _PRESENT.handling = self
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        _PRESENT.handling = None


def present() -> Handling | None:
    """What the present thread is handling."""
    return getattr(_PRESENT, "handling", None)
