"""The client: publishes to channels and follows them, over as many connections as it takes."""

from __future__ import annotations

import asyncio
import json
import logging
import ssl as ssl_module
from types import TracebackType
from typing import Any, AsyncIterator, Callable, Iterable, Literal, Mapping, Sequence

from .errors import ClientClosedError, RealTimeError
from .events import AckMode, Confirm, Event, EventPage, From, Order, Overflow, Priority, Receipt
from .machine import MachineOptions
from .members import PresencePage
from .names import check_channel
from .presence import Presence
from .protocol.frames import ReconnectAdvice
from .protocol.json_codec import member
from .requests import publish_body, read_body, read_presence_body, subscribe_body
from .running import token_source
from .running.calls import completed_or_awaited
from .running.client_loop import ClientLoop
from .running.endpoints import address_of, is_encrypted, leaves_the_machine
from .running.token_source import Token
from .sessions import SessionStore, SessionTicket
from .states import ClientState, Notice, StateChange
from .subscription import Handler, Subscription

_LOG = logging.getLogger("realtime_actors")


class RealTimeClient:
    """A client of a RealTimeActors server.

    Each event of a followed channel is handed over once and in order; what is lost is told. Across a restart of the process an event that was handed
    over and not yet acked comes again. A publish is sent again after a lost connection, and is in the log at most once.

    Belongs to one event loop. At most ``events_max`` events wait for handlers, at most ``outbox_count_max`` publishes with ``outbox_bytes_max`` bytes
    for their answers; one more raises OutboxFullError.
    """

    def __init__(
        self,
        endpoint: str | Sequence[str] = "ws://127.0.0.1:8080/v1/ws",
        token: Token | None = None,
        *,
        session: SessionTicket | None = None,
        session_store: SessionStore | None = None,
        session_not_saved: Callable[[Exception], None] | None = None,
        client_name: str = "python/1",
        events_max: int = 1_024,
        piece_bytes: int | None = 16_384,
        ack_delay: float = 0.025,
        outbox_count_max: int = 10_000,
        outbox_bytes_max: int = 16 * 1024 * 1024,
        publish_within: float | None = None,
        read_within: float = 30.0,
        connect_within: float = 10.0,
        close_within: float = 2.0,
        reconnect: ReconnectAdvice = ReconnectAdvice(),
        ssl: ssl_module.SSLContext | None = None,
        loads: Callable[[str], Any] = json.loads,
    ) -> None:
        """``token``: a text that stays, or a function (plain or coroutine) that is asked before the first connection, again when the server wants a
        new one, and before the present one ends. ``session_not_saved``: told when the store failed, which means that the next process begins a new
        session; without it the client is closed. ``piece_bytes``: longer frames of the
        server may come in pieces of at most so many bytes, so that urgent events pass between them; None: every frame comes whole. ``loads`` reads JSON, for example with decimals. Times are seconds."""
        endpoints = tuple(address_of(one) for one in ([endpoint] if isinstance(endpoint, str) else endpoint))
        if token is not None and not callable(token) and (not isinstance(token, str) or not token):
            raise TypeError("A token is expected to be a text that is not empty, a function that gives one, or None.")
        self._options = MachineOptions(
            endpoints=endpoints, client_name=client_name, session=session, token=token if isinstance(token, str) else None, obtains_tokens=callable(token),
            credit_window=events_max, piece_bytes=piece_bytes, ack_delay=ack_delay, outbox_count_max=outbox_count_max, outbox_bytes_max=outbox_bytes_max,
            publish_within=publish_within, request_within=read_within, open_within=connect_within, answer_within=connect_within,
            close_within=close_within, reconnect=reconnect)
        self._token = token if callable(token) else None
        self._store = session_store
        self._session_not_saved = session_not_saved
        self._ssl = ssl
        self._loads = loads
        self._loop: ClientLoop | None = None
        self._starting: asyncio.Task[ClientLoop] | None = None
        self._subscriptions: set[Subscription] = set()
        self._presences: dict[str, Presence] = {}
        self._state_callbacks: list[Callable[[StateChange], None]] = []
        self._is_closed = False
        for address in endpoints:
            if token is not None and not is_encrypted(address) and leaves_the_machine(address):
                _LOG.warning("The token goes to %s without encryption: use wss.", address)

    @property
    def state(self) -> ClientState:
        """Where it stands."""
        if self._loop is not None:
            return self._loop.machine.state
        return ClientState.CLOSED if self._is_closed else ClientState.DISCONNECTED

    @property
    def session(self) -> SessionTicket | None:
        """As of the last connection. Carried over to another process, that one goes on where this one stopped."""
        return self._options.session if self._loop is None else self._loop.machine.session

    @property
    def publishes_waiting(self) -> int:
        """Publishes that are not answered yet."""
        return 0 if self._loop is None else self._loop.machine.publishes_waiting

    @property
    def last_failure(self) -> str | None:
        """Why the last attempt or connection failed, for people; None while one holds."""
        return None if self._loop is None else self._loop.machine.last_failure

    def on_state(self, callback: Callable[[StateChange], None]) -> Callable[[], None]:
        """Tells the callback of every change of state, in order, until the function that is returned is called. It must be quick."""
        self._state_callbacks.append(callback)
        return lambda: self._state_callbacks.remove(callback) if callback in self._state_callbacks else None

    async def start(self) -> None:
        """Begins to connect and does not wait for it: publishes are kept until the server is there."""
        await self._started()

    async def connect(self) -> None:
        """Connects, however many attempts it takes (asyncio.wait_for gives up waiting). From then on the client reconnects by itself. Raises
        ClientClosedError when the server refused in a way that no further attempt can change."""
        loop = await self._started()
        await asyncio.shield(loop.connected)

    async def __aenter__(self) -> RealTimeClient:
        try:
            await self.connect()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    async def publish(
        self,
        channel: str,
        type: str,
        data: Any = None,
        *,
        confirm: Confirm = "persisted",
        key: str | None = None,
        priority: Priority = "normal",
        message_id: str | None = None,
        source: str | None = None,
        correlation_id: str | None = None,
        ttl: float | None = None,
        delivered_count: int | None = None,
        delivered_timeout: float | None = None,
        producer: tuple[str, int] | None = None,
    ) -> Receipt:
        """Publishes and waits for as much as ``confirm`` says, over reconnects; cancelling gives up waiting, what was sent already may be in the log.

        ``producer`` is an id and a sequence that grows, by which the server recognises repeats, for publishes that are repeated by other processes;
        without it the client numbers its own. Raises RealTimeError; where its ``may_be_in_log`` is False the event is in no log.
        """
        return await self.publish_nowait(
            channel, type, data, confirm=confirm, key=key, priority=priority, message_id=message_id, source=source, correlation_id=correlation_id,
            ttl=ttl, delivered_count=delivered_count, delivered_timeout=delivered_timeout, producer=producer)

    def publish_nowait(
        self,
        channel: str,
        type: str,
        data: Any = None,
        *,
        confirm: Confirm = "persisted",
        key: str | None = None,
        priority: Priority = "normal",
        message_id: str | None = None,
        source: str | None = None,
        correlation_id: str | None = None,
        ttl: float | None = None,
        delivered_count: int | None = None,
        delivered_timeout: float | None = None,
        producer: tuple[str, int] | None = None,
    ) -> asyncio.Future[Receipt]:
        """As publish, but returns at once with the future receipt. What is wrong or has no room is raised at once."""
        if str(confirm) == "none":
            raise ValueError("A receipt is never given with confirm='none'; use send for it.")
        return self._publish(publish_body(
            channel, type, data, confirm, key, priority, message_id, source, correlation_id, ttl, delivered_count, delivered_timeout, producer))

    async def send(self, channel: str, type: str, data: Any = None, *, key: str | None = None, priority: Priority = "normal", ttl: float | None = None) -> None:
        """Publishes without an answer: returns when it was handed to a connection, which may lose it."""
        await self._publish(publish_body(channel, type, data, "none", key, priority, ttl=ttl))

    async def subscribe(
        self,
        channels: str | Iterable[str],
        handler: Handler | None = None,
        *,
        from_: From | None = None,
        ack: AckMode = "auto",
        order: Order = "lanes",
        overflow: Overflow | None = None,
        priority: Priority | None = None,
        fields: Iterable[str] | None = None,
        shape: Mapping[str, Any] | None = None,
        filter: Mapping[str, Iterable[str]] | None = None,
        presence: Literal["none", "count", "members"] = "none",
        on_notice: Callable[[Notice], None] | None = None,
    ) -> Subscription:
        """Follows one channel or several, or every channel that a pattern means (``session.*.emotion``, ``funding.>``); returns when the server has
        taken them up.

        ``handler`` (plain or coroutine function) gets one event after the other; a plain one must be quick, as everything in an event loop. When it
        raises, the subscription ends, and its ``wait`` says so. Without a handler run ``async for`` over what is returned.
        ``from_`` is where this process begins: None is where the session left off, and for a new session now; reconnects go on from where they
        stand. With ``ack="auto"`` an event is acked when its handler has returned; ``on_notice`` is told of gaps, resets, lag and interruptions, in
        order with the events; without it gaps and resets are logged as warnings.
        What is wanted, the server sees to: ``filter={"type": ["grant.*"], "source": ["office-1"]}`` (all must hold; a ``*`` at the end is a prefix),
        ``fields`` (of the data), ``priority`` (the least), and ``shape``: ``debounceMs``, ``debounceMaxMs``, ``immediate`` (types that need not wait),
        ``conflate`` ("key" or "channel": of what waits only the newest), ``batchMs``, ``batchMax``, ``maxPerSecond``.
        With ``presence`` who is there is told, too, by ``client.presence(channel)``: how many, or everybody.
        """
        loop = self._require_loop()
        names = [channels] if isinstance(channels, str) else list(channels)
        if not names:
            raise ValueError("At least one channel is expected; there is none.")
        if len(set(names)) < len(names):
            raise ValueError(f"Each channel is expected once; {names} came.")
        fields = None if fields is None else list(fields)
        requests = [subscribe_body(name, from_, ack, order, overflow, priority, fields, shape, filter, presence) for name in names]
        subscription = Subscription(loop, handler, on_notice)
        self._subscriptions = {one for one in self._subscriptions if not one.is_ended} | {subscription}
        await subscription.begin(requests)
        return subscription

    async def unsubscribe(self, channels: str | Iterable[str] | Subscription) -> None:
        """Leaves channels, with the whole subscription that they are part of; the session forgets its cursors there."""
        names = {channels} if isinstance(channels, str) else set(channels.channels if isinstance(channels, Subscription) else channels)
        for subscription in list(self._subscriptions):
            if names & set(subscription.channels):
                await subscription.unsubscribe()

    async def read(self, channel: str, from_: From | int = "earliest", limit: int = 0) -> EventPage:
        """Reads a page of a channel's log; ``from_`` may be an offset, and the ``next`` of the page before. ``limit`` 0: as many as the server likes."""
        loop = self._require_loop()
        body = read_body(channel, from_, limit)
        page = await loop.call(loop.machine.read(loop.now, body))
        return EventPage(page.epoch, page.items, page.next)

    def presence(self, channel: str) -> Presence:
        """Who is there in a channel, and the way to be there oneself: ``await client.presence(channel).enter(state)``. Asked for again it is the same one."""
        loop = self._require_loop()
        present = self._presences.get(channel)
        if present is None:
            present = loop.presences[channel] = self._presences[channel] = Presence(check_channel(channel), loop)
        return present

    async def read_presence(self, channel: str, after: str | None = None, limit: int = 0) -> PresencePage:
        """Reads a page of those who are there, however many they are; ``after`` is the ``next`` of the page before. It takes the right ``presence``."""
        loop = self._require_loop()
        page = await loop.call(loop.machine.read(loop.now, read_presence_body(channel, after, limit)))
        return PresencePage(len(page.items) if page.count is None else page.count, tuple(member(item) for item in page.items), page.next_key)

    async def history(self, channel: str, from_: From | int = "earliest", page_size: int = 0) -> AsyncIterator[Event]:
        """Every event of a channel's log from there up to the present head, page by page."""
        next: From | int | None = from_
        while next is not None:
            page = await self.read(channel, next, page_size)
            for event in page.events:
                yield event
            next = page.next

    async def refresh(self, token: str) -> None:
        """Authenticates anew without reconnecting; every subscription is authorized again."""
        loop = self._require_loop()
        await loop.call(loop.machine.refresh(loop.now, token, token_source.lasts(token)))

    async def drain(self) -> None:
        """Returns when no publish waits for its answer."""
        if self._loop is not None and self._loop.machine.publishes_waiting > 0:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._loop.idle_waiters.append(waiter)
            await waiter

    async def close(self, keep_session: bool = True) -> None:
        """Waits a little for the handlers that run, says bye and ends. ``keep_session=False``: the server forgets the session, cursors and all."""
        if self._is_closed and self._loop is None:
            return
        self._is_closed = True
        if self._starting is not None and not self._starting.done():
            await asyncio.wait([self._starting])
        if self._loop is None:
            return
        await self._stop_handlers()
        self._loop.close(keep_session)
        await self._loop.stopped()

    async def _stop_handlers(self) -> None:
        for subscription in self._subscriptions:
            subscription.stop_handing_over()
        # A handler may close its own client.
        tasks = {one.task for one in self._subscriptions if one.task is not None} - {asyncio.current_task()}
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=self._options.close_within)
            for task in late:
                task.cancel()

    async def _started(self) -> ClientLoop:
        if self._is_closed:
            raise ClientClosedError("The client is closed.", name="closed")
        if self._starting is None:
            self._starting = asyncio.ensure_future(self._start())
        try:
            return await asyncio.shield(self._starting)
        except Exception:
            # A store that could not be read may be readable later.
            self._starting = None
            raise

    async def _start(self) -> ClientLoop:
        options = self._options
        if options.session is None and self._store is not None:
            options = MachineOptions(**{**vars(options), "session": await completed_or_awaited(self._store.load)})
        loop = ClientLoop(options, self._token, self._store, self._session_not_saved, self._tell_state, self._loads, self._ssl)
        self._loop = loop
        loop.start()
        return loop

    def _publish(self, body: dict[str, Any]) -> asyncio.Future[Any]:
        loop = self._require_loop()
        answer = loop.call(loop.machine.publish(loop.now, body))
        if answer.done():
            fault = answer.exception()
            if isinstance(fault, RealTimeError):
                raise fault
        return answer

    def _require_loop(self) -> ClientLoop:
        if self._loop is None:
            raise RuntimeError("The client is not connected; await connect() or start() first.")
        return self._loop

    def _tell_state(self, change: StateChange) -> None:
        for callback in list(self._state_callbacks):
            try:
                callback(change)
            except Exception:
                _LOG.exception("A callback of on_state failed.")
