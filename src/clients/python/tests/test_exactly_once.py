"""The machine against a model of a server, on a network that loses whatever it likes: seeded, so that a failure can be run again."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from realtime_actors.machine import ClientMachine, MachineOptions, effects as e
from realtime_actors.protocol import json_codec
from realtime_actors.protocol.frames import ClientFrame, ReconnectAdvice

WINDOW = 8


class ModelServer:
    """One channel, one session. What it has taken of a publish, or sent of an event, may be lost with the connection."""

    def __init__(self) -> None:
        self.log: list[Any] = []
        self.sequences: dict[int, int] = {}
        self.keys = 0
        self.to_server: list[ClientFrame] = []
        self.to_client: list[str] = []
        self.position: int | None = None
        self.credit = 0

    def cut(self) -> None:
        self.to_server.clear()
        self.to_client.clear()
        self.position = None

    def append(self, data: Any) -> int:
        self.log.append(data)
        return len(self.log)

    def takes_one(self) -> None:
        frame = self.to_server.pop(0)
        body = frame.body
        if frame.kind == "hello":
            self.keys += 1
            self.credit = body["credit"]
            subscriptions = [self.subscribed(one) for one in body.get("subscribe") or ()]
            self.say("welcome", {
                "connection": "c", "session": {"id": "s", "key": f"k{self.keys}", "resumed": True}, "node": "n", "time": "", "heartbeatMs": 2000,
                "limits": {}, "reconnect": {"minMs": 5, "maxMs": 50, "factor": 1.5, "jitter": 1}, "subscriptions": subscriptions}, frame.id)
        elif frame.kind == "subscribe":
            self.say("subscribed", self.subscribed(body), frame.id)
        elif frame.kind == "publish":
            sequence = body["producer"]["sequence"]
            is_repeat = sequence in self.sequences
            if not is_repeat:
                self.sequences[sequence] = self.append(body["data"].text)
            self.say("receipt", {"status": "persisted", "channel": "a", "epoch": "k", "offset": self.sequences[sequence], "duplicate": is_repeat}, frame.id)
        elif frame.kind == "credit":
            self.credit += body["events"]
            assert self.credit <= WINDOW
        elif frame.kind == "ack":
            assert body["offset"] <= len(self.log)
        elif frame.kind == "ping":
            self.say("pong", {})

    def subscribed(self, request: dict[str, Any]) -> dict[str, Any]:
        from_ = request["from"]
        self.position = 0 if from_ == "earliest" else from_["offset"]
        return {"channel": "a", "epoch": "k", "offset": self.position, "head": len(self.log), "recovered": "full"}

    def sends_one(self) -> None:
        if self.position is None or self.position >= len(self.log) or self.credit == 0:
            return
        self.position += 1
        self.credit -= 1
        self.say("event", {
            "channel": "a", "offset": self.position, "id": "i", "type": "t", "time": "", "priority": "normal", "data": self.log[self.position - 1]})

    def say(self, kind: str, body: dict[str, Any], id: int = 0) -> None:
        self.to_client.append(json.dumps({"id": id, kind: body} if id else {kind: body}))


class World:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.server = ModelServer()
        options = MachineOptions(("ws://model",), credit_window=WINDOW, outbox_count_max=50, in_flight_max=5, reconnect=ReconnectAdvice(0.005, 0.05))
        self.machine = ClientMachine(options, "p", self.chance.random)
        self.now = 0.0
        self.connection = 0
        self.is_open = False
        self.in_hand: list[e.Deliver] = []
        self.handed_over: list[tuple[int, Any]] = []
        self.published: dict[int, str] = {}
        self.outcomes: dict[int, e.Outcome] = {}
        self.numbers = 0
        self.machine.subscribe(self.now, "a", {"channel": "a", "from": "earliest"})
        self.machine.start(self.now)
        self.carry_out()

    def carry_out(self) -> None:
        while (effect := self.machine.take()) is not None:
            match effect:
                case e.Open(connection):
                    self.connection, self.is_open = connection, False
                    self.server.cut()
                case e.Send(connection, frame) if connection == self.connection and self.is_open:
                    self.server.to_server.append(frame)
                case e.CloseTransport(connection) if connection == self.connection:
                    self.is_open = False
                    self.server.cut()
                case e.Deliver():
                    self.in_hand.append(effect)
                    self.handed_over.append((effect.event.offset, effect.event.data))
                    assert len(self.in_hand) <= WINDOW
                case e.Complete(request, outcome):
                    assert request not in self.outcomes
                    self.outcomes[request] = outcome

    def step(self, is_healing: bool) -> None:
        dice = self.chance.random()
        server = self.server
        if not self.is_open and self.machine.state.value in ("connecting", "reconnecting") and dice < 0.3:
            self.is_open = True
            self.machine.opened(self.now, self.connection)
        elif dice < 0.25 and server.to_server:
            server.takes_one()
        elif dice < 0.55 and server.to_client:
            for frame in json_codec.decode(server.to_client.pop(0)):
                self.machine.received(self.now, self.connection, frame)
        elif dice < 0.7:
            server.sends_one()
        elif dice < 0.85 and self.in_hand:
            self.machine.handled(self.now, self.in_hand.pop(self.chance.randrange(len(self.in_hand))))
        elif dice < 0.88 and not is_healing:
            server.append(f"other {len(server.log)}")
        elif dice < 0.94 and not is_healing:
            self.numbers += 1
            self.published[self.machine.publish(self.now, {"channel": "a", "type": "t", "data": json_codec.RawJson(str(self.numbers))})] = str(self.numbers)
        elif dice < 0.955 and not is_healing and self.is_open:
            self.is_open = False
            server.cut()
            self.machine.disconnected(self.now, self.connection, None, "cut")
        self.carry_out()
        self.now += self.chance.random() * 0.01
        if (due := self.machine.deadline) is not None and due <= self.now:
            self.machine.tick(self.now)
            self.carry_out()

    @property
    def is_at_rest(self) -> bool:
        return self.machine.publishes_waiting == 0 and len(self.handed_over) == len(self.server.log) and not self.in_hand


@pytest.mark.parametrize("seed", range(150))
def test_every_event_comes_once_and_every_publish_is_there_once(seed):
    world = World(seed)
    for _ in range(2_000):
        world.step(is_healing=False)
    for _ in range(20_000):
        if world.is_at_rest:
            break
        world.step(is_healing=True)

    assert world.is_at_rest, f"seed {seed}: it does not come to rest"
    log = world.server.log
    assert world.handed_over == [(offset, data) for offset, data in enumerate(log, start=1)]
    taken = {request: text for request, text in world.published.items() if isinstance(world.outcomes[request], e.Published)}
    assert all(log[world.outcomes[request].receipt.offset - 1] == text for request, text in taken.items())
    assert sorted(data for data in log if not data.startswith("other")) == sorted(taken.values())
    assert all(world.outcomes[request].reason == "outbox_full" for request in world.published.keys() - taken.keys())
