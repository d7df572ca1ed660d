"""What a machine is told once, at its birth. Times are seconds."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..protocol.frames import ReconnectAdvice
from ..sessions import SessionTicket


@dataclass(frozen=True)
class MachineOptions:
    # Where to connect to; the next one is tried when one cannot be reached or sends the client elsewhere. Opaque to the machine.
    endpoints: tuple[str, ...]
    client_name: str = "python/1"
    session: SessionTicket | None = None
    # A token that stays as it is. Where it no longer holds, the client is closed.
    token: str | None = field(default=None, repr=False)
    # Whether a token can be asked for, at the beginning and again.
    obtains_tokens: bool = False
    # The most events that may be on their way to, or waiting in, the application; None: not counted.
    credit_window: int | None = 1_024
    # Longer frames may come in pieces of at most so many bytes, which whoever reads the transport joins; None: every frame comes whole.
    piece_bytes: int | None = None
    # How long acks are gathered before they leave, one frame per channel.
    ack_delay: float = 0.025
    outbox_count_max: int = 10_000
    outbox_bytes_max: int = 16 * 1024 * 1024
    # Never above the 1,000 that a channel remembers per producer, or a repeat after a lost answer could no longer be recognised.
    in_flight_max: int = 1_000
    requests_max: int = 100
    publish_within: float | None = None
    request_within: float = 30.0
    open_within: float = 10.0
    answer_within: float = 10.0
    close_within: float = 2.0
    # How long a welcomed connection must have lasted for its loss to be answered by the shortest pause again.
    stable_after: float = 1.0
    reconnect: ReconnectAdvice = ReconnectAdvice()

    def __post_init__(self) -> None:
        _require(len(self.endpoints) > 0, "endpoints", "at least one", "none")
        _require(self.credit_window is None or 1 <= self.credit_window <= 1_000_000, "events_max", "1 … 1,000,000", self.credit_window)
        _require(self.piece_bytes is None or self.piece_bytes >= 1_024, "piece_bytes", "1,024 or more, or None", self.piece_bytes)
        _require(self.ack_delay >= 0, "ack_delay", "0 or more", self.ack_delay)
        _require(self.outbox_count_max >= 1, "outbox_count_max", "1 or more", self.outbox_count_max)
        _require(self.outbox_bytes_max >= 1, "outbox_bytes_max", "1 or more", self.outbox_bytes_max)
        _require(1 <= self.in_flight_max <= 1_000, "in_flight_max", "1 … 1,000", self.in_flight_max)
        _require(self.requests_max >= 1, "requests_max", "1 or more", self.requests_max)
        _require(self.publish_within is None or self.publish_within > 0, "publish_within", "more than 0, or None", self.publish_within)
        for name in ("request_within", "open_within", "answer_within", "close_within"):
            _require(getattr(self, name) > 0, name, "more than 0", getattr(self, name))


def _require(holds: bool, name: str, expected: str, came: object) -> None:
    if not holds:
        raise ValueError(f"{name} is expected to be {expected}; {came} came.")
