"""RealTimeSync and the bus in programs that start late, die, fork, and end at once."""

from __future__ import annotations

from queue import SimpleQueue

import pytest
from asynchronous import Seen, asynchronous
from program import Program

from hms_rt.sync import RealTimeSync
from hms_sys.bus import HMSBus
from hms_sys.settings import BusSettings
from realtime_actors import ClientClosedError, RealTimeClient

SYNCHRONIZER = """
import sys
from hms_rt.sync import RealTimeSync
sync = RealTimeSync(sources=["api_changes", "ai_proposals"])
sync.start()
print("started")
sys.stdin.read()
"""


@asynchronous
async def test_a_change_is_broadcast_once_however_many_listen_for_it(server):
    broadcast = Seen()
    with Program(SYNCHRONIZER, server.endpoint) as one, Program(SYNCHRONIZER, server.endpoint) as other:
        one.says(), other.says()
        async with RealTimeClient(server.endpoint) as client:
            await client.subscribe("sync.broadcast", broadcast)
            for number in range(100):
                await client.publish("api_changes" if number % 2 else "ai_proposals", "t", number)
            await broadcast.count_is(100)

        # Their ends wait for what is not answered: what would come twice has come by then.
        assert [one.ends()[0], other.ends()[0]] == [0, 0]

    assert sorted(event["data"]["data"] for event in server.log("sync.broadcast")) == list(range(100))


@asynchronous
async def test_a_killed_program_that_is_started_again_broadcasts_what_it_missed_and_nothing_twice(server, tmp_path):
    broadcast = Seen()
    session = {"REALTIME_SESSION_FILE": str(tmp_path / "session.json")}
    async with RealTimeClient(server.endpoint) as client:
        await client.subscribe("sync.broadcast", broadcast)
        for life in range(3):
            with Program(SYNCHRONIZER, server.endpoint, **session) as program:
                program.says()
                for number in range(50):
                    await client.publish("api_changes", "t", life * 100 + number)
                await broadcast.at_least(life * 100 + 20)
                program.kill()
                for number in range(50, 100):
                    await client.publish("api_changes", "t", life * 100 + number)
        with Program(SYNCHRONIZER, server.endpoint, **session) as program:
            program.says()
            await broadcast.count_is(300)

    assert [event["data"]["data"] for event in server.log("sync.broadcast")] == list(range(300))


def test_what_a_short_program_emits_is_there_when_it_has_ended(server):
    script = """
from hms_rt.sync import RealTimeSync
sync = RealTimeSync()
for number in range(500):
    sync.emit_change("funding.grant_updated", {"id": number})
"""
    # By name: it has to be looked up although the program is ending already.
    with Program(script, f"ws://localhost:{server.port}") as program:
        assert program.ends() == (0, "")

    assert [event["data"]["id"] for event in server.log("funding.grant_updated")] == list(range(500))


def test_a_program_that_cannot_reach_the_server_ends_all_the_same_and_says_what_is_lost():
    script = """
from hms_rt.sync import RealTimeSync
RealTimeSync().emit_change("funding.grant_updated", {"id": 7})
"""
    with Program(script, "ws://127.0.0.1:9/v1/ws", REALTIME_FLUSH_WITHIN="0.3", REALTIME_TOKEN="hunter2") as program:
        code, errors = program.ends()

    assert code == 0
    assert "1 messages were not confirmed by ws://127.0.0.1:9/v1/ws within 0.3 s and may be lost" in errors
    assert "hunter2" not in errors


def test_starting_without_a_server_says_where_it_was_expected():
    script = """
from hms_rt.sync import RealTimeSync
RealTimeSync(sources=["api_changes"]).start()
"""
    with Program(script, "ws://127.0.0.1:9/v1/ws", REALTIME_CONNECT_WITHIN="0.5") as program:
        code, errors = program.ends()

    assert code == 1
    assert "ConnectionError: api_changes could not be followed within 0.5 s" in errors and "Is the server running at ws://127.0.0.1:9/v1/ws?" in errors


def test_what_is_emitted_while_the_server_is_away_arrives_when_it_is_back(server):
    with HMSBus(BusSettings(server.endpoint)) as bus:
        bus.publish("funding.grant_updated", 1).result(30)
        server.kill()
        waiting = [bus.publish("funding.grant_updated", number) for number in (2, 3)]
        server.start()

        assert [future.result(30).offset for future in waiting] == [2, 3]


def test_a_forked_program_has_a_connection_of_its_own(server):
    script = """
import os
from hms_rt.sync import RealTimeSync
sync = RealTimeSync()
sync.emit_change("funding.grant_updated", "parent").result(30)
child = os.fork()
if child == 0:
    RealTimeSync().emit_change("funding.grant_updated", "child").result(30)
    sync.emit_change("funding.grant_updated", "child").result(30)
    os._exit(0)
print(os.waitpid(child, 0)[1])
sync.emit_change("funding.grant_updated", "parent").result(30)
"""
    with Program(script, server.endpoint) as program:
        assert program.says() == "0"
        assert program.ends() == (0, "")

    assert [event["data"] for event in server.log("funding.grant_updated")] == ["parent", "child", "child", "parent"]


def test_everybody_in_a_program_shares_one_bus(server, monkeypatch):
    monkeypatch.setenv("REALTIME_ENDPOINT", server.endpoint)
    with HMSBus.connect() as bus:
        assert RealTimeSync().bus is bus and RealTimeSync(sources=["api_changes"]).bus is bus
        assert bus.state in ("connecting", "connected")

    with pytest.raises(ClientClosedError):
        bus.publish("a", 1)


def test_callbacks_of_a_topic_are_called_in_order_and_one_that_fails_stops_nobody(server, caplog):
    called: list[tuple[str, str, int]] = []
    ends: SimpleQueue[str] = SimpleQueue()
    with HMSBus(BusSettings(server.endpoint)) as bus:

        def fails(topic, message):
            raise ZeroDivisionError("no")

        def notes(topic, message):
            called.append((topic, message, bus.in_hand.offset))
            if len(called) == 3:
                bus.publish("done", "yes")

        bus.subscribe("a", fails)
        bus.subscribe("a", notes)
        bus.subscribe("done", lambda topic, message: ends.put(message))
        for message in "xyz":
            bus.publish("a", message)

        assert ends.get(timeout=30) == "yes"
        assert bus.in_hand is None
        bus.unsubscribe("a", notes)

    assert called == [("a", "x", 1), ("a", "y", 2), ("a", "z", 3)]
    assert caplog.text.count("A callback for a failed at offset") == 3


def test_a_callback_may_wait_for_what_it_publishes_and_subscribe_to_more(server):
    ends: SimpleQueue[object] = SimpleQueue()
    with HMSBus(BusSettings(server.endpoint)) as bus:

        def first(topic, message):
            bus.subscribe("b", lambda topic, message: ends.put((topic, message)))
            ends.put(bus.publish("b", message + 1).result(30).offset)

        bus.subscribe("a", first)
        bus.publish("a", 1)

        assert [ends.get(timeout=30), ends.get(timeout=30)] == [1, ("b", 2)]


def test_what_makes_no_sense_is_refused_at_once():
    with pytest.raises(ValueError, match="each broadcast would cause another one"):
        RealTimeSync(sources=["sync.broadcast"])
    with pytest.raises(TypeError, match="A list of topics"):
        RealTimeSync(sources="api_changes")
    with pytest.raises(ValueError, match="A channel name consists of"):
        RealTimeSync(sources=["api changes"])


def test_settings_are_read_from_the_environment(tmp_path):
    token = tmp_path / "token"
    token.write_text("first\n")
    settings = BusSettings.from_environment({"REALTIME_ENDPOINT": "ws://host/v1/ws", "REALTIME_TOKEN_FILE": str(token), "REALTIME_CONNECT_WITHIN": "2.5"})

    assert settings.endpoint == "ws://host/v1/ws" and settings.connect_within == 2.5
    assert settings.token() == "first"
    token.write_text("second")
    assert settings.token() == "second"
    assert BusSettings.from_environment({}).endpoint == "ws://127.0.0.1:8080/v1/ws"
    assert "hunter2" not in repr(BusSettings.from_environment({"REALTIME_TOKEN": "hunter2"}))
    for wrong in ({"REALTIME_CONNECT_WITHIN": "soon"}, {"REALTIME_FLUSH_WITHIN": "-1"}, {"REALTIME_TOKEN": "a", "REALTIME_TOKEN_FILE": "b"}):
        with pytest.raises(ValueError):
            BusSettings.from_environment(wrong)
