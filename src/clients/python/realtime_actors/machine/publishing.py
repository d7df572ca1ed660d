"""Publishes wait in the outbox until they are answered, over as many connections as it takes."""

from __future__ import annotations

from typing import Any

from ..protocol import codes
from ..protocol.frames import Error, ReceiptFrame
from ..protocol.json_codec import RawJson
from .core import MachineCore, earlier, is_due
from .effects import Published, Refused, Rejected, Sent, Unresolved
from .outbox import OutboxEntry, PublishLane, PublishOutbox

# How often a publish is sent again after "later". Then the refusal is the answer.
_REFUSALS_MAX = 10

# Id, producer, names of fields.
_PUBLISH_BYTES_AT_LEAST = 160


class Publishing:
    def __init__(self, core: MachineCore, producer_id: str) -> None:
        options = core.options
        self._core = core
        self._outbox = PublishOutbox(producer_id, options.outbox_count_max, options.outbox_bytes_max, options.in_flight_max)

    @property
    def waiting(self) -> int:
        return len(self._outbox)

    @property
    def bytes_waiting(self) -> int:
        return self._outbox.bytes

    def publish(self, now: float, body: dict[str, Any]) -> int:
        core, outbox = self._core, self._outbox
        id = core.next_id()
        bytes = _bytes_of(body)
        if core.is_over:
            core.reject(id, "closed", "The client is closed.")
        elif bytes > core.frame_bytes_max:
            core.reject(id, "too_large", f"The server takes frames of at most {core.frame_bytes_max} bytes; this publish has {bytes}. Send less, or a reference to it.")
        elif not outbox.has_room_for(bytes):
            core.reject(id, "outbox_full", f"{len(outbox)} publishes with {outbox.bytes} bytes wait for their answers; wait for some of them before publishing more.")
        else:
            within = core.options.publish_within
            self._send_next(now, outbox.add(id, body, bytes, None if within is None else now + within).lane)
        return id

    def find(self, id: int) -> OutboxEntry | None:
        return self._outbox.find(id)

    def withdraw(self, now: float, entry: OutboxEntry) -> None:
        self._give_up(entry, "It was withdrawn by the application.")
        self._send_next(now, entry.lane)

    def welcomed(self, now: float) -> None:
        # Whatever a lane was held for, this is another connection; and its publishes go out in order again.
        self._outbox.release_all()
        self._send_unsent(now)

    def connection_lost(self) -> None:
        self._outbox.connection_lost()

    def on_receipt(self, now: float, frame: ReceiptFrame) -> None:
        entry = self._outbox.find(frame.id)
        if entry is None:
            return
        if frame.receipt.status == "unknown":
            entry.may_be_in_log = True
            self._repeat(now, entry, 0.0)
            return
        entry.lane.attempts = 0
        self._outbox.settle(entry)
        self._core.complete(entry.id, Published(frame.receipt))
        self._send_next(now, entry.lane)

    def on_error(self, now: float, entry: OutboxEntry, error: Error) -> None:
        entry.may_be_in_log |= error.code in (codes.INTERNAL, codes.TIMEOUT)
        if error.retry in ("same", "backoff") and entry.refusals + 1 < _REFUSALS_MAX:
            entry.refusals += 1
            self._repeat(now, entry, error.after)
        elif error.retry == "token" and self._core.obtains_tokens and entry.token_attempts == 0:
            entry.token_attempts += 1
            entry.is_sent = False
            self._core.drop(now, codes.TOKEN_EXPIRED, error.message)
        else:
            self._outbox.settle(entry)
            self._core.complete(entry.id, Refused(error.code, error.name, error.message, error.retry, entry.may_be_in_log))
            self._send_next(now, entry.lane)

    def end(self) -> None:
        for entry in self._outbox.drain():
            self._core.complete(
                entry.id,
                Unresolved("The client was closed before the answer came.")
                if entry.is_sent or entry.may_be_in_log
                else Rejected("closed", "The client was closed before it was sent."))

    @property
    def deadline(self) -> float | None:
        oldest = self._outbox.oldest
        return earlier(oldest.deadline if oldest else None, self._outbox.next_release if self._core.is_welcomed else None)

    def tick(self, now: float) -> None:
        while (oldest := self._outbox.oldest) is not None and is_due(oldest.deadline, now):
            self._give_up(oldest, f"No answer came within {self._core.options.publish_within} s.")
            self._send_next(now, oldest.lane)
        if self._outbox.release(now):
            self._send_unsent(now)

    def _send_unsent(self, now: float) -> None:
        if not self._core.is_welcomed:
            return
        # Publishes that nobody confirms leave the window as they are sent, and make room for more.
        while unsent := self._outbox.all_unsent():
            for entry in unsent:
                self._send_one(now, entry)

    def _send_next(self, now: float, lane: PublishLane) -> None:
        if not self._core.is_welcomed:
            return
        while (entry := self._outbox.next_of(lane)) is not None:
            self._send_one(now, entry)

    def _send_one(self, now: float, entry: OutboxEntry) -> None:
        entry.is_sent = True
        self._core.send_frame(now, entry.frame)
        if not entry.is_confirmed:
            self._outbox.settle(entry)
            self._core.complete(entry.id, Sent())

    def _repeat(self, now: float, entry: OutboxEntry, after: float) -> None:
        """The same once more, with the same sequence. Until then nothing else goes to that channel, so that order is kept where it still can be."""
        entry.is_sent = False
        until = now + self._core.pause(entry.lane.attempts, after)
        entry.lane.attempts += 1
        self._outbox.hold(entry.lane, until)

    def _give_up(self, entry: OutboxEntry, why: str) -> None:
        was_sent = entry.is_sent or entry.may_be_in_log
        self._outbox.settle(entry)
        self._core.complete(entry.id, Unresolved(why) if was_sent else Rejected("withdrawn", why))


def _bytes_of(body: dict[str, Any]) -> int:
    """At least as many as the frame will have; escapes in JSON may add to it."""
    return _PUBLISH_BYTES_AT_LEAST + sum(map(_bytes_of_value, body.values())) + _bytes_of_value((body.get("producer") or {}).get("id"))


def _bytes_of_value(value: Any) -> int:
    text = value.text if isinstance(value, RawJson) else value
    if not isinstance(text, str):
        return 0
    return len(text) if text.isascii() else len(text.encode())
