"""An event as a subscription hands it over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable

from .events import Event, Position


@dataclass(frozen=True)
class ReceivedEvent(Event):
    """``epoch`` is the life of the log that the offset is of; ``attempt`` is 2, 3 … when the server says that it delivers it again."""

    epoch: str = ""
    _acknowledge: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.offset)

    def ack(self) -> None:
        """With ``ack="manual"``: this event is done with. Events may be acked in any order; the session goes on from the first that is not."""
        self._acknowledge()
