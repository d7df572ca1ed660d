import pytest
from driven_machine import DrivenMachine

from realtime_actors.machine import effects as e


def test_a_publish_has_the_producer_and_a_sequence_that_grows():
    client = DrivenMachine().connects()

    client.publishes()
    client.publishes()

    assert [frame.body["producer"] for frame in client.frames("publish")] == [{"id": "p-1", "sequence": 1}, {"id": "p-1", "sequence": 2}]


def test_it_is_completed_by_its_receipt():
    client = DrivenMachine().connects()
    request = client.publishes()

    client.receipt(client.frames("publish")[0], offset=7)

    assert client.outcome(request).receipt.offset == 7
    assert client.machine.publishes_waiting == 0


def test_what_is_published_while_there_is_no_connection_is_sent_in_order_with_the_welcome():
    client = DrivenMachine().start()
    for data in range(3):
        client.publishes(data)

    client.opens().welcomed()

    assert [frame.body["data"].text for frame in client.frames("publish")] == ["0", "1", "2"]


def test_what_was_not_answered_is_sent_again_with_the_same_sequence():
    client = DrivenMachine().connects()
    request = client.publishes()
    [first] = client.frames("publish")

    client.loses().reconnects()
    again = client.frames("publish")[-1]
    client.receipt(again, offset=1, duplicate=True)

    assert again == first and again.body["producer"] == first.body["producer"]
    assert client.outcome(request).receipt.duplicate


def test_an_outbox_that_is_full_says_so():
    client = DrivenMachine(outbox_count_max=2).start()
    client.publishes(), client.publishes()

    assert client.outcome(client.publishes()).reason == "outbox_full"


def test_the_bytes_of_an_outbox_have_a_bound_too():
    client = DrivenMachine(outbox_bytes_max=10_000).start()
    client.publishes("x" * 9_000)

    assert client.outcome(client.publishes("x" * 2_000)).reason == "outbox_full"


def test_what_the_server_would_not_take_is_not_sent():
    client = DrivenMachine().connects()

    assert client.outcome(client.publishes("ß" * 40_000)).reason == "too_large"
    assert client.frames("publish") == []


def test_no_more_are_in_flight_than_a_channel_remembers():
    client = DrivenMachine(in_flight_max=3).connects()
    for _ in range(5):
        client.publishes()
    assert len(client.frames("publish")) == 3

    # The second is answered; the first is still to be repeated, perhaps, and needs its place.
    client.receipt(client.frames("publish")[1])
    assert len(client.frames("publish")) == 3
    client.receipt(client.frames("publish")[0])

    assert len(client.frames("publish")) == 5


def test_sequences_of_the_application_are_kept_and_their_numbers_bound_the_flight():
    client = DrivenMachine(in_flight_max=10).connects()
    for sequence in (1, 5, 11, 12):
        client.publishes(producer={"id": "source", "sequence": sequence})
    assert [frame.body["producer"]["sequence"] for frame in client.frames("publish")] == [1, 5]

    client.receipt(client.frames("publish")[0])

    assert [frame.body["producer"]["sequence"] for frame in client.frames("publish")] == [1, 5, 11, 12]


def test_later_is_tried_later_and_nothing_overtakes_it():
    client = DrivenMachine().connects()
    client.publishes(1)
    [first] = client.frames("publish")
    client.error(first.id, 113, "overloaded", "backoff", afterMs=500)
    client.publishes(2)

    client.passes(0.4)
    assert len(client.frames("publish")) == 1
    client.passes(0.2)

    assert [frame.body["data"].text for frame in client.frames("publish")] == ["1", "1", "2"]


def test_a_receipt_that_does_not_know_is_asked_for_again():
    client = DrivenMachine().connects()
    request = client.publishes()

    client.receipt(client.frames("publish")[0], status="unknown").passes(1)
    assert client.outcome(request) is None
    client.receipt(client.frames("publish")[1], offset=3)

    assert client.outcome(request).receipt.offset == 3


@pytest.mark.parametrize("code, name", [(103, "forbidden"), (108, "conflict"), (109, "fenced_or_out_of_window"), (111, "not_enabled")])
def test_never_is_the_answer(code, name):
    client = DrivenMachine().connects()
    request = client.publishes()

    client.error(request, code, name, "never")

    assert client.outcome(request) == e.Refused(code, name, "no", "never", may_be_in_log=False)


def test_a_refusal_after_a_lost_answer_says_that_it_may_be_in_the_log():
    client = DrivenMachine().connects()
    request = client.publishes()
    client.loses().reconnects()

    client.error(request, 109, "fenced_or_out_of_window", "never")

    assert client.outcome(request).may_be_in_log


def test_an_unknown_code_is_read_by_its_retry():
    client = DrivenMachine().connects()
    request = client.publishes()

    client.error(request, 199, "new_thing", "never")

    assert client.outcome(request).code == 199


def test_what_takes_too_long_is_unresolved_where_it_was_sent_and_withdrawn_where_not():
    client = DrivenMachine(publish_within=5.0, in_flight_max=1).connects()
    sent, waiting = client.publishes(), client.publishes()

    client.passes(6)

    assert isinstance(client.outcome(sent), e.Unresolved)
    assert client.outcome(waiting) == e.Rejected("withdrawn", "No answer came within 5.0 s.") or isinstance(client.outcome(waiting), e.Unresolved)


def test_without_confirmation_it_is_over_when_it_is_sent():
    client = DrivenMachine().connects()

    assert isinstance(client.outcome(client.publishes(confirm="none")), e.Sent)
    assert client.machine.publishes_waiting == 0


def test_withdrawing_makes_room():
    client = DrivenMachine(outbox_count_max=1).start()
    request = client.publishes()

    client.machine.withdraw(client.now, request)
    client.run()

    assert client.outcome(request).reason == "withdrawn"
    assert client.outcome(client.publishes()) is None
