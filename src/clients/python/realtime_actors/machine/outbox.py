"""The publishes that are not answered yet, bounded by count and bytes; and which of them may be sent next."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Any

from ..protocol.frames import ClientFrame


class PublishLane:
    """The publishes to one channel under one producer id, in order."""

    def __init__(self, key: tuple[str, str], last_sequence: int) -> None:
        self.key = key
        # Sequences of our own are consecutive, so that a window of 1,000 is no more than what a channel remembers, however it counts.
        self.last_sequence = last_sequence
        # From the oldest unanswered one on, all that was sent after it, answered or not: what the channel has to remember for a repeat of the
        # oldest to be recognised.
        self.window: deque[OutboxEntry] = deque()
        self.waiting: OrderedDict[int, OutboxEntry] = OrderedDict()
        # Nothing is sent before then: one of the lane has to be repeated first, and order is kept.
        self.held_until: float | None = None
        # Repeats since the last answer that settled one.
        self.attempts = 0


class OutboxEntry:
    """One publish that waits for its answer."""

    def __init__(self, id: int, body: dict[str, Any], lane: PublishLane, bytes: int, deadline: float | None) -> None:
        self.id = id
        # Once it is in the window: with its producer sequence, which stays the same however often it is sent.
        self.body = body
        self.lane = lane
        self.bytes = bytes
        self.deadline = deadline
        self.is_in_window = False
        # Whether it is on its way on the present connection.
        self.is_sent = False
        # Whether a former sending may have been appended without our having heard of it.
        self.may_be_in_log = False
        self.is_settled = False
        self.refusals = 0
        self.token_attempts = 0

    @property
    def sequence(self) -> int:
        return int(self.body["producer"]["sequence"])

    @property
    def is_confirmed(self) -> bool:
        return self.body.get("confirm") != "none"

    @property
    def frame(self) -> ClientFrame:
        return ClientFrame("publish", self.body, self.id)


class PublishOutbox:
    """Per lane in order, and never so many that a repeat of the oldest could fall out of what the channel remembers."""

    def __init__(self, producer_id: str, count_max: int, bytes_max: int, window_max: int) -> None:
        self._producer_id = producer_id
        self._count_max = count_max
        self._bytes_max = bytes_max
        self._window_max = window_max
        self._entries: OrderedDict[int, OutboxEntry] = OrderedDict()
        self._lanes: dict[tuple[str, str], PublishLane] = {}
        self._held: list[PublishLane] = []
        self._last_sequence = 0
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def oldest(self) -> OutboxEntry | None:
        """It also has the earliest deadline."""
        return next(iter(self._entries.values()), None)

    def has_room_for(self, bytes: int) -> bool:
        return len(self._entries) < self._count_max and self.bytes + bytes <= self._bytes_max

    def add(self, id: int, body: dict[str, Any], bytes: int, deadline: float | None) -> OutboxEntry:
        producer = body.get("producer")
        key = (body["channel"], producer["id"] if producer else self._producer_id)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = PublishLane(key, self._last_sequence)
        entry = OutboxEntry(id, body, lane, bytes, deadline)
        self._entries[id] = entry
        lane.waiting[id] = entry
        self.bytes += bytes
        return entry

    def find(self, id: int) -> OutboxEntry | None:
        return self._entries.get(id)

    def settle(self, entry: OutboxEntry) -> None:
        """Takes it out for good. What may be sent in its stead is found by next_of."""
        entry.is_settled = True
        del self._entries[entry.id]
        self.bytes -= entry.bytes
        entry.lane.waiting.pop(entry.id, None)
        self._trim(entry.lane)

    def next_of(self, lane: PublishLane) -> OutboxEntry | None:
        """The next of a lane that has a place in the window and was not sent before; it has the place from now on."""
        if lane.held_until is not None or not lane.waiting or len(lane.window) >= self._window_max:
            return None
        entry = next(iter(lane.waiting.values()))
        if "producer" in entry.body:
            # Sequences that the application gave may have gaps; a channel remembers by number, too.
            if lane.window and abs(entry.sequence - lane.window[0].sequence) >= self._window_max:
                return None
        else:
            lane.last_sequence += 1
            self._last_sequence = max(self._last_sequence, lane.last_sequence)
            entry.body = {**entry.body, "producer": {"id": self._producer_id, "sequence": lane.last_sequence}}
        del lane.waiting[entry.id]
        entry.is_in_window = True
        lane.window.append(entry)
        return entry

    def all_unsent(self) -> list[OutboxEntry]:
        """All that may be sent and is not on its way, in order: after a reconnect, or when a lane is no longer held."""
        unsent = []
        full: set[tuple[str, str]] = set()
        for entry in self._entries.values():
            if entry.is_sent or entry.lane.held_until is not None or entry.lane.key in full:
                continue
            # A lane's queue has the order of the entries, so what is promoted here is this entry.
            if entry.is_in_window or self.next_of(entry.lane) is not None:
                unsent.append(entry)
            else:
                full.add(entry.lane.key)
        return unsent

    def connection_lost(self) -> None:
        """The connection is gone, and with it the answers that were on their way."""
        for entry in self._entries.values():
            entry.may_be_in_log |= entry.is_sent
            entry.is_sent = False

    def hold(self, lane: PublishLane, until: float) -> None:
        if lane.held_until is None:
            self._held.append(lane)
        lane.held_until = until if lane.held_until is None else max(until, lane.held_until)

    @property
    def next_release(self) -> float | None:
        return min((lane.held_until for lane in self._held if lane.held_until is not None), default=None)

    def release(self, now: float) -> bool:
        """Lets go on what was held until now; says whether there was any."""
        due = [lane for lane in self._held if lane.held_until is not None and lane.held_until <= now]
        for lane in due:
            self._held.remove(lane)
            lane.held_until = None
            self._trim(lane)
        return len(due) > 0

    def release_all(self) -> None:
        for lane in self._held:
            lane.held_until = None
            self._trim(lane)
        self._held.clear()

    def drain(self) -> list[OutboxEntry]:
        everything = list(self._entries.values())
        for entry in everything:
            self.settle(entry)
        return everything

    def _trim(self, lane: PublishLane) -> None:
        while lane.window and lane.window[0].is_settled:
            lane.window.popleft()
        # A lane that begins anew begins beyond every sequence that was ever used, its own included.
        if not lane.window and not lane.waiting and lane.held_until is None:
            self._lanes.pop(lane.key, None)
