"""The server will be gone soon: another connection is made before this one is broken, so that no event is late."""

from __future__ import annotations

from ..protocol import frames as f
from .acks import Acks
from .connecting import Connecting
from .core import MachineCore, earlier, is_due
from .credit import Credit
from .effects import CloseTransport, Open, Send
from .followed import FollowPhase
from .following import Following
from .heartbeat import Heartbeat
from .successor import Successor
from .tokens import Tokens


class Replacing:
    def __init__(self, core: MachineCore, connecting: Connecting, following: Following, credit: Credit, acks: Acks, heartbeat: Heartbeat, tokens: Tokens) -> None:
        self._core = core
        self._connecting = connecting
        self._following = following
        self._credit = credit
        self._acks = acks
        self._heartbeat = heartbeat
        self._tokens = tokens
        self._attempts = 0

    def on_goaway(self, now: float, goaway: f.Goaway) -> None:
        connecting, core = self._connecting, self._core
        if not core.is_welcomed or core.successor is not None:
            return
        # Elsewhere first, where there is an elsewhere.
        connecting.redirect = goaway.url
        if goaway.url is None:
            connecting.endpoint += 1

        pause = min(goaway.spread, goaway.within) * min(max(core.chance(), 0.0), 1.0)
        # Servers that send a client on and on are not called in a circle.
        if now - connecting.welcomed_at >= core.options.stable_after:
            self._attempts = 0
        else:
            pause = max(pause, core.pause(self._attempts))
            self._attempts += 1
        connecting.goaway_at = earlier(connecting.goaway_at, now + pause)
        self.tick(now)

    def begin(self, now: float) -> None:
        """Takes another connection at once, without being asked."""
        if self._core.is_welcomed and self._core.successor is None:
            self._connecting.goaway_at = now
            self.tick(now)

    @property
    def deadline(self) -> float | None:
        successor = self._core.successor
        return earlier(self._connecting.goaway_at if self._core.is_welcomed else None, successor.until if successor else None)

    def tick(self, now: float) -> None:
        core, connecting = self._core, self._connecting
        if core.is_welcomed and is_due(connecting.goaway_at, now):
            connecting.goaway_at = None
            core.successor = Successor(core.next_connection(), now + core.options.open_within)
            core.emit(Open(core.successor.connection, connecting.next_endpoint()))
        late = core.successor
        if late is not None and late.until <= now:
            core.emit(CloseTransport(late.connection, "too late"))
            self._failed(now, None, "No welcome came in time." if late.is_greeting else "The transport did not open in time.", 0.0)

    def is_about(self, connection: int) -> bool:
        return self._core.successor is not None and self._core.successor.connection == connection

    def opened(self, now: float) -> None:
        core, successor = self._core, self._core.successor
        if successor is None or successor.is_greeting:
            return
        # What it says it has done is said on the connection that still counts.
        self._acks.flush(now)
        successor.is_greeting = True
        successor.until = now + core.options.answer_within
        successor.token = self._tokens.current
        self._connecting.has_greeted_elsewhere = True
        successor.asked, requests = self._following.for_hello()
        hello = self._connecting.hello({"subscribe": requests or None, "credit": self._credit.share(successor)})
        core.last_sent = now
        core.emit(Send(successor.connection, f.ClientFrame("hello", hello, core.next_id())))

    def disconnected(self, now: float, code: int | None, reason: str) -> None:
        self._failed(now, code, reason, 0.0)

    def violated(self, now: float, reason: str) -> None:
        assert self._core.successor is not None
        self._core.emit(CloseTransport(self._core.successor.connection, reason))
        self._failed(now, None, reason, 0.0)

    def received(self, now: float, frame: f.ServerFrame) -> None:
        core, successor = self._core, self._core.successor
        if successor is None or not successor.is_greeting:
            return
        match frame:
            case f.Welcome():
                core.emit(CloseTransport(core.connection, "replaced by another connection"))
                self._succeed(successor)
                self._heartbeat.heard(now)
                self._connecting.on_welcome(now, frame)
            case f.Close():
                core.emit(CloseTransport(successor.connection, frame.reason))
                self._failed(now, frame.code, frame.reason, frame.after)
            case f.Ping() | f.Unknown():
                pass
            case _:
                self.violated(now, f"A welcome was expected as the first frame; {type(frame).__name__} came.")

    def succeeds(self, code: int | None, reason: str) -> bool:
        """The present connection has ended. Where its successor is under way that one is all there is, and what was to be asked for is asked for there."""
        successor = self._core.successor
        if successor is None:
            return False
        is_by_itself = self._connecting.is_taken_over_by_itself(code)
        if code is not None and 4300 <= code < 4500 and not is_by_itself:
            self.abandon(reason)
            return False
        self._succeed(successor)
        if not is_by_itself:
            self._connecting.reconnecting(reason, code)
        return True

    def abandon(self, reason: str) -> None:
        if self._core.successor is not None:
            self._core.emit(CloseTransport(self._core.successor.connection, reason))
            self._core.successor = None

    def _succeed(self, successor: Successor) -> None:
        self._core.successor = None
        self._connecting.promote(successor)
        if successor.is_greeting:
            for followed in successor.asked:
                if followed.phase is FollowPhase.DETACHED:
                    followed.phase = FollowPhase.REQUESTED
            self._credit.succeed(successor)

    def _failed(self, now: float, code: int | None, reason: str, after: float) -> None:
        """Nobody could be reached, or it was refused: the present connection goes on, and another attempt is made for as long as it does."""
        core, failed = self._core, self._core.successor
        core.successor = None
        if failed is not None and failed.has_passed_over:
            core.drop(now, None, reason)
            return
        # Who is to stay away, or wants another token, will be told so again when this connection is closed.
        self._credit.owe(now, 0)
        if code is not None and 4300 <= code < 4500:
            return
        self._connecting.endpoint += 1
        self._connecting.goaway_at = now + core.pause(self._attempts, after)
        self._attempts += 1
