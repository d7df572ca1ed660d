"""Channels that are being followed, as an application sees them."""

from __future__ import annotations

import asyncio
import inspect
import logging
from types import TracebackType
from typing import Any, AsyncIterator, Awaitable, Callable, Union

from .errors import ClientClosedError
from .machine.effects import Deliver
from .machine.followed import FollowedChannel
from .received import ReceivedEvent
from .running.client_loop import ClientLoop
from .states import Gap, Lag, Notice, Reset, Started, Withdrawn

Handler = Callable[[ReceivedEvent], Union[None, Awaitable[None]]]

_LOG = logging.getLogger("realtime_actors")
_END = object()


class Subscription:
    """Hands over one event at a time, in order: to its handler, or to the ``async for`` that runs over it. There an event counts as handled when the
    next one is asked for."""

    def __init__(self, loop: ClientLoop, handler: Handler | None, on_notice: Callable[[Notice], None] | None) -> None:
        self._loop = loop
        self._handler = handler
        self._on_notice = on_notice
        self._followed: list[FollowedChannel] = []
        # Not bounded by itself: never more events wait in it than the client's credit window lets come.
        self._items: asyncio.Queue[Any] = asyncio.Queue()
        self._unstarted: set[str] = set()
        self._started: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._fault: Exception | None = None
        self._is_stopping = False
        self._lags: dict[str, Lag] = {}
        self._in_hand: Deliver | None = None
        self.task: asyncio.Task[None] | None = None

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(followed.channel for followed in self._followed)

    @property
    def lag(self) -> Lag | None:
        """How far the server is behind with what it sends here, and what it does about it: of the channel that is furthest behind; None: it keeps up."""
        return max(self._lags.values(), key=lambda lag: lag.behind) if self._lags else None

    @property
    def is_ended(self) -> bool:
        """Whether no event will be handed over any more."""
        return self._ended.done()

    async def wait(self) -> None:
        """Returns when no event will be handed over any more: well after unsubscribe and close; raises what the handler raised, or why the server
        ended it."""
        await asyncio.shield(self._ended)

    async def unsubscribe(self) -> None:
        """Leaves the channels; the session forgets its cursors there. Events that wait are not handed over and not acked; a handler that runs is not
        waited for. To stop and go on later, close the client only."""
        self._stop(self._loop.machine.unsubscribe)

    def __aiter__(self) -> AsyncIterator[ReceivedEvent]:
        if self._handler is not None:
            raise TypeError("The events of this subscription go to its handler; subscribe without one to iterate.")
        return self

    async def __anext__(self) -> ReceivedEvent:
        self._settle_in_hand()
        delivery = await self._next()
        if delivery is None:
            self._finish()
            if self._fault is not None:
                raise self._fault
            raise StopAsyncIteration
        self._in_hand = delivery
        return self._received(delivery)

    async def __aenter__(self) -> Subscription:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.unsubscribe()

    # What the client and its loop use.

    async def begin(self, requests: list[dict[str, Any]]) -> None:
        """Asks for the channels; returns when the server has taken up all of them."""
        try:
            for body in requests:
                self._unstarted.add(body["channel"])
                self._followed.append(self._loop.follow(body["channel"], body, self))
            if self._handler is not None:
                self.task = asyncio.ensure_future(self._dispatch(self._handler))
            await self._started
        except BaseException:
            self._stop(self._loop.machine.unsubscribe)
            raise

    def enqueue(self, item: Any) -> None:
        if isinstance(item, Started):
            self._unstarted.discard(item.channel)
            if not self._unstarted and not self._started.done():
                self._started.set_result(None)
        if isinstance(item, Lag) and item.mode != "live":
            self._lags[item.channel] = item
        elif isinstance(item, (Lag, Started, Withdrawn)):
            self._lags.pop(item.channel, None)
        if isinstance(item, Deliver) and self._is_stopping:
            self._release(item)
        else:
            self._items.put_nowait(item)

    def fail(self, fault: Exception | None) -> None:
        """What has come is still handed over; then it ends."""
        if self._fault is None:
            self._fault = fault
        if fault is not None and self._handler is not None and self._started.done():
            _LOG.error("%s", fault)
        if not self._started.done():
            self._started.set_exception(fault or ClientClosedError("The subscription was ended before the server took it up.", name="closed"))
            self._started.exception()
        for followed in self._followed:
            self._loop.machine.let_go(self._loop.now, followed)
        self._items.put_nowait(_END)

    def stop_handing_over(self) -> None:
        """The client is about to close: whatever waits stays with the session."""
        self._is_stopping = True
        self._items.put_nowait(_END)

    async def _dispatch(self, handler: Handler) -> None:
        try:
            while (delivery := await self._next()) is not None:
                self._in_hand = delivery
                result = handler(self._received(delivery))
                if inspect.isawaitable(result):
                    await result
                self._settle_in_hand()
        except Exception as fault:
            event = self._in_hand.event if self._in_hand else None
            where = f"at {event.channel} {event.offset}" if event else "of notices"
            _LOG.error("The handler %s failed; its subscription ends and the event is not acked.", where, exc_info=fault)
            self._fault = fault
            self._stop(self._loop.machine.let_go)
        finally:
            self._finish()

    async def _next(self) -> Deliver | None:
        while not self._is_stopping:
            item = await self._items.get()
            if item is _END:
                # For whoever asks again.
                self._items.put_nowait(_END)
                return None
            if isinstance(item, Deliver):
                if self._is_stopping:
                    self._release(item)
                    return None
                return item
            self._tell(item)
        return None

    def _tell(self, notice: Notice) -> None:
        if self._on_notice is not None:
            self._on_notice(notice)
        elif isinstance(notice, Gap):
            _LOG.warning("Lost in %s: offsets %d to %d (%s).", notice.channel, *notice.offsets, notice.reason)
        elif isinstance(notice, Reset):
            _LOG.warning("The log of %s began another life, %s (%s): what was built from its events is no longer true.", notice.channel, notice.epoch, notice.reason)

    def _received(self, delivery: Deliver) -> ReceivedEvent:
        def acknowledge() -> None:
            self._loop.machine.acknowledge(self._loop.now, delivery)
            self._loop.carry_out()

        def nack(reason: str | None) -> None:
            self._loop.machine.nack(self._loop.now, delivery, reason)
            self._loop.carry_out()

        return ReceivedEvent(**vars(delivery.event), epoch=delivery.epoch, _acknowledge=acknowledge, _nack=nack)

    def _settle_in_hand(self) -> None:
        if self._in_hand is not None:
            delivery, self._in_hand = self._in_hand, None
            self._loop.machine.handled(self._loop.now, delivery)
            self._loop.carry_out()

    def _release(self, delivery: Deliver) -> None:
        self._loop.machine.released(self._loop.now, delivery)

    def _stop(self, leave: Callable[[float, FollowedChannel], None]) -> None:
        if not self._is_stopping:
            self._is_stopping = True
            for followed in self._followed:
                leave(self._loop.now, followed)
            self._loop.forget(self)
            self._items.put_nowait(_END)
            if self.task is None:
                self._finish()
        self._loop.carry_out()

    def _finish(self) -> None:
        """The credit of what was not handed over goes back."""
        self._is_stopping = True
        if self._in_hand is not None:
            delivery, self._in_hand = self._in_hand, None
            self._release(delivery)
        while not self._items.empty():
            item = self._items.get_nowait()
            if isinstance(item, Deliver):
                self._release(item)
        self._items.put_nowait(_END)
        self._loop.carry_out()
        if not self._ended.done():
            if self._fault is None:
                self._ended.set_result(None)
            else:
                self._ended.set_exception(self._fault)
                # Nobody has to await it.
                self._ended.exception()
