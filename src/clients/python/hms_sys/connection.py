"""A program's connection to the bus: a client in a thread of its own, and another thread that calls callbacks."""

from __future__ import annotations

import asyncio
import logging
import os
from concurrent.futures import Future
from typing import Any

from realtime_actors import ClientClosedError, FileSessionStore, RealTimeClient, Receipt, RefusedError, SessionTicket
from realtime_actors.names import check_channel
from realtime_actors.protocol import codes
from realtime_actors.running.loop_thread import DaemonWorker, LoopThread

from . import handling
from .settings import BusSettings
from .topic import Callback, Topic

_LOG = logging.getLogger("hms_sys.bus")

# Messages of one topic whose callbacks have returned and whose publishes are not answered yet.
_UNANSWERED_MAX = 256


class BusConnection:
    """Used from any thread. Its own threads end with the program."""

    def __init__(self, settings: BusSettings, has_session: bool = True) -> None:
        self.process = os.getpid()
        self._settings = settings
        store = _StoreInLoop(settings.session_file) if settings.session_file and has_session else None
        self._client = RealTimeClient(settings.endpoint, settings.token, session_store=store, client_name="hms-bus/1")
        self._topics: dict[str, Topic] = {}
        self._worker = DaemonWorker("hms-bus-callbacks")
        self._thread = LoopThread("hms-bus")
        self._is_closed = False
        self._thread.run(self._client.start()).result()

    @property
    def state(self) -> str:
        return self._client.state.value

    def subscribe(self, topic: str, callback: Callback) -> None:
        check_channel(topic)
        self._require_open()
        self._thread.run(self._follow(topic, callback)).result()

    def unsubscribe(self, topic: str, callback: Callback) -> None:
        self._require_open()
        self._thread.run(self._leave(topic, callback)).result()

    def publish(self, topic: str, data: Any, producer: tuple[str, int] | None) -> Future[Receipt]:
        self._require_open()
        outcome: Future[Receipt] = Future()
        outcome.set_running_or_notify_cancel()
        self._thread.call(lambda: self._publish(topic, data, producer, outcome))
        present = handling.present()
        if present is not None:
            present.published.append(outcome)
        return outcome

    def close(self, within: float) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        self._thread.run(self._end(within)).result()
        # A callback that never returns must not keep the program.
        self._worker.shutdown(wait=False)
        self._thread.stop()

    async def _follow(self, name: str, callback: Callback) -> None:
        topic = self._topics.get(name)
        if topic is None:
            topic = self._topics[name] = Topic(name, self._worker, _UNANSWERED_MAX)
        async with topic.gate:
            topic.callbacks.append(callback)
            if topic.subscription is not None and not topic.subscription.is_ended:
                return
            try:
                # By offset: what is derived from the messages can then be numbered by it.
                topic.subscription = await asyncio.wait_for(
                    self._client.subscribe(name, topic.handle, ack="manual", order="offset"), self._settings.connect_within)
            except BaseException as fault:
                topic.callbacks.remove(callback)
                if isinstance(fault, asyncio.TimeoutError):
                    raise self._unreachable(name) from None
                raise

    async def _leave(self, name: str, callback: Callback) -> None:
        topic = self._topics.get(name)
        if topic is None:
            return
        async with topic.gate:
            if callback in topic.callbacks:
                topic.callbacks.remove(callback)
            if not topic.callbacks and topic.subscription is not None:
                await topic.subscription.unsubscribe()
                topic.subscription = None

    def _publish(self, topic: str, data: Any, producer: tuple[str, int] | None, outcome: Future[Receipt]) -> None:
        answer = self._client.publish_nowait(topic, topic, data, producer=producer)

        def answered(answer: asyncio.Future[Receipt]) -> None:
            if answer.cancelled():
                outcome.set_exception(ClientClosedError("The bus was closed before the answer came.", name="closed"))
            elif (fault := answer.exception()) is not None:
                # Where several publish the same, whoever comes late is told so.
                is_late = producer is not None and isinstance(fault, RefusedError) and fault.code in (codes.CONFLICT, codes.OUT_OF_WINDOW)
                _LOG.log(logging.INFO if is_late else logging.ERROR, "What was published on %s was not confirmed: %s", topic, fault)
                outcome.set_exception(fault)
            else:
                outcome.set_result(answer.result())

        answer.add_done_callback(answered)

    async def _end(self, within: float) -> None:
        try:
            await asyncio.wait_for(self._client.drain(), within)
        except asyncio.TimeoutError:
            _LOG.error("%d messages were not confirmed by %s within %g s and may be lost: %s", self._client.publishes_waiting, self._settings.endpoint, within,
                       self._client.last_failure or "no answer came")
        await self._client.close()

    def _unreachable(self, topic: str) -> ConnectionError:
        why = self._client.last_failure or f"no answer; the bus is {self.state}"
        return ConnectionError(
            f"{topic} could not be followed within {self._settings.connect_within:g} s: {why} Is the server running at {self._settings.endpoint}? "
            "REALTIME_ENDPOINT says where it is, REALTIME_CONNECT_WITHIN how long to wait.")

    def _require_open(self) -> None:
        if self._is_closed:
            raise ClientClosedError("The bus is closed.", name="closed")


class _StoreInLoop:
    """Writes in the bus's own thread: the executors of the standard library refuse while the interpreter shuts down."""

    def __init__(self, path: str) -> None:
        self._file = FileSessionStore(path)

    async def load(self) -> SessionTicket | None:
        return self._file.load()

    async def save(self, ticket: SessionTicket) -> None:
        self._file.save(ticket)
