"""Who is there in a channel, and the way to be there oneself."""

from __future__ import annotations

import logging
from typing import Any, Callable, TypeVar

from .errors import RefusedError
from .machine import effects as e
from .members import PresenceChange, PresenceMember, PresenceSnapshot, change_between
from .protocol import codes
from .protocol.json_codec import compact
from .running.client_loop import ClientLoop

_LOG = logging.getLogger("realtime_actors")

_T = TypeVar("_T")


class Presence:
    """Who is there in a channel, and whether this client is.

    It is told of the others while it is there itself, or while the channel is followed with an interest in presence (``subscribe(…,
    presence="members")``). A session is there once, whoever in the program says so.
    """

    def __init__(self, channel: str, loop: ClientLoop) -> None:
        self.channel = channel
        self._loop = loop
        self._now = loop.machine.presence_in(channel)
        self._has_entered = False
        self._changed: list[Callable[[PresenceChange], None]] = []
        self._lost: list[Callable[[RefusedError], None]] = []

    @property
    def now(self) -> PresenceSnapshot:
        """Who is there, at one moment."""
        return self._now

    @property
    def count(self) -> int | None:
        """How many are there; None: nothing is told."""
        return self._now.count

    @property
    def members(self) -> list[PresenceMember] | None:
        """Everybody who is there, in order of their sessions; None: only the number is known, or nothing."""
        return None if self._now.members is None else list(self._now.members.values())

    def on_change(self, callback: Callable[[PresenceChange], None]) -> Callable[[], None]:
        """Tells the callback who has come, gone and changed, until the function that is returned is called. It must be quick."""
        return _added(self._changed, callback)

    def on_lost(self, callback: Callable[[RefusedError], None]) -> Callable[[], None]:
        """Tells the callback when the server does not let this client be there, or be told who is, any longer. It must be quick."""
        return _added(self._lost, callback)

    async def enter(self, state: Any = None) -> None:
        """Is there from now on, for others to see, until it leaves or the client is closed: over lost connections, too, after which it is said again.

        ``state`` is what others see of this client, at most 4 KiB of JSON. Returns when the server has taken it, which without a connection may take long;
        who is cancelled gives up waiting, and is there all the same until ``leave``. Raises RealTimeError when it is refused; what others saw before, if
        anything, they see on.
        """
        text = compact(state)
        self._has_entered = True
        await self._loop.call(self._loop.machine.enter(self._loop.now, self.channel, text))
        self._has_entered = True

    async def update(self, state: Any) -> None:
        """Shows something else of this client. Of many in a row the last counts: one is under way at a time, and those between are overtaken."""
        if not self._has_entered:
            raise RuntimeError(f"Only who is there can show something else of himself; await enter() of {self.channel} first.")
        await self.enter(state)

    async def leave(self) -> None:
        """Is not there any more; others see it at once."""
        self._has_entered = False
        await self._loop.call(self._loop.machine.leave(self._loop.now, self.channel))

    def show(self, snapshot: PresenceSnapshot) -> None:
        before, self._now = self._now, snapshot
        _tell(self._changed, change_between(before, snapshot))

    def lose(self, lost: e.PresenceLost) -> None:
        self._has_entered = False
        _tell(self._lost, RefusedError(lost.reason, lost.code, codes.name_of(lost.code), codes.retry_of(lost.code)))


def _added(callbacks: list[Callable[[_T], None]], callback: Callable[[_T], None]) -> Callable[[], None]:
    callbacks.append(callback)
    return lambda: callbacks.remove(callback) if callback in callbacks else None


def _tell(callbacks: list[Callable[[_T], None]], what: _T) -> None:
    for callback in list(callbacks):
        try:
            callback(what)
        except Exception:
            _LOG.exception("A callback of a presence failed.")
