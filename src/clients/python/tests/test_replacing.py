import pytest
from driven_machine import DrivenMachine

from realtime_actors import Reset
from realtime_actors.machine import effects as e

FULL = {"channel": "a", "epoch": "k1", "offset": 0, "head": 0, "recovered": "full"}


def following(**options):
    client = DrivenMachine(**{"chance": 0.0, **options}).connects()
    client.follows()
    return client.passes(2)


def goes_away(client, **body):
    return client.hears("goaway", {"withinMs": 5000, "spreadMs": 2000, "url": None, **body})


def test_it_connects_elsewhere_at_a_moment_of_the_spread_and_keeps_what_it_has():
    client = following(chance=0.5)
    goes_away(client, url="ws://three").passes(0.9)
    assert len(client.effects(e.Open)) == 1
    client.passes(0.2)

    assert client.effects(e.Open)[-1].endpoint == "ws://three"
    assert client.states[-1] == "connected" and client.effects(e.CloseTransport) == []


def test_the_old_connection_goes_when_the_new_one_is_welcomed_and_each_event_comes_once():
    client = following()
    former = client.connection
    client.event(1).handles(client.deliveries[0]).event(2)
    goes_away(client).successor_opens()
    assert client.frames("hello")[-1].body["subscribe"][0]["from"] == {"epoch": "k1", "offset": 1}
    client.event(3)

    client.successor_welcomed(subscriptions=[{**FULL, "offset": 1}])
    client.events(2, 4)

    assert client.offsets == [1, 2, 3, 4]
    assert [close.connection for close in client.effects(e.CloseTransport)] == [former]
    assert client.states == ["connecting", "connected"]


@pytest.mark.parametrize("is_close_first", [True, False])
def test_being_taken_over_by_itself_is_no_end(is_close_first):
    client = following()
    former = client.connection
    goes_away(client).successor_opens()

    if is_close_first:
        client.hears("close", {"code": 4404, "reason": "taken over", "afterMs": 0})
    client.successor_welcomed(subscriptions=[FULL])
    client.hears("close", {"code": 4404, "reason": "taken over", "afterMs": 0}, connection=former)

    assert client.states == ["connecting", "connected"]


def test_being_taken_over_before_its_own_hello_was_somebody_else():
    client = following()
    goes_away(client)

    client.hears("close", {"code": 4404, "reason": "taken over", "afterMs": 0})

    assert client.states[-1] == "closed" and client.machine.deadline is None
    assert client.successor in [close.connection for close in client.effects(e.CloseTransport)]


def test_being_taken_over_by_a_successor_that_was_then_lost_is_no_end_either():
    client = following()
    goes_away(client).successor_opens()

    client.machine.disconnected(client.now, client.successor, None, "cut before the welcome")
    client.run().hears("close", {"code": 4404, "reason": "taken over", "afterMs": 0})

    assert client.states[-1] == "reconnecting"


def test_where_nobody_can_be_reached_it_stays_and_tries_again():
    client = following()
    goes_away(client, withinMs=60000)
    client.machine.disconnected(client.now, client.successor, None, "refused")
    client.run().event(1)

    assert client.offsets == [1] and client.states[-1] == "connected"
    client.passes(1)
    assert len(client.effects(e.Open)) == 3


def test_when_the_old_connection_ends_first_the_new_one_goes_on_alone():
    client = following()
    request = client.publishes()
    goes_away(client).successor_opens()

    client.loses(4000)
    assert client.states[-1] == "reconnecting"
    client.successor_welcomed(subscriptions=[FULL])

    assert client.states[-1] == "connected"
    assert [frame.id for frame in client.frames("publish")] == [request, request]


def test_a_close_that_comes_before_its_moment_is_answered_at_its_moment():
    client = following(chance=0.75)
    goes_away(client).hears("close", {"code": 4000, "reason": "stopping", "afterMs": 0})

    client.passes(1.4)
    assert len(client.effects(e.Open)) == 1
    client.passes(0.2)

    assert len(client.effects(e.Open)) == 2


def test_the_window_holds_for_both_connections_together():
    client = following(credit_window=8)
    client.events(1, 2)
    goes_away(client).successor_opens()

    assert client.frames("hello")[-1].body["credit"] == 4
    client.events(3, 6)
    assert client.offsets == [1, 2, 3, 4]
    client.successor_welcomed(subscriptions=[FULL])
    client.events(1, 4)

    assert client.machine.events_in_hand == 4 and client.states[-1] == "connected"


def test_what_was_passed_over_costs_the_old_connection_when_the_successor_fails():
    client = following(credit_window=8)
    goes_away(client).successor_opens()
    client.events(1, 3)
    assert client.offsets == [1, 2]

    client.machine.disconnected(client.now, client.successor, None, "gone")
    client.run()

    assert "reconnecting" in client.states


def test_what_is_answered_while_its_successor_greets_begins_once_and_goes_on_there_from_where_it_stands():
    client = following()
    client.machine.subscribe(client.now, "b", {"channel": "b", "from": {"last": 2}})
    asked = client.run().frames("subscribe")[-1]
    goes_away(client).successor_opens()
    assert [request["channel"] for request in client.frames("hello")[-1].body["subscribe"]] == ["a"]

    client.subscribed("b", offset=5, id=asked.id).event(6, "b").handles(client.deliveries[-1]).event(7, "b")
    client.successor_welcomed(subscriptions=[FULL, {**FULL, "channel": "b", "offset": 6, "head": 7}])

    again = client.frames("subscribe")[-1]
    assert (again.body["channel"], again.body["from"]) == ("b", {"epoch": "k1", "offset": 6})
    client.event(7, "b").subscribed("b", offset=6, recovered="full", id=again.id).event(7, "b").event(8, "b")
    assert client.offsets == [6, 7, 8]


def test_another_life_of_the_log_that_the_old_connection_was_told_of_does_not_begin_again_on_the_new_one():
    client = following()
    former = client.connection
    client.event(1).handles(client.deliveries[0])
    goes_away(client).successor_opens()
    assert client.frames("hello")[-1].body["subscribe"][0]["from"] == {"epoch": "k1", "offset": 1}

    client.subscribed(epoch="k2", recovered="reset").event(1)
    resets = [notice for notice in client.notices if isinstance(notice, Reset)]
    client.successor_welcomed(subscriptions=[{**FULL, "epoch": "k2", "recovered": "reset"}])
    client.events(1, 2)

    assert former != client.connection and client.offsets == [1, 1, 2]
    assert [notice for notice in client.notices if isinstance(notice, Reset)] == resets


def test_a_server_that_begins_anew_is_no_beginning_to_an_application_that_goes_on_in_the_same_log():
    client = following()
    client.events(1, 2)
    client.loses()

    client.reconnects(subscriptions=[{**FULL, "offset": 4, "head": 4, "recovered": "none"}])

    started, gap = client.notices[-2:]
    assert (started.recovered, gap.offsets) == ("gap", (3, 4))
    client.event(2)
    assert client.offsets == [1, 2]


def test_closing_closes_both():
    client = following()
    goes_away(client).successor_opens()

    client.machine.close(client.now)
    client.run().hears("close", {"code": 4001, "reason": "bye", "afterMs": 0})

    assert client.successor in [close.connection for close in client.effects(e.CloseTransport)]
    assert client.states[-1] == "closed" and client.machine.deadline is None
