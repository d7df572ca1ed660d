from driven_machine import DrivenMachine

from realtime_actors import Ended, Gap, Interrupted, OffsetRange, Reset, SessionTicket, Started
from realtime_actors.machine import effects as e


def test_an_offset_is_delivered_once_however_often_it_comes():
    client = DrivenMachine().connects()
    client.follows()

    client.event(1).event(2).event(2).event(4).event(3).event(1)

    assert client.offsets == [1, 2, 4, 3]
    assert client.machine.events_dropped == 2


def test_acks_are_gathered_and_say_the_contiguous_prefix_and_what_is_ahead():
    client = DrivenMachine().connects()
    client.follows()
    client.events(1, 5)

    client.handles(*(client.deliveries[at] for at in (0, 1, 4)))
    assert client.frames("ack") == []
    client.passes(0.03)
    client.handles(client.deliveries[2], client.deliveries[3]).passes(0.03)

    assert [frame.body for frame in client.frames("ack")] == [{"channel": "a", "offset": 2, "ranges": [[5, 5]]}, {"channel": "a", "offset": 5}]


def test_with_manual_acks_handling_acks_nothing():
    client = DrivenMachine().connects()
    client.follows(ack="manual")
    client.events(1, 2).handles(*client.deliveries).passes(1)
    assert client.frames("ack") == []

    client.machine.acknowledge(client.now, client.deliveries[0])
    client.run().passes(1)

    assert [frame.body for frame in client.frames("ack")] == [{"channel": "a", "offset": 1}]


def test_without_acks_none_are_made():
    client = DrivenMachine().connects()
    client.follows(ack="none")

    client.events(1, 2).handles(*client.deliveries).passes(1)

    assert client.frames("ack") == []


def test_credit_is_given_back_in_halves_of_the_window_and_never_more_is_in_hand():
    client = DrivenMachine(credit_window=4).connects()
    client.follows()

    client.events(1, 4)
    assert client.machine.events_in_hand == 4
    client.handles(client.deliveries[0])
    assert client.frames("credit") == []
    client.handles(client.deliveries[1])

    assert [frame.body for frame in client.frames("credit")] == [{"events": 2}]


def test_more_events_than_credit_cost_the_connection():
    client = DrivenMachine(credit_window=2).connects()
    client.follows()

    client.events(1, 3)

    assert client.offsets == [1, 2] and client.states[-1] == "reconnecting"


def test_a_new_connection_has_the_window_less_what_is_in_hand():
    client = DrivenMachine(credit_window=10).connects()
    client.follows()
    client.events(1, 3)

    client.loses().passes_until_due().opens()

    assert client.frames("hello")[-1].body["credit"] == 7


def test_after_a_loss_it_goes_on_from_what_was_handled_and_drops_what_is_in_hand():
    client = DrivenMachine().connects()
    client.follows()
    client.events(1, 3).handles(client.deliveries[0])

    client.loses().reconnects(subscriptions=[{"channel": "a", "epoch": "k1", "offset": 1, "head": 4, "recovered": "full"}])
    client.events(2, 4)

    assert client.frames("hello")[-1].body["subscribe"] == [{"channel": "a", "from": {"epoch": "k1", "offset": 1}}]
    assert client.offsets == [1, 2, 3, 4]


def test_acks_of_what_was_handled_meanwhile_are_made_on_the_new_connection():
    client = DrivenMachine().connects()
    client.follows()
    client.events(1, 2).loses().handles(*client.deliveries)

    client.reconnects(subscriptions=[{"channel": "a", "epoch": "k1", "offset": 0, "head": 2, "recovered": "full"}]).passes(0.03)

    assert client.frames("ack")[-1].body == {"channel": "a", "offset": 2}


def test_a_skip_is_accounted_for_and_a_gap_is_told_as_far_as_it_is_lost():
    client = DrivenMachine().connects()
    client.follows()
    client.event(4)

    client.hears("skip", {"channel": "a", "from": 1, "to": 2}).hears("gap", {"channel": "a", "from": 3, "to": 6, "reason": "retention"})
    client.event(5).event(7)

    assert [notice for notice in client.notices if isinstance(notice, Gap)] == [Gap("a", OffsetRange(3, 3), "retention"), Gap("a", OffsetRange(5, 6), "retention")]
    assert client.offsets == [4, 7]


def test_a_gap_that_the_answer_names_is_told():
    client = DrivenMachine().connects()
    client.follows()
    client.events(1, 2).handles(*client.deliveries)

    client.loses().reconnects(subscriptions=[
        {"channel": "a", "epoch": "k1", "offset": 9, "head": 12, "recovered": "gap", "gap": {"from": 3, "to": 9, "reason": "retention"}}])

    assert client.notices[-1] == Gap("a", OffsetRange(3, 9), "retention")


def test_another_life_of_the_log_is_told_and_begins_anew():
    client = DrivenMachine().connects()
    client.follows()
    client.events(1, 3)
    former = client.deliveries[0]

    client.subscribed(epoch="k2", recovered="reset").events(1, 2).handles(former).passes(0.03)

    assert [type(notice) for notice in client.notices] == [Started, Reset, Started]
    assert client.offsets == [1, 2, 3, 1, 2]
    assert client.frames("ack") == []


def test_a_position_that_is_gone_is_told_as_a_reset():
    client = DrivenMachine().connects()
    client.follows()
    client.events(1, 2)
    client.loses().reconnects().passes(10)
    assert client.frames("subscribe")[-1].body["from"] == {"epoch": "k1", "offset": 0}

    client.error(client.frames("subscribe")[-1].id, 107, "position_gone", "resync")
    client.subscribed(offset=0, id=client.frames("subscribe")[-1].id)

    assert client.frames("subscribe")[-1].body["from"] == "earliest"
    assert isinstance(client.notices[-2], Reset)


def test_2500_subscribes_again_and_2000_stays_out():
    client = DrivenMachine().connects()
    client.follows("a"), client.follows("b")

    client.hears("unsubscribed", {"channel": "a", "code": 2503, "reason": "restart"}).hears("unsubscribed", {"channel": "b", "code": 2000, "reason": "no"}).passes(1)

    assert client.notices[-2:] == [Interrupted("a", 2503, "restart"), Ended("b", 2000, "no")]
    assert [frame.body["channel"] for frame in client.frames("subscribe")] == ["a", "b", "a"]


def test_where_history_is_forbidden_the_sessions_own_cursor_is_used():
    client = DrivenMachine().connects()
    followed = client.follows()
    client.event(1).loses().reconnects().passes(10)
    assert client.frames("subscribe")[-1].body["from"] == {"epoch": "k1", "offset": 0}

    client.error(client.frames("subscribe")[-1].id, 103, "forbidden", "never")

    assert client.frames("subscribe")[-1].body["from"] == "session"
    assert not followed.is_ended


def test_so_it_is_where_the_hello_was_refused_the_position():
    client = DrivenMachine().connects()
    followed = client.follows()
    client.event(1).loses().reconnects()

    client.hears("unsubscribed", {"channel": "a", "code": 2001, "reason": "history"})

    assert client.frames("subscribe")[-1].body["from"] == "session"
    client.hears("unsubscribed", {"channel": "a", "code": 2001, "reason": "subscribe"})
    assert followed.is_ended


def test_a_refusal_ends_it():
    client = DrivenMachine().connects()
    followed = client.machine.subscribe(client.now, "a", {"channel": "a", "from": "earliest"})
    client.run()

    client.error(client.frames("subscribe")[-1].id, 103, "forbidden", "never")

    assert followed.is_ended and client.notices == [Ended("a", 103, "no")]


def test_a_fresh_process_takes_up_what_its_session_left_and_leaves_the_rest_alone():
    client = DrivenMachine(session=SessionTicket("s-1", "k")).connects(resumed=True, subscriptions=[
        {"channel": "a", "epoch": "k1", "offset": 5, "head": 9, "recovered": "full"}, {"channel": "b", "epoch": "k1", "offset": 2, "head": 3, "recovered": "full"}])
    client.event(6).event(3, channel="b")

    client.machine.subscribe(client.now, "a", {"channel": "a", "from": "session"})
    client.run()

    assert client.frames("subscribe")[-1].body["from"] == {"epoch": "k1", "offset": 5}
    assert client.offsets == [] and client.frames("ack") == []


def test_where_nobody_has_heard_yet_that_the_session_begins_anew_its_cursor_is_asked_for_and_not_a_position():
    client = DrivenMachine(session=SessionTicket("s-1", "k")).connects(resumed=True, subscriptions=[{"channel": "a", "epoch": "k1", "offset": 5, "head": 5, "recovered": "none"}])

    client.machine.subscribe(client.now, "a", {"channel": "a", "from": "session"})
    client.run()

    assert client.frames("subscribe")[-1].body["from"] == "session"


def test_what_was_left_while_offline_is_told_with_the_next_welcome():
    client = DrivenMachine().connects()
    followed = client.follows()
    client.loses()

    client.machine.unsubscribe(client.now, followed)
    client.run().reconnects(subscriptions=[{"channel": "a", "epoch": "k1", "offset": 0, "head": 0, "recovered": "full"}])

    assert [frame.body for frame in client.frames("unsubscribe")] == [{"channel": "a"}]


def test_what_the_application_let_go_can_be_taken_up_where_it_was():
    client = DrivenMachine().connects()
    followed = client.follows()
    client.events(1, 3).handles(client.deliveries[0])

    client.machine.let_go(client.now, followed)
    client.run().follows(offset=1)

    assert client.frames("unsubscribe") == []
    assert client.frames("subscribe")[-1].body["from"] == {"epoch": "k1", "offset": 1}


def test_a_hello_names_no_more_subscriptions_than_fit_and_the_rest_are_asked_for_after_it():
    client = DrivenMachine()
    for at in range(400):
        client.machine.subscribe(client.now, f"channel-{at}", {"channel": f"channel-{at}", "from": "session"})

    client.start().opens()
    in_hello = len(client.frames("hello")[0].body["subscribe"])
    client.welcomed()

    assert 100 < in_hello < 400
    assert in_hello + len(client.frames("subscribe")) == 400


def test_a_subscription_whose_answer_is_missed_is_asked_for_again():
    client = DrivenMachine(answer_within=5.0)
    client.machine.subscribe(client.now, "a", {"channel": "a", "from": "session"})

    client.start().opens().welcomed().passes(6)

    assert len(client.frames("subscribe")) == 1
    assert isinstance(client.effects(e.Open)[0], e.Open)


def test_credit_that_became_free_between_hello_and_welcome_is_given_back():
    client = DrivenMachine(credit_window=2).connects()
    client.follows()
    client.events(1, 2)
    client.loses().passes_until_due().opens().handles(*client.deliveries)
    assert client.frames("hello")[-1].body["credit"] == 0

    client.welcomed(subscriptions=[{"channel": "a", "epoch": "k1", "offset": 0, "head": 9, "recovered": "full"}])

    assert [frame.body for frame in client.frames("credit")] == [{"events": 2}]
