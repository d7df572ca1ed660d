"""Connect, greet, lose, pause, connect again."""

from __future__ import annotations

from enum import Enum, auto
from typing import Any, Callable

from ..protocol import codes
from ..protocol.frames import Close, Welcome
from ..sessions import SessionTicket
from ..states import ClientState, StateChange
from .core import MachineCore, is_due
from .effects import CloseTransport, EnterState, Open, SessionChanged
from .heartbeat import Heartbeat
from .successor import Successor
from .tokens import Tokens


class Phase(Enum):
    """What the machine is waiting for."""

    IDLE = auto()
    """To be started."""
    OBTAINING_TOKEN = auto()
    """First of five: for a token."""
    OPENING = auto()
    """Second of five: for the transport."""
    GREETING = auto()
    """Third of five: hello was sent, for the welcome."""
    WELCOMED = auto()
    """Fourth of five: for frames."""
    LEAVING = auto()
    """Fifth of five: bye was sent, for the close."""
    PAUSING = auto()
    """Between two attempts, for the end of the pause."""
    ENDED = auto()
    """For nothing any more."""


class Connecting:
    """``for_hello`` adds to a hello, ``welcomed``, ``lost`` and ``ended`` are told the other parts: set by the machine that puts the parts together."""

    def __init__(self, core: MachineCore, heartbeat: Heartbeat, tokens: Tokens) -> None:
        self._core = core
        self._heartbeat = heartbeat
        self._tokens = tokens
        self.phase = Phase.IDLE
        self.state = ClientState.DISCONNECTED
        self.session = core.options.session
        self.for_hello: Callable[[], dict[str, Any]] = dict
        self.welcomed: Callable[[float, Welcome], None] = lambda now, welcome: None
        self.leaving: Callable[[float], None] = lambda now: None
        # Whether a successor goes on alone where this connection has ended.
        self.succeeds: Callable[[int | None, str], bool] = lambda code, reason: False
        self.abandons_successor: Callable[[str], None] = lambda reason: None
        self.lost: Callable[[], None] = lambda: None
        self.ended: Callable[[int, str], None] = lambda code, reason: None
        # When the present phase ends by itself.
        self._phase_until: float | None = None
        # When to come back, where the server has asked for it; no sooner, even if the connection does not last until then.
        self.goaway_at: float | None = None
        # Whether a successor has said hello, whatever became of it: from then on it may have been this client that took the session over.
        self.has_greeted_elsewhere = False
        self.welcomed_at = 0.0
        self._attempt_count = 0
        self.endpoint = 0
        self.redirect: str | None = None
        self._has_ever_connected = False
        # Why the last attempt or connection failed; None while one holds.
        self.last_failure: str | None = None
        self.greeted_with: str | None = None

    def start(self, now: float) -> None:
        if self.phase is not Phase.IDLE:
            raise RuntimeError("A client is started once; this one was started before.")
        self._enter(ClientState.CONNECTING, "started")
        self._attempt(now)

    def close(self, now: float, keep_session: bool) -> None:
        """Says bye where it is connected, and takes no more requests."""
        core = self._core
        self.abandons_successor("closed by the application")
        if self.phase is Phase.WELCOMED:
            self.leaving(now)
            core.send(now, "bye", {"keepSession": keep_session}, core.next_id())
            self._go(Phase.LEAVING, now + core.options.close_within)
        elif self.phase not in (Phase.LEAVING, Phase.ENDED):
            if self.phase in (Phase.OPENING, Phase.GREETING):
                core.emit(CloseTransport(core.connection, "closed by the application"))
            self._end("closed by the application", codes.BYE)

    def opened(self, now: float, connection: int) -> None:
        core = self._core
        if connection != core.connection or self.phase is not Phase.OPENING:
            return
        self._go(Phase.GREETING, now + core.options.answer_within)
        self._heartbeat.heard(now)
        self.greeted_with = self._tokens.current
        core.send(now, "hello", self.hello(self.for_hello()), core.next_id())

    def hello(self, more: dict[str, Any]) -> dict[str, Any]:
        """The body of a hello, with what the other parts add to it."""
        session = {"id": self.session.id, "key": self.session.key} if self.session else None
        options = self._core.options
        return {"token": self._tokens.current, "session": session, "client": options.client_name, **more, "pieces": options.piece_bytes}

    def disconnected(self, now: float, connection: int, code: int | None, reason: str) -> None:
        if connection == self._core.connection and self.phase in (Phase.OPENING, Phase.GREETING, Phase.WELCOMED, Phase.LEAVING):
            self._lose(now, code, reason)

    def token_obtained(self, now: float) -> None:
        if self.phase is Phase.OBTAINING_TOKEN:
            self._open(now)

    def token_failed(self, now: float, reason: str) -> None:
        if self.phase is Phase.OBTAINING_TOKEN:
            self._lose(now, None, f"No token: {reason}")

    def drop(self, now: float, code: int | None, reason: str) -> None:
        self._core.emit(CloseTransport(self._core.connection, reason))
        self._lose(now, code, reason)

    def on_welcome(self, now: float, welcome: Welcome) -> None:
        core = self._core
        if self.phase is not Phase.GREETING:
            self.drop(now, None, "A second welcome came.")
            return
        self._go(Phase.WELCOMED, None)
        self.welcomed_at = now
        self._has_ever_connected = True
        self.last_failure = None
        core.advice = welcome.reconnect
        core.frame_bytes_max = welcome.frame_bytes_max
        self.session = SessionTicket(welcome.session_id, welcome.session_key)
        core.emit(SessionChanged(self.session, welcome.resumed, welcome.reason))
        self._heartbeat.welcomed(now, welcome.heartbeat)
        self._enter(ClientState.CONNECTED, f"welcomed by {welcome.node}")
        self.welcomed(now, welcome)

    def on_close(self, now: float, close: Close) -> None:
        self._core.emit(CloseTransport(self._core.connection, close.reason))
        self._lose(now, close.code, close.reason, close.after)

    @property
    def deadline(self) -> float | None:
        return self._phase_until

    def tick(self, now: float) -> None:
        options = self._core.options
        if not is_due(self._phase_until, now):
            return
        elif self.phase is Phase.PAUSING:
            self._attempt(now)
        elif self.phase is Phase.OBTAINING_TOKEN:
            self._lose(now, None, f"No token came within {options.open_within:g} s.")
        elif self.phase is Phase.OPENING:
            self.drop(now, None, f"The transport did not open within {options.open_within:g} s.")
        elif self.phase is Phase.GREETING:
            self.drop(now, None, f"No welcome came within {options.answer_within:g} s.")
        elif self.phase is Phase.LEAVING:
            self.drop(now, None, f"No close came within {options.close_within:g} s.")

    def _attempt(self, now: float) -> None:
        if self._tokens.is_wanted(now):
            self._go(Phase.OBTAINING_TOKEN, now + self._core.options.open_within)
            self._tokens.obtain()
        else:
            self._open(now)

    def _open(self, now: float) -> None:
        self._go(Phase.OPENING, now + self._core.options.open_within)
        self._core.connection = self._core.next_connection()
        self._core.emit(Open(self._core.connection, self.next_endpoint()))

    def next_endpoint(self) -> str:
        endpoints = self._core.options.endpoints
        endpoint = self.redirect or endpoints[self.endpoint % len(endpoints)]
        self.redirect = None
        return endpoint

    def promote(self, successor: Successor) -> None:
        """From now on the successor is the connection."""
        self.goaway_at = None
        self.has_greeted_elsewhere = False
        self.lost()
        self._core.connection = successor.connection
        self.greeted_with = successor.token
        self._go(Phase.GREETING if successor.is_greeting else Phase.OPENING, successor.until)

    def reconnecting(self, reason: str, code: int | None) -> None:
        self._enter(ClientState.RECONNECTING, reason, code)

    def is_taken_over_by_itself(self, code: int | None) -> bool:
        """Once a hello was sent elsewhere, being taken over is what this client has done itself; before that it was somebody else."""
        return code == codes.TAKEN_OVER and self.has_greeted_elsewhere

    def _lose(self, now: float, code: int | None, reason: str, after: float = 0.0) -> None:
        """The connection is gone, or none came about: what to do next is read off the range of the code."""
        was_welcomed, was_leaving = self.phase is Phase.WELCOMED, self.phase is Phase.LEAVING
        if was_welcomed and now - self.welcomed_at >= self._core.options.stable_after:
            self._attempt_count = 0
        if was_welcomed and self.succeeds(code, reason):
            return
        # By a successor that then got lost itself: nobody else has the session.
        if self.is_taken_over_by_itself(code):
            code = None

        not_before = 0.0 if self.goaway_at is None else self.goaway_at - now
        self._go(Phase.PAUSING, None)
        self.goaway_at = None
        self.has_greeted_elsewhere = False
        self.last_failure = reason
        self.lost()
        if was_leaving:
            self._end("closed by the application", codes.BYE)
            return

        is_at_once = False
        if code is not None and 4000 <= code < 4100:
            is_at_once = True
        elif code is not None and 4200 <= code < 4300:
            self.endpoint += 1
            is_at_once = True
        elif code is not None and 4300 <= code < 4400 and self._core.obtains_tokens:
            self._tokens.forget()
            is_at_once = True
        elif code is not None and 4300 <= code < 4500:
            self._end(reason, code)
            return
        elif (code is None or not 4100 <= code < 4200) and not was_welcomed:
            self.endpoint += 1

        # At once means the first time; a server that keeps closing at once is not called in a circle.
        pause = max(after, not_before, 0.0 if is_at_once and self._attempt_count == 0 else self._core.pause(self._attempt_count))
        self._attempt_count += 1
        self._enter(ClientState.RECONNECTING if self._has_ever_connected else ClientState.CONNECTING, reason, code)
        self._phase_until = now + pause
        if pause == 0:
            self._attempt(now)

    def _end(self, reason: str, code: int) -> None:
        self._go(Phase.ENDED, None)
        self.goaway_at = None
        self.abandons_successor(reason)
        self.ended(code, reason)
        self._enter(ClientState.CLOSED, reason, code)

    def _go(self, phase: Phase, until: float | None) -> None:
        self.phase = phase
        self._phase_until = until
        self._core.is_welcomed = phase is Phase.WELCOMED
        self._core.is_over = phase in (Phase.LEAVING, Phase.ENDED)

    def _enter(self, state: ClientState, reason: str, code: int | None = None) -> None:
        if self.state is not state:
            self.state = state
            self._core.emit(EnterState(StateChange(state, reason, code)))
