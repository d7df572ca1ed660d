"""One topic that a program follows, and everybody in it who wants to know."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from typing import Any, Callable

from realtime_actors import ClientClosedError, ReceivedEvent, Receipt, Subscription, UnresolvedError
from realtime_actors.running.loop_thread import DaemonWorker

from .handling import Handling

Callback = Callable[[str, Any], Any]

_LOG = logging.getLogger("hms_sys.bus")


class Topic:
    """Calls its callbacks one after the other in the worker's thread. A message is acked when they have returned and what they published meanwhile
    is on disk, so that a crash in between brings it again."""

    def __init__(self, name: str, worker: DaemonWorker, unanswered_max: int) -> None:
        self.name = name
        self.callbacks: list[Callback] = []
        self.subscription: Subscription | None = None
        # Orders those who come to it and those who leave it.
        self.gate = asyncio.Lock()
        self._worker = worker
        self._room = asyncio.Semaphore(unanswered_max)
        # An event loop holds its tasks weakly.
        self._waiting: set[asyncio.Task[None]] = set()

    async def handle(self, event: ReceivedEvent) -> None:
        await self._room.acquire()
        published = await asyncio.get_running_loop().run_in_executor(self._worker, self._call_back, event, list(self.callbacks))
        unanswered = len(published)
        if unanswered == 0:
            self._handled(event)
            return

        async def answered() -> None:
            outcomes = await asyncio.gather(*(asyncio.wrap_future(future) for future in published), return_exceptions=True)
            # What was refused is refused again; what may still be lost with this process has to be done by the next one.
            self._handled(event, is_done=not any(isinstance(outcome, (UnresolvedError, ClientClosedError)) for outcome in outcomes))

        task = asyncio.ensure_future(answered())
        self._waiting.add(task)
        task.add_done_callback(self._waiting.discard)

    def _handled(self, event: ReceivedEvent, is_done: bool = True) -> None:
        if is_done:
            event.ack()
        self._room.release()

    def _call_back(self, event: ReceivedEvent, callbacks: list[Callback]) -> list[Future[Receipt]]:
        with Handling(event) as handling:
            for callback in callbacks:
                try:
                    callback(event.channel, event.data)
                except BaseException:
                    _LOG.exception("A callback for %s failed at offset %d; the bus goes on.", event.channel, event.offset)
        return handling.published
