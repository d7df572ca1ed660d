"""A machine driven by hand: its time, its chance and its server are the test's."""

from __future__ import annotations

import json
from typing import Any

from realtime_actors.machine import ClientMachine, MachineOptions, effects as e
from realtime_actors.machine.followed import FollowedChannel
from realtime_actors.protocol import json_codec
from realtime_actors.protocol.frames import ClientFrame
from realtime_actors.states import Notice

RECONNECT = {"minMs": 100, "maxMs": 5000, "factor": 1.5, "jitter": 0}


class DrivenMachine:
    def __init__(self, chance: float = 0.5, **options: Any) -> None:
        self.now = 1000.0
        self.machine = ClientMachine(MachineOptions(**{"endpoints": ("ws://one", "ws://two"), **options}), "p-1", lambda: chance)
        self.done: list[e.Effect] = []
        self.sent: list[ClientFrame] = []
        self.connection = 0
        # The connection that is to take the present one's place.
        self.successor = 0

    def start(self) -> DrivenMachine:
        self.machine.start(self.now)
        return self.run()

    def run(self) -> DrivenMachine:
        """Takes the effects; frames that were sent are kept apart."""
        while (effect := self.machine.take()) is not None:
            self.done.append(effect)
            if isinstance(effect, e.Open) and not self.machine.state.value == "connected":
                self.connection = effect.connection
            elif isinstance(effect, e.Open):
                self.successor = effect.connection
            elif isinstance(effect, e.Send) and effect.connection in (self.connection, self.successor):
                self.sent.append(effect.frame)
        return self

    def opens(self) -> DrivenMachine:
        self.machine.opened(self.now, self.connection)
        return self.run()

    def successor_opens(self) -> DrivenMachine:
        self.machine.opened(self.now, self.successor)
        return self.run()

    def successor_welcomed(self, **welcome: Any) -> DrivenMachine:
        """From then on it is the connection."""
        self.connection = self.successor
        return self.welcomed(key=f"k-{self.connection + 1}", resumed=True, **welcome)

    def hears(self, kind: str, body: dict[str, Any] | None = None, id: int = 0, connection: int | None = None) -> DrivenMachine:
        """As a server would say it, through the codec."""
        frame = {**({"id": id} if id else {}), kind: body or {}}
        for decoded in json_codec.decode(json.dumps(frame)):
            self.machine.received(self.now, self.connection if connection is None else connection, decoded)
        return self.run()

    def welcomed(self, session: str = "s-1", key: str = "k-1", resumed: bool = False, subscriptions: list[dict[str, Any]] | None = None, **more: Any) -> DrivenMachine:
        hello = self.frames("hello")[-1]
        return self.hears("welcome", {
            "connection": f"c-{self.connection}", "session": {"id": session, "key": key, "resumed": resumed}, "node": "n1", "time": "2026-11-21T10:00:00.000Z",
            "heartbeatMs": 25000, "limits": {"frameBytes": 65536, "subscriptions": 200}, "reconnect": RECONNECT, "subscriptions": subscriptions or [], **more}, hello.id)

    def connects(self, **welcome: Any) -> DrivenMachine:
        return self.start().opens().welcomed(**welcome)

    def reconnects(self, **welcome: Any) -> DrivenMachine:
        """After the pause that is due."""
        return self.passes_until_due().opens().welcomed(key=f"k-{self.connection + 1}", resumed=True, **welcome)

    def loses(self, code: int | None = None) -> DrivenMachine:
        self.machine.disconnected(self.now, self.connection, code, "lost")
        return self.run()

    def passes(self, seconds: float) -> DrivenMachine:
        end = self.now + seconds
        while (due := self.machine.deadline) is not None and due <= end:
            self.now = max(self.now, due)
            self.machine.tick(self.now)
            self.run()
        self.now = end
        return self

    def passes_until_due(self) -> DrivenMachine:
        due = self.machine.deadline
        assert due is not None, "Something is expected to be due; nothing is."
        return self.passes(max(0.0, due - self.now))

    def follows(self, channel: str = "a", epoch: str = "k1", offset: int = 0, **body: Any) -> FollowedChannel:
        """Subscribes and is taken up."""
        followed = self.machine.subscribe(self.now, channel, {"channel": channel, "from": "session", **body})
        self.run()
        self.subscribed(channel, epoch, offset, id=self.frames("subscribe")[-1].id)
        return followed

    def subscribed(self, channel: str = "a", epoch: str = "k1", offset: int = 0, recovered: str = "none", id: int = 0, **more: Any) -> DrivenMachine:
        return self.hears("subscribed", {"channel": channel, "epoch": epoch, "offset": offset, "head": offset, "recovered": recovered, **more}, id)

    def event(self, offset: int, channel: str = "a", data: Any = None) -> DrivenMachine:
        return self.hears("event", {
            "channel": channel, "offset": offset, "id": f"{offset}", "type": "t", "time": "2026-11-21T10:00:00.000Z", "priority": "normal", "data": data})

    def events(self, first: int, last: int) -> DrivenMachine:
        for offset in range(first, last + 1):
            self.event(offset)
        return self

    def handles(self, *deliveries: e.Deliver) -> DrivenMachine:
        for delivery in deliveries:
            self.machine.handled(self.now, delivery)
        return self.run()

    def publishes(self, data: Any = 1, channel: str = "a", **more: Any) -> int:
        request = self.machine.publish(self.now, {"channel": channel, "type": "t", "data": json_codec.compact(data), **more})
        self.run()
        return request

    def receipt(self, frame: ClientFrame, offset: int = 1, **more: Any) -> DrivenMachine:
        return self.hears("receipt", {"status": "persisted", "channel": frame.body["channel"], "epoch": "k1", "offset": offset, "duplicate": False, **more}, frame.id)

    def error(self, id: int, code: int, name: str = "", retry: str = "", **more: Any) -> DrivenMachine:
        return self.hears("error", {"code": code, "name": name, "message": "no", "retry": retry, **more}, id)

    def frames(self, kind: str) -> list[ClientFrame]:
        return [frame for frame in self.sent if frame.kind == kind]

    def effects(self, kind: type) -> list[Any]:
        return [effect for effect in self.done if isinstance(effect, kind)]

    @property
    def deliveries(self) -> list[e.Deliver]:
        return self.effects(e.Deliver)

    @property
    def offsets(self) -> list[int]:
        return [delivery.event.offset for delivery in self.deliveries]

    @property
    def notices(self) -> list[Notice]:
        return [effect.notice for effect in self.effects(e.Notify)]

    @property
    def states(self) -> list[str]:
        return [effect.change.state.value for effect in self.effects(e.EnterState)]

    def outcome(self, request: int) -> e.Outcome | None:
        return next((effect.outcome for effect in self.effects(e.Complete) if effect.request == request), None)
