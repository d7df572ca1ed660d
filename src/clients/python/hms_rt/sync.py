"""Listens to the topics of its sources and sends each change on to everybody, exactly once."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Any, Iterable

from hms_sys.bus import HMSBus
from realtime_actors import Receipt
from realtime_actors.names import check_channel

BROADCAST = "sync.broadcast"


class RealTimeSync:
    """Rebroadcasts every change of its sources on ``sync.broadcast`` as ``{"topic": …, "data": …}``; ``emit_change`` announces one of our own.

    Several instances, in one program or in many, may have the same sources: each change is broadcast once all the same, because the broadcast's
    producer is the source and its sequence the change's offset there. All of them share the program's bus (HMSBus.connect), which its environment
    configures: REALTIME_ENDPOINT, REALTIME_TOKEN, and REALTIME_SESSION_FILE, with which a restarted program also broadcasts what came while it was
    away.
    """

    def __init__(self, sources: Iterable[str] | None = None) -> None:
        if isinstance(sources, str):
            raise TypeError(f"A list of topics is expected as sources; the text {sources!r} came.")
        self.sources = [check_channel(topic) for topic in sources or []]
        if BROADCAST in self.sources:
            raise ValueError(f"{BROADCAST} cannot be a source: each broadcast would cause another one, without end.")
        self.bus = HMSBus.connect()
        self._is_started = False

    def start(self) -> None:
        """Begins to listen; returns when every source is followed. ConnectionError when the server cannot be reached within some seconds."""
        if self._is_started:
            return
        begun: list[str] = []
        try:
            for topic in self.sources:
                # Subscribe to each topic so that _on_change is called.
                self.bus.subscribe(topic, self._on_change)
                begun.append(topic)
        except BaseException:
            for topic in begun:
                self.bus.unsubscribe(topic, self._on_change)
            raise
        self._is_started = True

    def stop(self) -> None:
        """Listens no longer, and forgets how far it came; to go on there later, just end the program. The bus stays, for the others of this program."""
        if self._is_started:
            self._is_started = False
            for topic in self.sources:
                self.bus.unsubscribe(topic, self._on_change)

    def emit_change(self, topic: str, data: Any) -> Future[Receipt]:
        """Lets others know of a local change. Does not wait for the network: while the server cannot be reached, changes are kept and sent as soon as
        it can. The receipt comes in the future, for who wants to know."""
        return self.bus.publish(topic, data)

    def _on_change(self, topic: str, message: Any) -> None:
        # Simple broadcast: send the change to a generic channel.
        change = self.bus.in_hand
        producer = None if change is None else (f"hms_rt.sync:{change.channel}#{change.epoch}", change.offset)
        self.bus.publish(BROADCAST, {"topic": topic, "data": message}, producer=producer)
