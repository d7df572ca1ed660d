"""The client over connections on which servers say rare things."""

from __future__ import annotations

import asyncio
import json
import logging
from decimal import Decimal

import pytest
from asynchronous import Seen, asynchronous
from scripted_server import ScriptedServer

from realtime_actors import (
    ClientClosedError, ClientState, Gap, RealTimeClient, RealTimeError, Reset, SessionTicket, Started)


async def rests(peer) -> None:
    await peer.welcomes()


@asynchronous
async def test_gaps_and_resets_come_in_order_with_the_events():
    told, seen = [], Seen()

    async def script(peer):
        await peer.welcomes()
        await peer.takes_up()
        await peer.event(1)
        await peer.says("gap", {"channel": "a", "from": 2, "to": 4, "reason": "retention"})
        await peer.event(5)
        await peer.says("subscribed", {"channel": "a", "epoch": "k2", "offset": 0, "head": 1, "recovered": "reset"})
        await peer.event(1)

    async def handler(event):
        told.append((event.epoch, event.offset))
        await seen(event)

    async with ScriptedServer(script) as server, RealTimeClient(server.endpoint) as client:
        await client.subscribe("a", handler, on_notice=told.append)
        await seen.count_is(3)

    assert told == [
        Started("a", "k1", 0, 0, "none"), ("k1", 1), Gap("a", (2, 4), "retention"), ("k1", 5), Reset("a", "k2", "the log began another life"),
        Started("a", "k2", 0, 1, "reset"), ("k2", 1)]


@asynchronous
async def test_gaps_are_logged_where_nobody_asks_for_them(caplog):
    seen = Seen()

    async def script(peer):
        await peer.welcomes()
        await peer.takes_up()
        await peer.says("gap", {"channel": "a", "from": 1, "to": 4, "reason": "retention"})
        await peer.event(5)

    async with ScriptedServer(script) as server, RealTimeClient(server.endpoint) as client:
        await client.subscribe("a", seen)
        await seen.count_is(1)

    assert "Lost in a: offsets 1 to 4 (retention)." in caplog.text


@asynchronous
async def test_a_new_key_is_saved_before_the_ping_that_retires_the_former_one():
    happened, pinged = [], asyncio.Event()

    class Store:
        def load(self):
            happened.append("load")
            return SessionTicket("s-0", "former")

        async def save(self, ticket):
            await asyncio.sleep(0)
            happened.append(f"save {ticket.key}")

    async def script(peer):
        hello = await peer.welcomes(key="newer")
        happened.append(f"hello {hello['session']['key']}")
        await peer.hears("ping")
        happened.append("ping")
        pinged.set()

    async with ScriptedServer(script) as server, RealTimeClient(server.endpoint, session_store=Store()):
        await pinged.wait()

    assert [step for step in happened if step != "hello former"] == ["load", "save newer", "ping"]


@asynchronous
async def test_a_store_that_cannot_save_closes_the_client_unless_that_is_dealt_with():
    class Store:
        def load(self):
            return None

        def save(self, ticket):
            raise OSError("disk full")

    async with ScriptedServer(rests) as server:
        strict = RealTimeClient(server.endpoint, session_store=Store())
        with pytest.raises(OSError, match="disk full"):
            await strict.connect()
        with pytest.raises(OSError):
            await strict.publish("a", "t", 1)
        await strict.close()

        told = []
        async with RealTimeClient(server.endpoint, session_store=Store(), session_not_saved=told.append) as lenient:
            assert lenient.state is ClientState.CONNECTED
    assert [str(fault) for fault in told] == ["disk full"]


@asynchronous
async def test_what_is_no_frame_costs_the_connection_and_nothing_else(caplog):
    async def talks_nonsense(peer):
        await peer.welcomes()
        await peer.says_text('{"event":{"channel":"a"}}')

    async with ScriptedServer(talks_nonsense, rests) as server, RealTimeClient(server.endpoint) as client:
        back = asyncio.Event()
        client.on_state(lambda change: back.set() if change.state is ClientState.CONNECTED else None)
        await back.wait()

        assert server.connections == 2


@asynchronous
async def test_a_server_that_speaks_something_else_is_said_to():
    async with ScriptedServer(rests, subprotocols=()) as server:
        client = RealTimeClient(server.endpoint)
        await client.start()
        while client.last_failure is None:
            await asyncio.sleep(0)

        assert "The server was expected to speak realtime.v1.json; it chose none. Is ws://127.0.0.1" in client.last_failure
        await client.close()


@asynchronous
async def test_a_close_without_a_close_frame_of_ours_is_read_by_its_code():
    async def goes(peer):
        await peer.welcomes()
        await peer.closes(4400, "go away")

    async with ScriptedServer(goes) as server:
        client = RealTimeClient(server.endpoint)
        closed = asyncio.Event()
        client.on_state(lambda change: closed.set() if change.close_code == 4400 else None)
        await client.connect()
        await closed.wait()

        with pytest.raises(ClientClosedError):
            await client.publish("a", "t", 1)
        assert server.connections == 1
        await client.close()


@asynchronous
async def test_a_subscription_that_the_server_ends_raises_where_its_events_are_read():
    async def script(peer):
        await peer.welcomes()
        await peer.takes_up()
        await peer.event(1)
        await peer.says("unsubscribed", {"channel": "a", "code": 2001, "reason": "The right subscribe is missing."})

    read = []
    async with ScriptedServer(script) as server, RealTimeClient(server.endpoint) as client:
        with pytest.raises(ClientClosedError) as ended:
            async for event in await client.subscribe("a"):
                read.append(event.offset)

    assert read == [1] and ended.value.code == 2001 and ended.value.retry == "never"


@asynchronous
async def test_cancelling_a_publish_withdraws_it():
    heard = asyncio.Event()

    async def script(peer):
        await peer.welcomes()
        await peer.hears("publish")
        heard.set()

    async with ScriptedServer(script) as server, RealTimeClient(server.endpoint) as client:
        publish = asyncio.ensure_future(client.publish("a", "t", 1))
        await heard.wait()
        publish.cancel()
        with pytest.raises(asyncio.CancelledError):
            await publish

        assert client.publishes_waiting == 0


@asynchronous
async def test_a_callback_that_fails_harms_nobody(caplog):
    async with ScriptedServer(rests) as server:
        client = RealTimeClient(server.endpoint)
        client.on_state(lambda change: 1 / 0)
        await client.connect()
        await client.close()

    assert caplog.text.count("A callback of on_state failed.") == 3


@asynchronous
async def test_numbers_can_be_read_as_decimals():
    async def script(peer):
        await peer.welcomes()
        await peer.takes_up()
        await peer.says_text('{"event":{"channel":"a","offset":1,"id":"1","type":"t","time":"2026-11-21T10:00:00.000Z","priority":"normal","data":{"amount":1.10}}}')

    async with ScriptedServer(script) as server:
        async with RealTimeClient(server.endpoint, loads=lambda text: json.loads(text, parse_float=Decimal)) as client:
            async for event in await client.subscribe("a"):
                break

    assert event.data["amount"] == Decimal("1.10")


@asynchronous
async def test_a_handler_may_close_its_own_client():
    async def script(peer):
        await peer.welcomes()
        await peer.takes_up()
        await peer.event(1)

    async with ScriptedServer(script) as server:
        client = RealTimeClient(server.endpoint)
        await client.connect()

        async def handler(event):
            await client.close()

        subscription = await client.subscribe("a", handler)
        await subscription.wait()

        assert client.state is ClientState.CLOSED


@asynchronous
async def test_what_makes_no_sense_is_refused_before_it_is_sent():
    async with ScriptedServer(rests) as server, RealTimeClient(server.endpoint) as client:
        for call in (
            lambda: client.publish("a b", "t", 1), lambda: client.publish("a", "", 1), lambda: client.publish("a", "t", {1, 2}), lambda: client.publish("a", "t", 1, confirm="none"),
            lambda: client.publish("a", "t", 1, delivered_count=1), lambda: client.publish("a", "t", 1, producer=("", 1)), lambda: client.publish("a", "t", 1, producer=("p", 0)),
            lambda: client.subscribe("a.*b"), lambda: client.subscribe([]), lambda: client.subscribe(["a", "a"]), lambda: client.subscribe("a", from_="yesterday"),
            lambda: client.subscribe("a", ack="sometimes"), lambda: client.read("a", -1)):
            with pytest.raises((ValueError, TypeError)):
                await call()
    with pytest.raises(RuntimeError, match="await connect"):
        await RealTimeClient().publish("a", "t", 1)
    with pytest.raises(ValueError, match="events_max is expected to be 1"):
        RealTimeClient(events_max=0)


@asynchronous
async def test_a_token_over_an_open_line_to_another_machine_is_warned_of(caplog):
    caplog.set_level(logging.WARNING)
    RealTimeClient("ws://example.org", "hunter2"), RealTimeClient("wss://example.org", "hunter2"), RealTimeClient("ws://127.0.0.1:1", "hunter2")

    assert caplog.text.count("without encryption") == 1 and "hunter2" not in caplog.text


@asynchronous
async def test_a_read_that_is_refused_says_why():
    async def script(peer):
        await peer.welcomes()
        read = await peer.hears("read")
        await peer.says("error", {"code": 104, "name": "unknown_channel", "message": "There is none.", "retry": "never"}, read["id"])

    async with ScriptedServer(script) as server, RealTimeClient(server.endpoint) as client:
        with pytest.raises(RealTimeError) as refused:
            await client.read("a")

    assert (refused.value.code, str(refused.value)) == (104, "There is none. (104 unknown_channel)")
