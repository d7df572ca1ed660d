"""The bus as programs use it: synchronous, one connection for the whole program."""

from __future__ import annotations

import atexit
import os
import threading
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Callable

from realtime_actors import ReceivedEvent, Receipt

from . import handling
from .connection import BusConnection
from .settings import BusSettings
from .topic import Callback


class HMSBus:
    """Publishes to topics and follows them. A topic is a channel; the type of its events is the topic.

    ``publish`` does not wait for the network: while the server cannot be reached, messages are kept (10,000 or 16 MiB of them; one more raises
    OutboxFullError) and sent in order as soon as it can, each exactly once. The end of the program waits up to REALTIME_FLUSH_WITHIN seconds for
    what is not confirmed yet.
    """

    _shared: HMSBus | None = None
    _shared_gate = threading.Lock()

    def __init__(self, settings: BusSettings | None = None) -> None:
        """A bus of its own; ``connect`` gives the program's."""
        self._settings = settings or BusSettings.from_environment()
        self._gate = threading.Lock()
        self._connection = BusConnection(self._settings)
        atexit.register(self._close_at_exit)

    @classmethod
    def connect(cls) -> HMSBus:
        """The bus of this program, connected as its environment says (BusSettings.from_environment). Whoever asks gets the same. Does not wait until
        the server is there."""
        with cls._shared_gate:
            if cls._shared is None:
                cls._shared = cls()
            return cls._shared

    @property
    def state(self) -> str:
        """disconnected, connecting, connected, reconnecting or closed."""
        return self._present().state

    @property
    def in_hand(self) -> ReceivedEvent | None:
        """Within a callback: the event that it is called for, with its offset, epoch, time and so on."""
        present = handling.present()
        return None if present is None else present.event

    def subscribe(self, topic: str, callback: Callback) -> None:
        """Calls ``callback(topic, message)`` for every message from now on, or from where the session left off (REALTIME_SESSION_FILE); one at a time
        for all topics, in a thread of the bus. Returns when the server has taken it up; ConnectionError when it does not within
        REALTIME_CONNECT_WITHIN seconds.

        A message counts as handled when its callbacks have returned and what they published meanwhile is on disk. A callback that raises is logged, and
        the bus goes on."""
        self._present().subscribe(topic, callback)

    def unsubscribe(self, topic: str, callback: Callback) -> None:
        """Ends what ``subscribe`` began."""
        self._present().unsubscribe(topic, callback)

    def publish(self, topic: str, data: Any, *, producer: tuple[str, int] | None = None) -> Future[Receipt]:
        """Publishes and does not wait; the receipt comes in the future, an error is logged besides. ``producer`` is an id and a sequence that grows, for
        what several programs publish and only one of them should: the channel takes each sequence once."""
        return self._present().publish(topic, data, producer)

    def close(self, within: float | None = None) -> None:
        """Waits up to ``within`` seconds for what is not confirmed yet, and ends the bus for this program."""
        with HMSBus._shared_gate:
            if HMSBus._shared is self:
                HMSBus._shared = None
        atexit.unregister(self._close_at_exit)
        self._connection.close(self._settings.flush_within if within is None else within)

    def __enter__(self) -> HMSBus:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _present(self) -> BusConnection:
        """Threads do not survive a fork: the child gets a connection of its own. The session, and what is followed, stay with the parent."""
        if self._connection.process != os.getpid():
            with self._gate:
                if self._connection.process != os.getpid():
                    self._connection = BusConnection(self._settings, has_session=False)
        return self._connection

    def _close_at_exit(self) -> None:
        if self._connection.process == os.getpid():
            self._connection.close(self._settings.flush_within)


def _after_fork() -> None:
    # Somebody may have held it while the process was copied.
    HMSBus._shared_gate = threading.Lock()


_register: Callable[..., None] | None = getattr(os, "register_at_fork", None)
if _register is not None:
    _register(after_in_child=_after_fork)
