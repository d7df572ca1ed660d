"""What a handler cannot process is given back to the server."""

from __future__ import annotations

import pytest
from driven_machine import DrivenMachine


def _following(**body: object) -> DrivenMachine:
    client = DrivenMachine().connects()
    client.follows(**body)
    return client


def _again(client: DrivenMachine, offset: int, attempt: int) -> None:
    client.hears("event", {
        "channel": "a", "offset": offset, "id": f"{offset}", "type": "t", "time": "2026-11-21T10:00:00.000Z", "priority": "normal", "data": None, "attempt": attempt})


def test_what_is_nacked_is_not_acked_when_its_handler_returns_and_the_others_go_ahead() -> None:
    client = _following().events(1, 3)
    delivered = client.deliveries

    client.machine.nack(client.now, delivered[1], "busy")
    client.handles(*delivered).passes(1)

    assert [frame.body for frame in client.frames("nack")] == [{"channel": "a", "offset": 2, "reason": "busy"}]
    assert client.frames("ack")[-1].body == {"channel": "a", "offset": 1, "ranges": [[3, 3]]}


def test_what_is_delivered_again_is_handed_over_once_per_attempt_and_acked_like_any_other() -> None:
    client = _following().event(1)
    client.machine.nack(client.now, client.deliveries[0], None)
    client.handles(client.deliveries[0])

    _again(client, 1, attempt=2)
    _again(client, 1, attempt=2)

    assert [(delivery.event.offset, delivery.event.attempt) for delivery in client.deliveries] == [(1, 1), (1, 2)]
    client.handles(client.deliveries[1]).passes(1)
    assert client.frames("ack")[-1].body == {"channel": "a", "offset": 1}


def test_a_nack_is_said_again_to_a_server_that_has_not_heard_it() -> None:
    client = _following().event(1)
    client.machine.nack(client.now, client.deliveries[0], "busy")
    client.run().loses().reconnects(subscriptions=[{"channel": "a", "epoch": "k1", "offset": 0, "head": 1, "recovered": "full"}])
    assert len(client.frames("nack")) == 2

    client.event(1)

    assert len(client.frames("nack")) == 3
    assert len(client.deliveries) == 1


def test_what_the_server_has_given_up_on_counts_as_done() -> None:
    client = _following().event(1)
    client.machine.nack(client.now, client.deliveries[0], None)
    client.run()

    client.hears("skip", {"channel": "a", "from": 1, "to": 1}).passes(1)

    assert client.frames("ack")[-1].body == {"channel": "a", "offset": 1}


def test_nothing_of_a_subscription_without_acks_can_be_nacked() -> None:
    client = _following(ack="none").event(1)

    with pytest.raises(ValueError, match="does not ack"):
        client.machine.nack(client.now, client.deliveries[0], None)
