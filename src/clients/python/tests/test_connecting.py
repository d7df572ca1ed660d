import pytest
from driven_machine import DrivenMachine

from realtime_actors import SessionTicket
from realtime_actors.machine import MachineOptions, effects as e


def test_the_first_frame_is_a_hello_with_the_session_and_the_credit():
    client = DrivenMachine(session=SessionTicket("s-1", "secret"), token="t", credit_window=64).start().opens()

    [hello] = client.sent
    assert hello.kind == "hello"
    assert hello.body["session"] == {"id": "s-1", "key": "secret"}
    assert hello.body["token"] == "t" and hello.body["credit"] == 64


def test_a_new_key_is_stored_before_the_ping_that_retires_the_former_one():
    client = DrivenMachine().connects(key="new")

    kinds = [type(effect).__name__ if not isinstance(effect, e.Send) else effect.frame.kind for effect in client.done]
    assert kinds.index("SessionChanged") < kinds.index("ping")
    assert client.machine.session == SessionTicket("s-1", "new")
    assert client.states == ["connecting", "connected"]


def test_a_lost_connection_is_resumed_after_a_pause_that_grows():
    client = DrivenMachine(stable_after=1.0).connects()

    pauses = []
    for _ in range(4):
        client.loses()
        pauses.append(round(client.machine.deadline - client.now, 4))
        client.passes_until_due()
    client.opens()

    assert pauses == [0.1, 0.15, 0.225, 0.3375]
    assert client.frames("hello")[-1].body["session"] == {"id": "s-1", "key": "k-1"}


def test_the_next_endpoint_is_tried_when_one_cannot_be_reached():
    client = DrivenMachine().start()

    client.loses().passes_until_due()

    assert [effect.endpoint for effect in client.effects(e.Open)] == ["ws://one", "ws://two"]


@pytest.mark.parametrize(
    "code, at_once, endpoint",
    [(4000, True, "ws://one"), (4100, False, "ws://one"), (4200, True, "ws://two"), (None, False, "ws://one"), (1006, False, "ws://one")])
def test_the_range_of_a_close_says_what_to_do(code, at_once, endpoint):
    client = DrivenMachine().connects().passes(2)

    client.loses(code)

    assert (len(client.effects(e.Open)) == 2) == at_once
    client.passes(10) if not at_once else None
    assert client.effects(e.Open)[1].endpoint == endpoint


def test_a_server_that_keeps_closing_at_once_is_not_called_in_a_circle():
    client = DrivenMachine().connects()
    client.loses(4000).opens().welcomed()

    client.loses(4000)

    assert client.machine.deadline > client.now
    assert len(client.effects(e.Open)) == 2


@pytest.mark.parametrize("code", [4400, 4404, 4499])
def test_it_stays_away_where_it_is_told_to(code):
    client = DrivenMachine().connects()
    waiting = client.publishes()

    client.hears("close", {"code": code, "reason": "go", "afterMs": 0})

    assert client.states[-1] == "closed" and client.machine.deadline is None
    assert isinstance(client.outcome(waiting), e.Unresolved)


def test_a_takeover_that_is_told_on_a_connection_it_replaced_itself_is_ignored():
    client = DrivenMachine().connects()
    former = client.connection
    client.loses().reconnects()

    client.hears("close", {"code": 4404, "reason": "taken over", "afterMs": 0}, connection=former)

    assert client.states[-1] == "connected"


def test_without_a_token_function_a_demand_for_a_token_closes_it():
    client = DrivenMachine(token="stale").connects()

    client.loses(4301)

    assert client.states[-1] == "closed"


def test_with_a_token_function_it_is_asked_again():
    client = DrivenMachine(obtains_tokens=True).start()
    client.machine.token_obtained(client.now, "first")
    client.run().opens().welcomed().passes(2)

    client.loses(4301)
    client.machine.token_obtained(client.now, "second")
    client.run().opens()

    assert len(client.effects(e.ObtainToken)) == 2
    assert [hello.body["token"] for hello in client.frames("hello")] == ["first", "second"]


def test_a_token_is_renewed_in_place_before_it_ends():
    client = DrivenMachine(obtains_tokens=True).start()
    client.machine.token_obtained(client.now, "first", lasts=100)
    client.run().opens().welcomed(heartbeatMs=1_000_000)

    # A fifth of its time, or up to twice that, before its end; chance is a half here.
    client.passes(69)
    assert len(client.effects(e.ObtainToken)) == 1
    client.passes(2)
    client.machine.token_obtained(client.now, "second", lasts=100)
    client.run()

    assert len(client.effects(e.ObtainToken)) == 2
    assert [refresh.body for refresh in client.frames("refresh")] == [{"token": "second"}]
    assert len(client.effects(e.Open)) == 1


def test_a_token_function_that_fails_is_asked_again_while_the_token_holds():
    client = DrivenMachine(obtains_tokens=True).start()
    client.machine.token_obtained(client.now, "first", lasts=100)
    client.run().opens().welcomed(heartbeatMs=1_000_000).passes(71)

    client.machine.token_failed(client.now, "down")
    client.passes(2)

    assert len(client.effects(e.ObtainToken)) == 3
    assert client.states[-1] == "connected"


def test_a_token_that_has_ended_is_not_used_for_another_connection():
    client = DrivenMachine(obtains_tokens=True).start()
    client.machine.token_obtained(client.now, "first", lasts=30)
    client.run().opens().welcomed()
    client.loses()
    client.now += 60

    client.machine.tick(client.now)
    client.run()

    assert len(client.effects(e.ObtainToken)) == 2 and len(client.effects(e.Open)) == 1


def test_silence_is_asked_about_and_then_taken_for_a_lost_connection():
    client = DrivenMachine().connects()
    pings = len(client.frames("ping"))

    client.passes(26)
    assert len(client.frames("ping")) == pings + 1
    client.passes(25)

    assert client.states[-1] == "reconnecting"


def test_a_ping_is_answered():
    client = DrivenMachine().connects().hears("ping")

    assert len(client.frames("pong")) == 1


def test_closing_says_bye_and_waits_for_the_close_not_for_ever():
    client = DrivenMachine().connects()

    client.machine.close(client.now, keep_session=False)
    client.run()
    assert client.frames("bye")[0].body == {"keepSession": False}
    assert client.states[-1] == "connected"
    client.passes(3)

    assert client.states[-1] == "closed"


def test_what_is_not_of_the_contract_costs_the_connection_only():
    client = DrivenMachine().start().opens()

    client.hears("receipt", {"status": "persisted", "channel": "a", "duplicate": False}, 9)

    assert client.states[-1] == "connecting"
    assert client.effects(e.CloseTransport)


def test_no_secret_is_in_what_is_printed():
    client = DrivenMachine(session=SessionTicket("s-1", "former-secret"), token="secret token").connects(key="newer-secret")

    printed = repr(client.done) + repr(client.machine.session) + repr(MachineOptions(("ws://one",), token="secret token"))

    assert "secret" not in printed
