"""Who is there in a channel, as far as a client is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping


@dataclass(frozen=True)
class PresenceMember:
    """Somebody who is there: once for each of his sessions. ``user`` is whose session it is, where somebody is asked for; ``state`` what he shows of himself."""

    session: str
    user: str | None
    state: Any


@dataclass(frozen=True)
class PresenceSnapshot:
    """Who was there at one moment. It does not change any more.

    ``count`` is how many sessions; None: nothing is told, for the client is neither there itself nor follows the channel with an interest in presence.
    ``members`` are all of them by their sessions, in order; None: only the number is known, for no more was asked for, or more are there than the server
    makes lists of (200 unless configured). ``is_current`` is False when that is how it was before the connection was lost.
    """

    count: int | None = None
    members: Mapping[str, PresenceMember] | None = None
    is_current: bool = False


@dataclass(frozen=True)
class PresenceChange:
    """What has become otherwise. Those who were there when the first list came have not joined. Where only the number is known, before or now, the three are empty."""

    now: PresenceSnapshot
    joined: tuple[PresenceMember, ...] = ()
    left: tuple[PresenceMember, ...] = ()
    updated: tuple[PresenceMember, ...] = ()


@dataclass(frozen=True)
class PresencePage:
    """A page of those who are there, in order of their sessions. ``count``: how many in all; ``next`` is to be given as ``after`` of the next read, None at the end."""

    count: int
    members: tuple[PresenceMember, ...]
    next: str | None


def change_between(before: PresenceSnapshot, now: PresenceSnapshot) -> PresenceChange:
    """What lies between two moments."""
    if before.members is None or now.members is None:
        return PresenceChange(now)
    former, present = before.members, now.members
    return PresenceChange(
        now,
        tuple(member for session, member in present.items() if session not in former),
        tuple(member for session, member in former.items() if session not in present),
        tuple(member for session, member in present.items() if session in former and former[session] != member))
