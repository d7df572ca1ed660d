"""Whom a client sees."""

from __future__ import annotations

import random
from typing import Any

from driven_machine import DrivenMachine
from test_saying_presence import leaves, present

from realtime_actors import PresenceSnapshot
from realtime_actors.machine import effects as e


def member(session: str, state: Any = 1) -> dict[str, Any]:
    return {"session": session, "user": f"u-{session}", "state": state}


def tells(client: DrivenMachine, count: int, **more: Any) -> DrivenMachine:
    return client.hears("presence", {"channel": "room", "joined": [], "left": [], "updated": [], "count": count, **more})


def text(snapshot: PresenceSnapshot) -> str:
    if snapshot.count is None:
        return "nothing"
    listed = "" if snapshot.members is None else ": " + " ".join(f"{one.session}={one.state}" for one in snapshot.members.values())
    return f"{snapshot.count}{listed}{'' if snapshot.is_current else '?'}"


def seen(client: DrivenMachine) -> str:
    return text(client.machine.presence_in("room"))


def shown(client: DrivenMachine) -> list[str]:
    return [text(effect.snapshot) for effect in client.effects(e.PresenceShown)]


def test_it_is_whole_after_the_first_frame_and_follows_what_changes():
    client = present()
    tells(client, 2, kind="full", joined=[member("b"), member("a")])
    tells(client, 2, joined=[member("c")], left=[member("a", None)], updated=[member("b", 2)])

    assert shown(client) == ["2: a=1 b=1", "2: b=2 c=1"]


def test_a_long_list_in_several_frames_is_seen_when_it_is_whole():
    client = present()
    tells(client, 3, kind="full", joined=[member("a")])
    tells(client, 3, joined=[member("b")])
    tells(client, 3, joined=[member("c")])
    tells(client, 2, left=[member("c", None)])

    assert shown(client) == ["3: a=1 b=1 c=1", "2: a=1 b=1"]


def test_half_a_list_is_never_taken_for_everybody():
    client = present()
    tells(client, 4, kind="full", joined=[member("a"), member("b")])
    tells(client, 3, left=[member("b", None)])

    assert shown(client) == ["3"]


def test_only_the_number_is_known_where_there_are_too_many_for_a_list():
    client = present()
    tells(client, 1, kind="full", joined=[member("a")])
    tells(client, 201, kind="count")
    tells(client, 202, joined=[member("z")])
    tells(client, 1, kind="full", joined=[member("b")])

    assert shown(client) == ["1: a=1", "201", "1: b=1"]


def test_what_was_seen_before_the_connection_was_lost_is_kept_and_said_to_be_from_before():
    client = present()
    tells(client, 2, kind="full", joined=[member("a"), member("b")])
    client.loses().reconnects()
    away = seen(client)
    tells(client, 3, joined=[member("c")])
    still_away = seen(client)
    tells(client, 2, kind="full", joined=[member("b"), member("d")])

    assert (away, still_away, seen(client)) == ("2: a=1 b=1?", "2: a=1 b=1?", "2: b=1 d=1")


def test_who_has_left_and_does_not_follow_knows_nothing_any_more():
    client = present()
    tells(client, 1, kind="full", joined=[member("a")])
    leaves(client)
    client.hears("ok", id=client.frames("presence")[-1].id)
    tells(client, 2, joined=[member("b")])

    assert seen(client) == "nothing"


def test_who_follows_with_an_interest_sees_and_asks_for_it_on_each_connection():
    client = DrivenMachine().connects()
    followed = client.follows("room", presence="members")
    tells(client, 1, kind="full", joined=[member("a")])
    first = seen(client)
    client.loses().reconnects()
    asked = client.frames("hello")[-1].body["subscribe"]
    client.machine.unsubscribe(client.now, followed)
    client.run()

    assert (first, [request["presence"] for request in asked], seen(client)) == ("1: a=1", ["members"], "nothing")


def test_where_the_right_is_gone_it_knows_nothing_and_follows_on_without_asking():
    client = present()
    client.follows("room", presence="members")
    tells(client, 1, kind="full", joined=[member("a")])
    client.sent.clear()

    tells(client, 0, kind="ended", reason="the right is gone")
    client.loses().reconnects()

    assert client.effects(e.PresenceLost) == [e.PresenceLost("room", 103, "the right is gone")]
    assert seen(client) == "nothing"
    assert client.frames("presence") == [] and "presence" not in client.frames("hello")[-1].body["subscribe"][0]


def test_who_is_not_interested_hears_nothing():
    client = tells(DrivenMachine().connects(), 1, kind="full", joined=[member("a")])

    assert (seen(client), shown(client)) == ("nothing", [])


def test_it_is_the_room_as_it_is_whatever_happened():
    for seed in range(100):
        chance = random.Random(seed)
        client = present()
        room: dict[str, int] = {}
        told: dict[str, int] | None = None

        def tell() -> None:
            nonlocal told
            former, count = told, len(room)
            told = None if count > 6 else dict(room)
            if told is None:
                tells(client, count, kind="count")
            elif former is None:
                # In two frames.
                everybody = [member(session, state) for session, state in room.items()]
                tells(client, count, kind="full", joined=everybody[: count // 2])
                if count:
                    tells(client, count, joined=everybody[count // 2:])
            else:
                tells(client, count, joined=[member(session, state) for session, state in room.items() if session not in former],
                      left=[member(session, None) for session in former if session not in room],
                      updated=[member(session, state) for session, state in room.items() if session in former and former[session] != state])

        tell()
        for _ in range(60):
            what, who = chance.randrange(10), f"s-{chance.randrange(10)}"
            if what == 0:
                client.loses().reconnects()
                told = None
                tell()
            elif what < 5:
                room[who] = room.get(who, 0) + 1
            elif what < 8:
                room.pop(who, None)
            else:
                tell()
        tell()

        listed = "" if len(room) > 6 else ": " + " ".join(f"{session}={room[session]}" for session in sorted(room))
        assert seen(client) == f"{len(room)}{listed}", f"seed {seed}"
