"""Owns the machine: passes on what happens, and carries out what the machine wants done."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import ssl
from typing import Any, Callable, Protocol

from ..errors import ClientClosedError, NotSentError, OutboxFullError, RealTimeError, RefusedError, UnresolvedError
from ..machine import ClientMachine, MachineOptions, effects as e
from ..machine.followed import FollowedChannel
from ..members import PresenceSnapshot
from ..protocol import codes
from ..protocol.frames import ServerFrame
from ..sessions import SessionStore
from ..states import ClientState, Ended, StateChange
from . import token_source
from .calls import completed_or_awaited
from .endpoints import address_of, is_encrypted
from .link import WebSocketLink

_LOG = logging.getLogger("realtime_actors")


class DeliveryTarget(Protocol):
    """Who gets what a followed channel brings: the host of a followed channel."""

    def enqueue(self, item: Any) -> None: ...

    def fail(self, fault: Exception | None) -> None: ...


class PresenceTarget(Protocol):
    """Who is told who is there in a channel."""

    def show(self, snapshot: PresenceSnapshot) -> None: ...

    def lose(self, lost: e.PresenceLost) -> None: ...


class ClientLoop:
    """Lives in one event loop and is used from its thread only. Inputs are applied at once; their effects are carried out in order, and wait
    while a session's new key is being stored."""

    def __init__(
        self,
        options: MachineOptions,
        token: Callable[[], Any] | None,
        store: SessionStore | None,
        session_not_saved: Callable[[Exception], None] | None,
        state_changed: Callable[[StateChange], None],
        loads: Callable[[str], Any],
        ssl_context: ssl.SSLContext | None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._options = options
        self._token = token
        self._store = store
        self._session_not_saved = session_not_saved
        self._state_changed = state_changed
        self._loads = loads
        self._ssl_context = ssl_context
        self.machine = ClientMachine(options, "p-" + secrets.token_hex(16), random.random)
        self.connected: asyncio.Future[None] = self._loop.create_future()
        self.closed: asyncio.Future[None] = self._loop.create_future()
        self.idle_waiters: list[asyncio.Future[None]] = []
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._hosts: set[DeliveryTarget] = set()
        self.presences: dict[str, PresenceTarget] = {}
        # One, or two while one takes the other's place.
        self._open_links: dict[int, WebSocketLink] = {}
        # Those too that are closed and have not come to their end.
        self._links: set[WebSocketLink] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._is_carrying_out = False
        self._saving: asyncio.Task[None] | None = None
        self._obtaining: asyncio.Task[None] | None = None
        self._fault: Exception | None = None

    @property
    def now(self) -> float:
        return self._loop.time()

    def start(self) -> None:
        self.machine.start(self.now)
        self.carry_out()

    def close(self, keep_session: bool) -> None:
        self.machine.close(self.now, keep_session)
        self.carry_out()

    async def stopped(self) -> None:
        """Returns when nothing of it runs any more. Only after it was closed."""
        await asyncio.wait([self.closed])
        if self._obtaining is not None:
            self._obtaining.cancel()
        for link in list(self._links):
            await link.ended()

    def call(self, request: int) -> asyncio.Future[Any]:
        """How a request of the machine will end: its receipt, page or nothing; or an error."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        if self._fault is not None:
            answer.set_exception(self._fault)
            return answer
        self._calls[request] = answer
        answer.add_done_callback(lambda _: self._withdraw(request) if answer.cancelled() else None)
        self.carry_out()
        return answer

    def follow(self, channel: str, body: dict[str, Any], host: DeliveryTarget) -> FollowedChannel:
        if self._fault is not None:
            raise self._fault
        followed = self.machine.subscribe(self.now, channel, body)
        followed.host = host
        self._hosts.add(host)
        self.carry_out()
        return followed

    def forget(self, host: DeliveryTarget) -> None:
        self._hosts.discard(host)

    # What links tell.

    def link_opened(self, connection: int) -> None:
        self.machine.opened(self.now, connection)
        self.carry_out()

    def link_received(self, connection: int, frames: list[ServerFrame]) -> None:
        try:
            for frame in frames:
                self.machine.received(self.now, connection, frame)
        except Exception as fault:
            self._abandon(fault)
            return
        self.carry_out()

    def link_violated(self, connection: int, reason: str) -> None:
        self.machine.violated(self.now, connection, reason)
        self.carry_out()

    def link_ended(self, connection: int, code: int | None, reason: str) -> None:
        _LOG.info("The connection has ended: %s%s", reason, f" ({code})" if code else "")
        self._open_links.pop(connection, None)
        self.machine.disconnected(self.now, connection, code, reason)
        self.carry_out()

    # What the machine wants done.

    def carry_out(self) -> None:
        if self._is_carrying_out or self._saving is not None or self._fault is not None:
            return
        self._is_carrying_out = True
        try:
            while (effect := self.machine.take()) is not None:
                if isinstance(effect, e.SessionChanged) and self._store is not None:
                    self._saving = asyncio.ensure_future(self._save(effect, self._store))
                    break
                self._do(effect)
        except Exception as fault:
            self._abandon(fault)
        finally:
            self._is_carrying_out = False
        for link in self._open_links.values():
            link.flush()
        self._arm()
        if self.machine.publishes_waiting == 0 and self.idle_waiters:
            for waiter in self.idle_waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self.idle_waiters.clear()

    def _do(self, effect: e.Effect) -> None:
        match effect:
            case e.Deliver():
                effect.followed.host.enqueue(effect)
            case e.Send(connection, frame):
                if (link := self._open_links.get(connection)) is not None:
                    link.enqueue(frame)
            case e.Complete(request, outcome):
                self._complete(request, outcome)
            case e.Notify(followed, notice):
                followed.host.enqueue(notice)
                if isinstance(notice, Ended):
                    # Where the client itself was closed by the application, its subscriptions end well.
                    fault = None if notice.code == codes.BYE else ClientClosedError(
                        f"{notice.channel} is no longer followed: {notice.reason}", notice.code, codes.name_of(notice.code), notice.retry)
                    followed.host.fail(fault)
                    self._hosts.discard(followed.host)
            case e.PresenceShown(channel, snapshot) if channel in self.presences:
                self.presences[channel].show(snapshot)
            case e.PresenceLost() if effect.channel in self.presences:
                self.presences[effect.channel].lose(effect)
            case e.Open(connection, endpoint):
                self._open(connection, endpoint)
            case e.CloseTransport(connection, reason):
                if (link := self._open_links.pop(connection, None)) is not None:
                    link.close(reason)
            case e.ObtainToken():
                if self._obtaining is not None:
                    self._obtaining.cancel()
                self._obtaining = asyncio.ensure_future(self._obtain_token())
            case e.EnterState(change):
                self._enter(change)

    def _open(self, connection: int, endpoint: str) -> None:
        try:
            address = address_of(endpoint)
            if not is_encrypted(address) and any(is_encrypted(own) for own in self._options.endpoints):
                raise ValueError(f"The server sent this client to {address}, which is not encrypted.")
        except ValueError as error:
            self._loop.call_soon(self.link_ended, connection, None, str(error))
            return
        link = self._open_links[connection] = WebSocketLink(connection, address, self, self._loads, self._ssl_context, self._options.open_within)
        self._links.add(link)
        link.run.add_done_callback(lambda _: self._links.discard(link))

    def _complete(self, request: int, outcome: e.Outcome) -> None:
        answer = self._calls.pop(request, None)
        if answer is None or answer.done():
            return
        match outcome:
            case e.Published(receipt):
                answer.set_result(receipt)
            case e.Paged(page):
                answer.set_result(page)
            case e.Sent() | e.Done():
                answer.set_result(None)
            case _:
                answer.set_exception(_error_of(outcome))

    def _enter(self, change: StateChange) -> None:
        _LOG.info("%s: %s", change.state.value, change.reason)
        if change.state is ClientState.CONNECTED:
            _settle(self.connected, None)
        elif change.state is ClientState.CLOSED:
            code = change.close_code or codes.BYE
            _settle(self.connected, ClientClosedError(
                f"The client was closed before it was connected: {change.reason}", code, codes.name_of(code), codes.retry_of(code)))
            _settle(self.closed, None)
        self._state_changed(change)

    async def _save(self, changed: e.SessionChanged, store: SessionStore) -> None:
        try:
            await completed_or_awaited(store.save, changed.ticket)
        except Exception as fault:
            if self._session_not_saved is None:
                self._saving = None
                self._abandon(fault)
                return
            self._session_not_saved(fault)
        self._saving = None
        self.carry_out()

    async def _obtain_token(self) -> None:
        assert self._token is not None, "A token was asked for and there is no function for it."
        try:
            token = await token_source.obtain(self._token)
        except asyncio.CancelledError:
            raise
        except Exception as fault:
            # Without its text, which might have a secret of the application in it.
            _LOG.warning("The token function failed: %s", type(fault).__name__, exc_info=_LOG.isEnabledFor(logging.DEBUG))
            self.machine.token_failed(self.now, f"the token function failed with {type(fault).__name__}")
        else:
            self.machine.token_obtained(self.now, token, token_source.lasts(token))
        self._obtaining = None
        self.carry_out()

    def _withdraw(self, request: int) -> None:
        if self._calls.pop(request, None) is not None:
            self.machine.withdraw(self.now, request)
            self.carry_out()

    def _arm(self) -> None:
        # One that fires too early finds nothing due and is set again; that is cheaper than to move it with every message.
        deadline = self.machine.deadline
        if deadline is None or (self._timer is not None and self._timer_at <= deadline):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._timer_at = deadline
        self._timer = self._loop.call_at(deadline, self._tick)

    def _tick(self) -> None:
        self._timer = None
        # The event loop may call a little early, by its own resolution.
        try:
            self.machine.tick(max(self.now, self._timer_at))
        except Exception as fault:
            self._abandon(fault)
            return
        self.carry_out()

    def _abandon(self, fault: Exception) -> None:
        """An error of ours, or of the session store: nothing that waits may wait for ever."""
        _LOG.error("The client has failed and is closed: %s", fault, exc_info=fault)
        self._fault = fault
        if self._timer is not None:
            self._timer.cancel()
        for link in self._open_links.values():
            link.close("the client failed")
        self._open_links.clear()
        for answer in self._calls.values():
            if not answer.done():
                answer.set_exception(fault)
        self._calls.clear()
        for host in list(self._hosts):
            host.fail(fault)
        _settle(self.connected, fault)
        _settle(self.closed, fault)
        for waiter in self.idle_waiters:
            _settle(waiter, fault)
        self._state_changed(StateChange(ClientState.CLOSED, str(fault)))


def _settle(future: asyncio.Future[None], fault: Exception | None) -> None:
    if future.done():
        return
    if fault is None:
        future.set_result(None)
    else:
        future.set_exception(fault)
        # Nobody has to await it.
        future.exception()


def _error_of(outcome: e.Outcome) -> RealTimeError:
    match outcome:
        case e.Refused():
            return RefusedError(outcome.message, outcome.code, outcome.name, outcome.retry, outcome.may_be_in_log)
        case e.Rejected("outbox_full"):
            return OutboxFullError(outcome.message, name=outcome.reason, retry="backoff")
        case e.Rejected("closed"):
            return ClientClosedError(outcome.message, name=outcome.reason)
        case e.Rejected():
            return NotSentError(outcome.message, name=outcome.reason)
        case e.Unresolved():
            return UnresolvedError(outcome.message, name="unresolved", retry="same", may_be_in_log=True)
        case _:
            return RealTimeError(f"A {type(outcome).__name__} came as an answer to something else.")
