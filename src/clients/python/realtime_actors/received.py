"""An event as a subscription hands it over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Callable

from .events import Event, Position

# What a server keeps of a reason.
_REASON_CHARS_MAX = 500


@dataclass(frozen=True)
class ReceivedEvent(Event):
    """``epoch`` is the life of the log that the offset is of; ``attempt`` is 2, 3 … when the server says that it delivers it again."""

    epoch: str = ""
    _acknowledge: Callable[[], None] = field(default=lambda: None, repr=False, compare=False)
    _nack: Callable[[str | None], None] = field(default=lambda reason: None, repr=False, compare=False)

    @property
    def position(self) -> Position:
        return Position(self.epoch, self.offset)

    def ack(self) -> None:
        """With ``ack="manual"``: this event is done with. Events may be acked in any order; the session goes on from the first that is not."""
        self._acknowledge()

    def nack(self, reason: str | None = None) -> None:
        """This event could not be processed. It is not acked, by its handler's return neither; the server delivers it again after a pause, with the
        next ``attempt``, and after too many attempts it puts it to the dead letters of the channel. Of the reason 500 characters are kept."""
        self._nack(None if reason is None else reason[:_REASON_CHARS_MAX])
