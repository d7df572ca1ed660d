"""Presence as an application uses it, against a scripted server."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from asynchronous import asynchronous
from scripted_server import Peer, ScriptedServer

from realtime_actors import PresenceChange, RealTimeClient, RefusedError


def member(session: str, name: str) -> dict[str, Any]:
    return {"session": session, "user": "u", "state": {"name": name}}


async def tells(peer: Peer, count: int, **more: Any) -> None:
    await peer.says("presence", {"channel": "room", "joined": [], "left": [], "updated": [], "count": count, **more})


async def answers(peer: Peer) -> dict[str, Any]:
    frame = await peer.hears("presence")
    await peer.says("ok", {}, frame["id"])
    return frame["presence"]


class Changes:
    def __init__(self) -> None:
        self.items: asyncio.Queue[PresenceChange] = asyncio.Queue()

    def __call__(self, change: PresenceChange) -> None:
        self.items.put_nowait(change)


@asynchronous
async def test_it_enters_shows_something_else_leaves_and_is_told_of_everybody():
    said: list[dict[str, Any]] = []

    async def script(peer: Peer) -> None:
        await peer.welcomes()
        said.append(await answers(peer))
        await tells(peer, 2, kind="full", joined=[member("s-1", "Ada"), member("s-2", "Grace")])
        said.append(await answers(peer))
        await tells(peer, 2, joined=[member("s-3", "Edsger")], left=[{"session": "s-2", "state": None}], updated=[member("s-1", "Ada L.")])
        said.append(await answers(peer))
        await peer.ends()

    async with ScriptedServer(script) as server, RealTimeClient(server.endpoint) as client:
        presence, changes = client.presence("room"), Changes()
        presence.on_change(changes)
        await presence.enter({"name": "Ada"})
        first = await changes.items.get()
        await presence.update({"name": "Ada L."})
        second = await changes.items.get()
        assert [one.state["name"] for one in presence.members] == ["Ada L.", "Edsger"]
        assert client.presence("room") is presence
        await presence.leave()
        third = await changes.items.get()

        assert said == [{"channel": "room", "state": {"name": "Ada"}}, {"channel": "room", "state": {"name": "Ada L."}}, {"channel": "room", "leave": True}]
        assert (first.now.count, first.joined, first.now.is_current) == (2, (), True)
        assert [[one.session for one in people] for people in (second.joined, second.left, second.updated)] == [["s-3"], ["s-2"], ["s-1"]]
        assert (third.now.count, presence.count, presence.members) == (None, None, None)
        with pytest.raises(RuntimeError):
            await presence.update(1)


@asynchronous
async def test_it_is_there_again_after_a_lost_connection_and_is_told_who_came_and_went():
    async def first(peer: Peer) -> None:
        await peer.welcomes()
        await answers(peer)
        await tells(peer, 2, kind="full", joined=[member("s-1", "Ada"), member("s-2", "Grace")])
        await peer.closes(4000)

    async def second(peer: Peer) -> None:
        await peer.welcomes()
        assert (await answers(peer))["state"] == {"name": "Ada"}
        await tells(peer, 2, kind="full", joined=[member("s-1", "Ada"), member("s-3", "Edsger")])
        await peer.ends()

    async with ScriptedServer(first, second) as server, RealTimeClient(server.endpoint) as client:
        presence, changes = client.presence("room"), Changes()
        presence.on_change(changes)
        await presence.enter({"name": "Ada"})
        await changes.items.get()
        away, back = await changes.items.get(), await changes.items.get()

        assert (away.now.is_current, away.now.count) == (False, 2)
        assert ([one.session for one in back.joined], [one.session for one in back.left], back.now.is_current) == (["s-3"], ["s-2"], True)


@asynchronous
async def test_one_that_is_refused_says_why_and_one_that_is_taken_away_is_told():
    async def script(peer: Peer) -> None:
        await peer.welcomes()
        frame = await peer.hears("presence")
        await peer.says("error", {"code": 103, "name": "forbidden", "message": "No right.", "retry": "never"}, frame["id"])
        await answers(peer)
        await tells(peer, 0, kind="ended", reason="the right is gone")
        await peer.ends()

    async with ScriptedServer(script) as server, RealTimeClient(server.endpoint) as client:
        presence = client.presence("room")
        lost: asyncio.Future[RefusedError] = asyncio.get_running_loop().create_future()
        presence.on_lost(lost.set_result)
        with pytest.raises(RefusedError):
            await presence.enter()
        await presence.enter()

        assert (await lost).code == 103


@asynchronous
async def test_it_is_read_page_by_page_and_counted_where_no_more_was_asked_for():
    async def script(peer: Peer) -> None:
        await peer.welcomes()
        assert (await peer.takes_up())["presence"] == "count"
        await tells(peer, 5_000, kind="count")
        read = await peer.hears("read")
        assert read["read"] == {"channel": "room", "what": "presence", "limit": 1, "afterKey": "s-2"}
        await peer.says("page", {"channel": "room", "what": "presence", "count": 5_000, "items": [member("s-3", "Ada")], "next": None, "nextKey": "s-3"}, read["id"])
        await peer.ends()

    async with ScriptedServer(script) as server, RealTimeClient(server.endpoint) as client:
        changes = Changes()
        client.presence("room").on_change(changes)
        await client.subscribe("room", lambda event: None, presence="count")
        change = await changes.items.get()
        page = await client.read_presence("room", after="s-2", limit=1)

        assert (change.now.count, change.now.members) == (5_000, None)
        assert (page.count, [one.state for one in page.members], page.next) == (5_000, [{"name": "Ada"}], "s-3")


@asynchronous
async def test_what_is_wrong_is_said_before_anything_is_sent():
    async def script(peer: Peer) -> None:
        await peer.welcomes()
        await peer.ends()

    async with ScriptedServer(script) as server, RealTimeClient(server.endpoint) as client:
        with pytest.raises(ValueError):
            client.presence("no channel")
        with pytest.raises(ValueError, match="one channel"):
            await client.subscribe("room.*", presence="members")
        with pytest.raises(ValueError):
            await client.subscribe("room", presence="all")
