"""The client over a real server that keeps dying: its application sees a stream of events, and nothing of the deaths."""

from __future__ import annotations

import asyncio

import pytest
from asynchronous import Seen, asynchronous, with_kills
from program import Program
from server import RealTimeServer

from realtime_actors import (
    ClientState, FileSessionStore, Last, NotSentError, OutboxFullError, Position, RealTimeClient, RealTimeError, ReconnectAdvice, RefusedError)

CHANNEL = "client.kills"
KILLS = 20
BATCH = 200
QUICKLY = ReconnectAdvice(0.02, 0.2, 1.5, 0.5)


def client_of(server: RealTimeServer, **options) -> RealTimeClient:
    return RealTimeClient(server.endpoint, reconnect=QUICKLY, **options)


@with_kills
async def test_its_application_sees_every_event_once_over_twenty_kills(server):
    seen = Seen()
    receipts = {}
    async with client_of(server) as follower, client_of(server) as publisher:
        await follower.subscribe(CHANNEL, seen, from_="earliest")

        async def publish(number: int) -> None:
            receipts[number] = await publisher.publish(CHANNEL, "numbered", number)

        for kill in range(KILLS):
            batch = [asyncio.ensure_future(publish(kill * BATCH + at)) for at in range(BATCH)]
            # Somewhere in the middle, where it is told by the first receipts; then the server is gone.
            await batch[kill * 7]
            server.kill()
            await asyncio.to_thread(server.start)
            await asyncio.gather(*batch)
        await seen.count_is(KILLS * BATCH)

    log = await asyncio.to_thread(server.log, CHANNEL)
    count = KILLS * BATCH
    assert [event["offset"] for event in log] == list(range(1, count + 1))
    assert sorted(event["data"] for event in log) == list(range(count))
    assert seen.offsets == list(range(1, count + 1))
    assert [(event.offset, event.data, event.id, event.hash.hex()) for event in seen.events] == [(one["offset"], one["data"], one["id"], one["hash"]) for one in log]
    assert {number: receipt.offset for number, receipt in receipts.items()} == {event["data"]: event["offset"] for event in log}


LAST = 1_499

FOLLOWER = """
import asyncio, os
from realtime_actors import FileSessionStore, RealTimeClient

async def main():
    async with RealTimeClient(os.environ["REALTIME_ENDPOINT"], session_store=FileSessionStore(os.environ["TICKET"]), ack_delay=0) as client:
        async for event in await client.subscribe(os.environ["CHANNEL"]):
            print(event.data)

asyncio.run(main())
"""


@asynchronous
async def test_a_fresh_process_goes_on_with_the_saved_ticket_where_a_killed_one_stopped(server, tmp_path):
    ticket = tmp_path / "session.json"
    async with client_of(server) as publisher:
        # The session begins, with a cursor, before anything is there.
        async with client_of(server, session_store=FileSessionStore(ticket)) as first:
            await first.subscribe(CHANNEL, lambda event: None)
        # So many that a follower is killed in the middle of them, however fast it is.
        for number in range(LAST + 1):
            await publisher.publish(CHANNEL, "numbered", number)

    lives: list[list[int]] = []
    while not lives or lives[-1][-1] != LAST:
        with Program(FOLLOWER, server.endpoint, TICKET=str(ticket), CHANNEL=CHANNEL) as program:
            printed: list[int] = []
            # The first three are killed on the way; the next may come to the end.
            while (len(printed) < 20 or len(lives) == 3) and LAST not in printed:
                printed.append(int(await asyncio.to_thread(program.says)))
            lives.append(printed + [int(line) for line in program.kill().splitlines()])

    assert lives[0][0] == 0 and lives[-1][-1] == LAST and len(lives) >= 2
    for life, following in zip(lives, lives[1:]):
        # Nothing is left out; what was not acked comes again, and what was acked does not.
        assert life[0] < following[0] <= life[-1] + 1
    for life in lives:
        assert life == list(range(life[0], life[-1] + 1))
    assert ticket.stat().st_mode & 0o777 == 0o600


@asynchronous
async def test_what_was_handled_before_a_close_does_not_come_again(server, tmp_path):
    store = FileSessionStore(tmp_path / "session.json")
    first, second = Seen(), Seen()
    async with client_of(server, session_store=store) as client:
        await client.subscribe(CHANNEL, first)
        for number in range(10):
            await client.publish(CHANNEL, "numbered", number)
        await first.count_is(10)
    async with client_of(server) as publisher:
        for number in range(10, 20):
            await publisher.publish(CHANNEL, "numbered", number)
    server.kill()
    await asyncio.to_thread(server.start)

    async with client_of(server, session_store=store) as client:
        await client.subscribe(CHANNEL, second)
        await second.count_is(10)

    assert [event.data for event in first.events] == list(range(10))
    assert [event.data for event in second.events] == list(range(10, 20))


@asynchronous
async def test_what_is_published_while_the_server_is_away_is_kept_within_bounds(server):
    async with client_of(server, outbox_count_max=5) as client:
        lost = asyncio.Event()
        client.on_state(lambda change: lost.set() if change.state is ClientState.RECONNECTING else None)
        server.kill()
        await lost.wait()
        waiting = [client.publish_nowait(CHANNEL, "numbered", number) for number in range(5)]
        with pytest.raises(OutboxFullError) as full:
            await client.publish(CHANNEL, "numbered", 5)
        await asyncio.to_thread(server.start)
        receipts = await asyncio.gather(*waiting)

    assert full.value.name == "outbox_full" and full.value.retry == "backoff" and not full.value.may_be_in_log
    assert [receipt.offset for receipt in receipts] == [1, 2, 3, 4, 5]
    assert [event["data"] for event in server.log(CHANNEL)] == [0, 1, 2, 3, 4]


@asynchronous
async def test_a_publisher_is_told_when_its_event_was_handled(server):
    async with client_of(server) as follower, client_of(server) as publisher:
        await follower.subscribe(CHANNEL, Seen())
        receipt = await publisher.publish(CHANNEL, "t", 1, confirm="delivered", delivered_count=1, delivered_timeout=30)
        accepted = await publisher.publish(CHANNEL, "t", 2, confirm="accepted")
        await publisher.send(CHANNEL, "t", 3)

    assert (receipt.status, receipt.acked, receipt.of, accepted.status) == ("delivered", 1, 1, "accepted")


@asynchronous
async def test_history_is_read_page_by_page_and_none_is_left_out(server):
    async with client_of(server) as client:
        await asyncio.gather(*(client.publish(CHANNEL, "numbered", number) for number in range(500)))

        page = await client.read(CHANNEL, limit=10)
        middle = await client.read(CHANNEL, Position(page.epoch, 100), limit=5)
        last = await client.read(CHANNEL, Last(3))
        offsets = [event.offset async for event in client.history(CHANNEL, page_size=37)]

    assert [event.offset for event in page.events] == list(range(1, 11)) and page.next is not None
    assert [event.offset for event in middle.events] == [101, 102, 103, 104, 105]
    assert [event.offset for event in last.events] == [498, 499, 500] and last.next is None
    assert offsets == list(range(1, 501))


@asynchronous
async def test_several_channels_are_followed_by_one_loop_until_they_are_left(server):
    async with client_of(server) as client:
        async with await client.subscribe(["a.one", "a.two"], ack="manual", on_notice=lambda notice: None) as subscription:
            await client.publish("a.one", "t", {"n": 1}, key="k", source="here", correlation_id="c", priority="high")
            await client.publish("a.two", "t", {"n": 2})
            events = []
            async for event in subscription:
                event.ack()
                events.append(event)
                if len(events) == 2:
                    break
        assert subscription.is_ended
        receipt = await client.publish("a.one", "t", None)

    assert sorted((event.channel, event.data["n"]) for event in events) == [("a.one", 1), ("a.two", 2)]
    first = next(event for event in events if event.channel == "a.one")
    assert (first.key, first.source, first.correlation_id, first.priority, first.type) == ("k", "here", "c", "high", "t")
    assert first.time.tzinfo is not None and receipt.offset == 2


@asynchronous
async def test_an_event_whose_handler_failed_is_not_acked_and_can_be_taken_up_again(server):
    seen, failing = Seen(), [True]

    async def fails_at_three(event) -> None:
        if event.data == 3 and failing[0]:
            raise ZeroDivisionError("three")
        await seen(event)

    async with client_of(server) as client:
        subscription = await client.subscribe(CHANNEL, fails_at_three)
        for number in range(1, 6):
            await client.publish(CHANNEL, "numbered", number)
        with pytest.raises(ZeroDivisionError):
            await subscription.wait()
        failing[0] = False
        await client.subscribe(CHANNEL, fails_at_three)
        await seen.count_is(5)

    assert [event.data for event in seen.events] == [1, 2, 3, 4, 5]


@asynchronous
async def test_refusals_are_exceptions_with_code_name_and_what_to_do(server):
    async with client_of(server) as client:
        with pytest.raises(RefusedError) as conflict:
            await client.publish(CHANNEL, "t", 1, producer=("p", 7))
            await client.publish(CHANNEL, "t", 2, producer=("p", 7))
        repeat = await client.publish(CHANNEL, "t", 1, producer=("p", 7))
        with pytest.raises(NotSentError) as large:
            await client.publish(CHANNEL, "t", "x" * 100_000)
        with pytest.raises(RealTimeError) as owned:
            await client.publish("$server.alerts", "t", 1)
        with pytest.raises(RefusedError):
            await client.read(CHANNEL, Position("another", 1))

    assert (conflict.value.code, conflict.value.name, conflict.value.retry) == (108, "conflict", "never")
    assert repeat.duplicate and repeat.offset == 1
    assert large.value.name == "too_large" and owned.value.code == 103


@asynchronous
async def test_a_second_client_of_the_same_session_takes_it_over_and_the_first_stays_away(server):
    async with client_of(server) as first:
        closed = asyncio.Event()
        changes = []
        first.on_state(lambda change: (changes.append(change), closed.set()))
        async with client_of(server, session=first.session):
            await closed.wait()

    assert changes[0].state is ClientState.CLOSED and changes[0].close_code == 4404


@asynchronous
async def test_a_server_that_is_not_there_is_named_in_the_last_failure(tmp_path):
    client = RealTimeClient("ws://127.0.0.1:9", reconnect=QUICKLY)

    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(client.connect(), 0.5)
    # On a busy machine the first attempt may fail later than that.
    while client.last_failure is None:
        await asyncio.sleep(0)

    assert client.state is ClientState.CONNECTING and "127.0.0.1" in client.last_failure
    await client.close()
    assert client.state is ClientState.CLOSED


@asynchronous
async def test_closing_waits_for_the_handler_that_runs_so_that_its_event_is_acked(server, tmp_path):
    store = FileSessionStore(tmp_path / "session.json")
    begun, go_on, seen = asyncio.Event(), asyncio.Event(), Seen()

    async def slow(event) -> None:
        begun.set()
        await go_on.wait()

    async with client_of(server, session_store=store) as client:
        await client.subscribe(CHANNEL, slow)
        for number in range(3):
            await client.publish(CHANNEL, "numbered", number)
        await begun.wait()
        closing = asyncio.ensure_future(client.close())
        # Its turn to begin.
        await asyncio.sleep(0)
        go_on.set()
        await closing

    async with client_of(server, session_store=store) as client:
        await client.subscribe(CHANNEL, seen)
        await seen.count_is(2)

    assert [event.data for event in seen.events] == [1, 2]
