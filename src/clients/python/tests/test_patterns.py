import pytest
from driven_machine import DrivenMachine

from realtime_actors import Gap, OffsetRange, Reset, SessionTicket, Withdrawn
from realtime_actors.names import check_channel_or_pattern, matches, specificity
from realtime_actors.requests import subscribe_body


def follows(client, pattern, **body):
    return client.follows(pattern, epoch="", **body)


def test_events_arrive_under_their_channels_own_names_once_they_were_announced():
    client = DrivenMachine().connects()
    pattern = follows(client, "session.*.emotion")

    client.subscribed("session.1.emotion", offset=4).subscribed("session.2.emotion")
    client.event(5, "session.1.emotion").event(1, "session.2.emotion").event(9, "session.3.emotion")

    assert [(one.event.channel, one.event.offset) for one in client.deliveries] == [("session.1.emotion", 5), ("session.2.emotion", 1)]
    assert all(one.followed.parent is pattern for one in client.deliveries)
    client.handles(client.deliveries[1]).passes(1)
    assert [frame.body for frame in client.frames("ack")] == [{"channel": "session.2.emotion", "offset": 1}]


def test_a_new_connection_goes_on_from_the_session_s_cursors_and_nothing_comes_twice():
    client = DrivenMachine().connects()
    follows(client, "a.>", **{"from": "earliest"})
    client.subscribed("a.x").event(1, "a.x").event(2, "a.x")

    client.loses().reconnects(subscriptions=[{"channel": "a.>", "epoch": "", "offset": 0, "head": 0, "recovered": "full"}])
    assert client.frames("hello")[-1].body["subscribe"] is None and len(client.frames("subscribe")) == 1
    client.subscribed("a.x", recovered="full").event(1, "a.x").event(2, "a.x").event(3, "a.x")

    assert client.offsets == [1, 2, 3]


def test_a_session_that_does_not_bring_the_pattern_back_is_asked_for_it():
    client = DrivenMachine().connects()
    follows(client, "a.>", **{"from": "earliest"})

    client.loses().reconnects()

    assert client.frames("subscribe")[-1].body == {"channel": "a.>", "from": "session"}


def test_a_pattern_of_the_session_that_is_asked_for_late_is_taken_up_on_another_connection():
    answer = {"channel": "a.>", "epoch": "", "offset": 0, "head": 0, "recovered": "full"}
    client = DrivenMachine(session=SessionTicket("s-1", "k-0")).connects(resumed=True, subscriptions=[answer])
    client.subscribed("a.born").event(1, "a.born").passes(2)

    client.machine.subscribe(client.now, "a.>", {"channel": "a.>", "from": "session"})
    client.run().successor_opens().successor_welcomed(subscriptions=[answer])
    client.subscribed("a.born").event(1, "a.born")

    assert client.offsets == [1] and client.frames("subscribe") == [] and client.states == ["connecting", "connected"]


def test_without_acks_what_was_missed_is_told_as_lost():
    client = DrivenMachine().connects()
    follows(client, "a.>", ack="none", **{"from": "now"})
    client.subscribed("a.x", offset=7).event(8, "a.x")

    client.loses().reconnects(subscriptions=[{"channel": "a.>", "epoch": "", "offset": 0, "head": 0, "recovered": "none"}])
    client.subscribed("a.x", offset=12)

    assert [notice for notice in client.notices if isinstance(notice, Gap)] == [Gap("a.x", OffsetRange(9, 12), "the server went on behind it")]


def test_an_exact_subscription_takes_the_channel_and_gives_it_back():
    client = DrivenMachine().connects()
    pattern = follows(client, "a.>")
    client.subscribed("a.x").event(1, "a.x")
    exact = client.follows("a.x", offset=1)
    client.event(2, "a.x")
    assert client.deliveries[-1].followed is exact

    client.machine.unsubscribe(client.now, exact)
    client.run().subscribed("a.x", offset=2, recovered="full").event(3, "a.x")

    assert client.deliveries[-1].followed.parent is pattern and client.offsets == [1, 2, 3]


def test_the_most_specific_pattern_counts():
    client = DrivenMachine().connects()
    wide = follows(client, "a.>")
    client.subscribed("a.x.1")
    narrow = follows(client, "a.*.1")
    client.subscribed("a.x.1", offset=3, recovered="full").subscribed("a.x.2")

    client.event(4, "a.x.1").event(1, "a.x.2")

    assert [one.followed.parent for one in client.deliveries] == [narrow, wide]


def test_a_channel_that_may_not_be_followed_any_more_is_told_and_the_pattern_goes_on():
    client = DrivenMachine().connects()
    pattern = follows(client, "a.>")
    client.subscribed("a.x").subscribed("a.y")

    client.hears("unsubscribed", {"channel": "a.x", "code": 2001, "reason": "gone"}).event(1, "a.x").event(1, "a.y")

    assert client.notices[-1] == Withdrawn("a.x", 2001, "gone")
    assert [one.event.channel for one in client.deliveries] == ["a.y"] and not pattern.is_ended


def test_a_pattern_that_is_ended_ends_with_all_its_channels():
    client = DrivenMachine().connects()
    pattern = follows(client, "a.>")
    client.subscribed("a.x").event(1, "a.x")

    client.hears("unsubscribed", {"channel": "a.>", "code": 2003, "reason": "too many"}).event(2, "a.x").handles(client.deliveries[0]).passes(1)

    assert pattern.is_ended and client.offsets == [1] and client.frames("ack") == []


def test_another_life_of_a_channel_s_log_is_told_for_that_channel():
    client = DrivenMachine().connects()
    follows(client, "a.>")
    client.subscribed("a.x").event(1, "a.x").subscribed("a.x", epoch="k2", recovered="reset").event(1, "a.x")

    assert [notice.channel for notice in client.notices if isinstance(notice, Reset)] == ["a.x"]
    assert [one.epoch for one in client.deliveries] == ["k1", "k2"]


@pytest.mark.parametrize("pattern, name, is_meant", [
    ("a.*", "a.b", True), ("a.*", "a.b.c", False), ("a.*", "a:b", False), ("a.>", "a.b.c", True), ("a.>", "a", False), ("a.>", "a:b", False), (">", "a.b:c", True),
    (">", "$dlq.a", False), ("$dlq.>", "$dlq.a", True), ("*.b", "a.b", True), ("a.*.c", "a.b.c", True), ("a.*.c", "a.b.d", False), ("*", "a.b", False)])
def test_a_pattern_means_what_the_contract_says(pattern, name, is_meant):
    assert matches(pattern, name) is is_meant


def test_the_order_of_judgement_is_the_contract_s():
    patterns = [">", "a.>", "a.*", "a.*.>", "a.b", "*.b", "a.b.*"]

    assert sorted(patterns, key=specificity) == ["a.b.*", "a.b", "a.*.>", "a.*", "a.>", "*.b", ">"]


@pytest.mark.parametrize("text", ["a.*x", "a.>.b", "a..*", "", "a.*."])
def test_what_is_no_pattern_is_refused(text):
    with pytest.raises(ValueError):
        check_channel_or_pattern(text)


def test_a_position_is_of_one_channel():
    with pytest.raises(ValueError, match="means many"):
        subscribe_body("a.>", {"epoch": "k1", "offset": 3}, "auto", "lanes", None, None, None, None)
