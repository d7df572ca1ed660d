"""What a client says of itself."""

from __future__ import annotations

from driven_machine import DrivenMachine

from realtime_actors.machine import effects as e
from realtime_actors.protocol.frames import ClientFrame
from realtime_actors.protocol.json_codec import compact


def enters(client: DrivenMachine, state: object, channel: str = "room") -> int:
    request = client.machine.enter(client.now, channel, compact(state))
    client.run()
    return request


def leaves(client: DrivenMachine, channel: str = "room") -> int:
    request = client.machine.leave(client.now, channel)
    client.run()
    return request


def last(client: DrivenMachine) -> ClientFrame:
    return client.frames("presence")[-1]


def said(client: DrivenMachine) -> list[str]:
    """And is asked for what is new the next time."""
    words = [f"{frame.body['channel']} left" if frame.body.get("leave") else f"{frame.body['channel']}={frame.body['state'].text}" for frame in client.frames("presence")]
    client.sent.clear()
    return words


def present(state: object = 1) -> DrivenMachine:
    client = DrivenMachine().connects()
    enters(client, state)
    client.hears("ok", id=last(client).id)
    client.sent.clear()
    return client


def test_it_counts_when_the_server_has_taken_it():
    client = DrivenMachine().connects()

    request = enters(client, {"name": "Ada"})
    before = client.outcome(request)
    client.hears("ok", id=last(client).id)

    assert said(client) == ['room={"name":"Ada"}']
    assert (before, client.outcome(request)) == (None, e.Done())


def test_it_waits_for_the_connection_and_of_each_channel_the_last_word_is_said():
    client = DrivenMachine().start()
    enters(client, 1, "a")
    enters(client, 2, "a")
    enters(client, 1, "b")

    client.opens().welcomed()

    assert said(client) == ["a=2", "b=1"]


def test_it_is_said_again_on_each_connection():
    client = present(1)
    enters(client, 2)
    client.hears("ok", id=last(client).id)
    client.sent.clear()

    words = []
    for _ in range(2):
        client.loses().reconnects()
        words.append(said(client))

    assert words == [["room=2"], ["room=2"]]


def test_of_many_words_in_a_row_the_last_one_counts():
    client = DrivenMachine().connects()
    requests = [enters(client, state) for state in range(1, 6)]
    client.hears("ok", id=last(client).id)
    first = [request for request in requests if client.outcome(request) is not None]
    client.hears("ok", id=last(client).id)

    assert said(client) == ["room=1", "room=5"]
    assert first == requests[:1]
    assert [client.outcome(request) for request in requests] == [e.Done()] * 5


def test_whoever_has_left_says_nothing_on_the_next_connection():
    client = present()

    request = leaves(client)
    client.hears("ok", id=last(client).id)
    left = said(client)
    client.loses().reconnects()

    assert (left, client.outcome(request), said(client)) == (["room left"], e.Done(), [])


def test_whoever_left_without_a_connection_is_said_to_have_left_on_the_next():
    client = present().loses()
    leaves(client)

    client.reconnects()

    assert said(client) == ["room left"]


def test_whoever_has_never_been_there_has_nothing_to_leave():
    client = DrivenMachine().start()

    requests = [enters(client, 1), leaves(client), leaves(client, "elsewhere")]

    assert [client.outcome(request) for request in requests] == [e.Done()] * 3


def test_a_state_that_is_refused_leaves_the_former_one_as_it_was():
    client = present(1)
    request = enters(client, "too large")
    client.error(last(client).id, 110, retry="never")
    client.sent.clear()
    client.loses().reconnects()

    assert isinstance(client.outcome(request), e.Refused)
    assert said(client) == ["room=1"]


def test_a_state_that_is_refused_on_another_connection_gives_way_to_the_former_one_there():
    client = present(1).loses()
    enters(client, "too large")
    client.reconnects()

    client.error(last(client).id, 110, retry="never")

    assert said(client) == ['room="too large"', "room=1"]


def test_it_is_told_when_it_may_not_be_there_any_more_and_not_tried_for_ever():
    client = present().loses().reconnects()

    client.error(last(client).id, 103, retry="never")
    client.sent.clear()
    client.loses().reconnects()

    assert client.effects(e.PresenceLost) == [e.PresenceLost("room", 103, "no")]
    assert said(client) == []


def test_it_is_tried_again_after_a_pause_when_the_server_cannot_just_now():
    client = DrivenMachine().connects()
    request = enters(client, 1)
    client.error(last(client).id, 113, retry="backoff", afterMs=700)
    enters(client, 2)
    client.sent.clear()

    client.passes(0.699)
    before = said(client)
    client.passes(0.002)
    client.hears("ok", id=last(client).id)

    assert (before, said(client), client.outcome(request)) == ([], ["room=2"], e.Done())


def test_it_stays_when_it_stops_following():
    client = present()
    followed = client.follows("room")
    client.sent.clear()

    client.machine.unsubscribe(client.now, followed)
    client.run()

    # To the server, unsubscribing is leaving; in one batch nobody sees it gone.
    assert [frame.kind for frame in client.sent] == ["unsubscribe", "presence"]


def test_who_does_not_wait_any_longer_is_there_all_the_same():
    client = DrivenMachine().connects().loses()
    request = enters(client, 1)

    client.machine.withdraw(client.now, request)
    client.run().reconnects()

    assert client.outcome(request) == e.Rejected("withdrawn", "It was withdrawn by the application, which does not wait for it any longer.")
    assert said(client) == ["room=1"]


def test_what_waits_is_bounded_and_ends_with_the_client():
    client = DrivenMachine(requests_max=2).start()
    requests = [enters(client, 1, f"room-{at}") for at in range(3)]
    client.machine.close(client.now)
    client.run()
    requests += [enters(client, "x" * 10)]

    assert [outcome.reason for request in requests if isinstance(outcome := client.outcome(request), e.Rejected)] == ["closed", "closed", "too_many_requests", "closed"]


def test_what_no_frame_can_hold_is_not_sent():
    client = DrivenMachine().connects()

    outcome = client.outcome(enters(client, "x" * 70_000))

    assert isinstance(outcome, e.Rejected) and outcome.reason == "too_large"
