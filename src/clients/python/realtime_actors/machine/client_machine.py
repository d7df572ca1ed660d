"""The parts put together: inputs with the time at which they happened, effects in the order in which they are to be carried out."""

from __future__ import annotations

from typing import Any, Callable, Protocol

from ..members import PresenceSnapshot
from ..protocol import frames as f
from ..protocol.json_codec import RawJson
from ..sessions import SessionTicket
from ..states import ClientState
from .acks import Acks
from .connecting import Connecting, Phase
from .core import MachineCore, earlier
from .delivering import Delivering
from .effects import Deliver, Effect
from .followed import FollowedChannel, FollowPhase
from .following import Following
from .heartbeat import Heartbeat
from .options import MachineOptions
from .presences import Presences
from .publishing import Publishing
from .replacing import Replacing
from .requests import Requests
from .tokens import Tokens


class _Part(Protocol):
    def tick(self, now: float) -> None: ...


class ClientMachine:
    """A client of the wire contract. Given the same inputs and the same chance it does the same things.

    After each input carry out its effects in order (``take``), and call ``tick`` when ``deadline`` has come. ``now`` is seconds since any fixed
    moment and never goes back.

    What holds: each offset of a subscription is delivered once; what cannot be is told as a gap or a reset; each publish is completed once, and is
    sent again with the same producer sequence until it is answered.
    """

    def __init__(self, options: MachineOptions, producer_id: str, chance: Callable[[], float]) -> None:
        """``producer_id`` is one that no other client has: with their sequence the server recognises repeats. ``chance`` gives 0 … 1 at each call."""
        self._core = MachineCore(options, chance)
        acks = Acks(self._core)
        self._acks = acks
        self._heartbeat = Heartbeat(self._core)
        self._tokens = Tokens(self._core)
        self._following = Following(self._core, acks)
        self._delivering = Delivering(self._core, self._following, acks)
        self._presences = Presences(self._core, self._following)
        self._publishing = Publishing(self._core, producer_id)
        self._requests = Requests(self._core)
        self._connecting = connecting = Connecting(self._core, self._heartbeat, self._tokens)
        self._replacing = Replacing(self._core, connecting, self._following, self._delivering.credit, acks, self._heartbeat, self._tokens)
        connecting.succeeds = self._replacing.succeeds
        connecting.abandons_successor = self._replacing.abandon
        self._following.reconnects = self._replacing.begin
        self._following.has_session = lambda: connecting.session is not None
        self._core.drop = connecting.drop
        connecting.for_hello = self._for_hello
        connecting.welcomed = self._welcomed
        connecting.leaving = acks.flush
        connecting.lost = self._lost
        connecting.ended = self._ended

    @property
    def state(self) -> ClientState:
        return self._connecting.state

    @property
    def session(self) -> SessionTicket | None:
        """As of the last welcome, or as given."""
        return self._connecting.session

    @property
    def last_failure(self) -> str | None:
        """Why the last attempt or connection failed, for people; None while one holds."""
        return self._connecting.last_failure

    @property
    def publishes_waiting(self) -> int:
        return self._publishing.waiting

    @property
    def events_in_hand(self) -> int:
        """Events that were delivered and are not handled yet."""
        return self._delivering.credit.at_application

    @property
    def events_dropped(self) -> int:
        """Events whose offset had been received before, or whose channel nobody follows any more."""
        return self._delivering.dropped

    def take(self) -> Effect | None:
        """The next effect that is to be carried out."""
        return self._core.effects.popleft() if self._core.effects else None

    def start(self, now: float) -> None:
        self._connecting.start(now)

    def close(self, now: float, keep_session: bool = True) -> None:
        """Ends the client. What is not answered is completed as such."""
        self._connecting.close(now, keep_session)

    def opened(self, now: float, connection: int) -> None:
        if self._replacing.is_about(connection):
            self._replacing.opened(now)
        else:
            self._connecting.opened(now, connection)

    def disconnected(self, now: float, connection: int, code: int | None, reason: str) -> None:
        """The transport could not be opened, or has ended."""
        if self._replacing.is_about(connection):
            self._replacing.disconnected(now, code, reason)
        else:
            self._connecting.disconnected(now, connection, code, reason)

    def token_obtained(self, now: float, token: str, lasts: float | None = None) -> None:
        """A token came; it seems to hold for ``lasts`` seconds."""
        self._tokens.take(now, token, lasts)
        if self._core.is_welcomed:
            self._requests.request(now, "refresh", {"token": token})
        self._connecting.token_obtained(now)

    def token_failed(self, now: float, reason: str) -> None:
        """None could be had just now: tried again after a pause."""
        if self._core.is_welcomed:
            self._tokens.failed(now)
        self._connecting.token_failed(now, reason)

    def refresh(self, now: float, token: str, lasts: float | None = None) -> int:
        """Authenticates anew on the present connection, and on those to come."""
        self._tokens.take(now, token, lasts)
        return self._requests.request(now, "refresh", {"token": token})

    def subscribe(self, now: float, channel: str, body: dict[str, Any]) -> FollowedChannel:
        """Follows a channel; ``body`` is that of the frame."""
        if self._core.is_over:
            raise RuntimeError("The client is closed; nothing can be followed any more.")
        if self._following.is_followed(channel):
            raise ValueError(f"The channel {channel} is followed already; a client follows each channel once.")
        return self._following.subscribe(now, channel, body)

    def unsubscribe(self, now: float, followed: FollowedChannel) -> None:
        self._following.unsubscribe(now, followed)

    def let_go(self, now: float, followed: FollowedChannel) -> None:
        """Stops following without the session's cursor being forgotten: the channel can be taken up again from there."""
        self._following.let_go(now, followed)

    def enter(self, now: float, channel: str, state: RawJson) -> int:
        """Is there, for others to see, until it leaves; or shows something else of itself. What the server has taken is said again on each connection."""
        return self._presences.enter(now, channel, state)

    def leave(self, now: float, channel: str) -> int:
        return self._presences.leave(now, channel)

    def presence_in(self, channel: str) -> PresenceSnapshot:
        """Who is there, as far as this client is told."""
        return self._presences.seen_in(channel)

    def handled(self, now: float, delivery: Deliver) -> None:
        self._delivering.handled(now, delivery)

    def released(self, now: float, delivery: Deliver) -> None:
        self._delivering.released(now, delivery)

    def acknowledge(self, now: float, delivery: Deliver) -> None:
        """Acks one event, in any order; with ``ack: manual`` this is the application's to call."""
        self._delivering.acknowledge(now, delivery)

    def nack(self, now: float, delivery: Deliver, reason: str | None) -> None:
        """The application could not process an event."""
        self._delivering.nack(now, delivery, reason)

    def publish(self, now: float, body: dict[str, Any]) -> int:
        """Publishes; completed with the number that is returned, sooner or later, once."""
        return self._publishing.publish(now, body)

    def read(self, now: float, body: dict[str, Any]) -> int:
        return self._requests.request(now, "read", body)

    def withdraw(self, now: float, request: int) -> None:
        """The application no longer waits for a publish or a read. It is completed at once, as unresolved where it may have been appended."""
        if (entry := self._publishing.find(request)) is not None:
            self._publishing.withdraw(now, entry)
        elif not self._presences.withdraw(request) and (pending := self._requests.find(request)) is not None:
            self._requests.withdraw(pending)

    def received(self, now: float, connection: int, frame: f.ServerFrame) -> None:
        """A frame arrived. Frames of a transport that is no longer the present one are ignored: so is the 4404 of one that this client replaced."""
        if self._replacing.is_about(connection):
            self._replacing.received(now, frame)
            return
        phase = self._connecting.phase
        if connection != self._core.connection or phase not in (Phase.GREETING, Phase.WELCOMED, Phase.LEAVING):
            return
        self._heartbeat.heard(now)
        if phase is Phase.GREETING and not isinstance(frame, (f.Welcome, f.Close, f.Ping, f.Unknown)):
            self._connecting.drop(now, None, f"A welcome was expected as the first frame; {type(frame).__name__} came.")
            return

        match frame:
            case f.EventFrame(event):
                self._delivering.on_event(now, event)
            case f.ReceiptFrame():
                self._publishing.on_receipt(now, frame)
            case f.Skip():
                self._delivering.on_skip(now, frame)
            case f.GapFrame():
                self._delivering.on_gap(now, frame)
            case f.Subscribed():
                self._following.on_subscribed(now, frame)
            case f.Unsubscribed():
                self._following.on_unsubscribed(now, frame)
            case f.LagFrame():
                self._delivering.on_lag(frame)
            case f.Page():
                self._requests.on_page(frame)
            case f.PresenceFrame():
                self._presences.on_presence(frame)
            case f.Ok():
                self._requests.on_ok(frame)
                self._presences.on_ok(now, frame.id)
            case f.Error():
                self._on_error(now, frame)
            case f.Welcome():
                self._connecting.on_welcome(now, frame)
            case f.Ping():
                # Before the welcome nothing but hello may be said.
                if self._core.is_welcomed:
                    self._core.send(now, "pong")
            case f.Goaway():
                self._replacing.on_goaway(now, frame)
            case f.Close():
                self._connecting.on_close(now, frame)

    def violated(self, now: float, connection: int, reason: str) -> None:
        """Something arrived that is not of the contract: the connection is given up, and whatever it was is tried once more on another."""
        if self._replacing.is_about(connection):
            self._replacing.violated(now, reason)
        elif connection == self._core.connection and self._connecting.phase in (Phase.GREETING, Phase.WELCOMED, Phase.LEAVING):
            self._connecting.drop(now, None, reason)

    def tick(self, now: float) -> None:
        """Time has passed: does what is due."""
        parts: tuple[_Part, ...] = (self._connecting, self._replacing, self._heartbeat, self._tokens, self._acks, self._following, self._presences, self._publishing, self._requests)
        for part in parts:
            part.tick(now)

    @property
    def deadline(self) -> float | None:
        """When tick is to be called at the latest; None: nothing is due as long as nothing happens."""
        return earlier(
            self._connecting.deadline, self._replacing.deadline, self._heartbeat.deadline, self._tokens.deadline, self._acks.deadline, self._following.deadline,
            self._presences.deadline, self._publishing.deadline, self._requests.deadline)

    def _on_error(self, now: float, error: f.Error) -> None:
        if (entry := self._publishing.find(error.id)) is not None:
            self._publishing.on_error(now, entry, error)
        elif (followed := self._following.by_answer(error.id)) is not None:
            self._following.on_error(now, followed, error)
        elif (own := self._presences.by_answer(error.id)) is not None:
            self._presences.on_error(now, own, error)
        elif (pending := self._requests.find(error.id)) is not None:
            self._requests.on_error(now, pending, error)

    def _for_hello(self) -> dict[str, Any]:
        asked, requests = self._following.for_hello()
        for followed in asked:
            followed.phase = FollowPhase.REQUESTED
        return {"subscribe": requests or None, "credit": self._delivering.credit.for_hello()}

    def _welcomed(self, now: float, welcome: f.Welcome) -> None:
        # What was handled between hello and welcome could not be given back then; with the whole window in hand nothing would come that asks for it again.
        self._delivering.credit.owe(now, 0)
        self._following.welcomed(now, welcome)
        self._publishing.welcomed(now)
        self._presences.welcomed(now)
        self._requests.welcomed(now)
        # A newer token that came between hello and welcome.
        token = self._tokens.current
        if token is not None and token != self._connecting.greeted_with:
            self._requests.request(now, "refresh", {"token": token})

    def _lost(self) -> None:
        self._following.connection_lost()
        self._publishing.connection_lost()
        self._presences.connection_lost()
        self._requests.connection_lost()

    def _ended(self, code: int, reason: str) -> None:
        self._publishing.end()
        self._requests.end()
        self._presences.end()
        self._following.end(code, reason)
        self._presences.forget_untold()
