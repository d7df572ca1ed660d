"""Tokens: obtained, replaced in place, asked for again, and never in a log."""

from __future__ import annotations

import asyncio
import logging

import pytest
from asynchronous import Seen, asynchronous
from tokens import token

from realtime_actors import ClientClosedError, ClientState, RealTimeClient, RealTimeError, ReconnectAdvice
from realtime_actors.running.token_source import lasts

QUICKLY = ReconnectAdvice(0.02, 0.2, 1.5, 0.5)


@asynchronous
async def test_a_token_is_replaced_in_place_before_it_ends(guarded_server):
    asked, renewed, seen = [], asyncio.Event(), Seen()

    async def function() -> str:
        asked.append(token(lasts=4 if not asked else 600))
        if len(asked) == 2:
            renewed.set()
        return asked[-1]

    async with RealTimeClient(guarded_server.endpoint, function) as client:
        changes = []
        client.on_state(changes.append)
        await client.subscribe("a", seen)
        await renewed.wait()
        await client.publish("a", "t", "after")
        await seen.count_is(1)

    assert [change.state for change in changes] == [ClientState.CLOSED]
    assert len(asked) == 2 and seen.events[0].user == "u1"


@asynchronous
async def test_a_plain_function_is_asked_again_when_its_token_does_not_hold(guarded_server):
    given = iter([token(600, secret="another-secret-of-at-least-32-bytes-length"), token(600)])

    async with RealTimeClient(guarded_server.endpoint, lambda: next(given), reconnect=QUICKLY) as client:
        receipt = await client.publish("a", "t", 1)

    assert receipt.offset == 1


@asynchronous
async def test_a_text_that_does_not_hold_closes_the_client_and_says_so(guarded_server):
    for text in (token(600, secret="another-secret-of-at-least-32-bytes-length"), None):
        client = RealTimeClient(guarded_server.endpoint, text, reconnect=QUICKLY)

        with pytest.raises(ClientClosedError) as closed:
            await client.connect()

        assert 4300 <= closed.value.code < 4400 and closed.value.retry == "token"
        await client.close()


@asynchronous
async def test_an_application_can_replace_the_token_itself(guarded_server):
    async with RealTimeClient(guarded_server.endpoint, token(600)) as client:
        await client.refresh(token(900))
        with pytest.raises(RealTimeError) as refused:
            await client.refresh("no token")

    assert refused.value.code == 102 and refused.value.retry == "token"


@asynchronous
async def test_a_token_function_that_fails_is_asked_until_it_gives_one(guarded_server, caplog):
    asked = []

    def function() -> str:
        asked.append(1)
        if len(asked) < 3:
            raise OSError("the password hunter2 was refused")
        return token(600)

    async with RealTimeClient(guarded_server.endpoint, function, reconnect=QUICKLY) as client:
        await client.publish("a", "t", 1)

    assert len(asked) == 3
    assert "The token function failed: OSError" in caplog.text and "hunter2" not in caplog.text


@asynchronous
async def test_no_token_and_no_key_is_in_any_log(guarded_server, caplog):
    caplog.set_level(logging.DEBUG)
    secret = token(600)

    async with RealTimeClient(guarded_server.endpoint, secret) as client:
        await client.publish("a", "t", 1)
        key = client.session.key
        printed = repr(client.session)

    assert secret not in caplog.text + printed and key not in caplog.text + printed
    assert "connected: welcomed by" in caplog.text


@pytest.mark.parametrize(
    "make", [lambda: token(600, iat="soon"), lambda: token(-5), lambda: "a.b.c", lambda: "", lambda: "a.eyJleHAiOiAifQ.c", lambda: token(0, exp=[1])],
    ids=["no time of issue", "it has ended", "no JSON", "nothing", "half a JSON", "no number"])
def test_where_a_token_does_not_say_when_it_ends_there_is_no_hint(make):
    assert lasts(make()) is None


def test_the_end_of_a_token_is_a_hint():
    assert 598 < lasts(token(600)) <= 600


def test_a_clock_that_is_wrong_is_not_believed(monkeypatch):
    text = token(600)
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)

    assert lasts(text) == 600
