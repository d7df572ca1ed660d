"""Reads and refreshes: asked again after a reconnect, for as long as they may take. Sending one twice does no harm."""

from __future__ import annotations

from typing import Any

from ..protocol import codes
from ..protocol.frames import ClientFrame, Error, Ok, Page
from .core import MachineCore, earlier, is_due
from .effects import Done, Outcome, Paged, Refused, Rejected, Unresolved

_REFUSALS_MAX = 10


class PendingRequest:
    def __init__(self, frame: ClientFrame, deadline: float) -> None:
        self.frame = frame
        self.deadline = deadline
        self.retry_at: float | None = None
        self.attempts = 0
        self.token_attempts = 0


class Requests:
    def __init__(self, core: MachineCore) -> None:
        self._core = core
        self._pending: dict[int, PendingRequest] = {}

    def request(self, now: float, kind: str, body: dict[str, Any]) -> int:
        core = self._core
        id = core.next_id()
        if core.is_over:
            core.reject(id, "closed", "The client is closed.")
        elif len(self._pending) >= core.options.requests_max:
            core.reject(id, "too_many_requests", f"{len(self._pending)} requests wait for their answers; wait for some of them before asking for more.")
        else:
            pending = self._pending[id] = PendingRequest(ClientFrame(kind, body, id), now + core.options.request_within)
            if core.is_welcomed:
                self._send(now, pending)
        return id

    def find(self, id: int) -> PendingRequest | None:
        return self._pending.get(id)

    def withdraw(self, pending: PendingRequest) -> None:
        self._finish(pending, Rejected("withdrawn", "It was withdrawn by the application."))

    def welcomed(self, now: float) -> None:
        for pending in list(self._pending.values()):
            self._send(now, pending)

    def connection_lost(self) -> None:
        for pending in self._pending.values():
            pending.retry_at = None

    def on_page(self, page: Page) -> None:
        pending = self._pending.get(page.id)
        if pending is not None and pending.frame.kind == "read":
            self._finish(pending, Paged(page))

    def on_ok(self, ok: Ok) -> None:
        pending = self._pending.get(ok.id)
        if pending is not None and pending.frame.kind == "refresh":
            self._finish(pending, Done())

    def on_error(self, now: float, pending: PendingRequest, error: Error) -> None:
        core = self._core
        if error.retry in ("same", "backoff") and pending.attempts + 1 < _REFUSALS_MAX:
            pending.retry_at = now + core.pause(pending.attempts, error.after)
            pending.attempts += 1
        elif error.retry == "token" and pending.frame.kind != "refresh" and core.obtains_tokens and pending.token_attempts == 0:
            pending.token_attempts += 1
            core.drop(now, codes.TOKEN_EXPIRED, error.message)
        else:
            self._finish(pending, Refused(error.code, error.name, error.message, error.retry))

    def end(self) -> None:
        for pending in list(self._pending.values()):
            self._finish(pending, Rejected("closed", "The client was closed before the answer came."))

    @property
    def deadline(self) -> float | None:
        if not self._pending:
            return None
        return earlier(*(earlier(pending.deadline, pending.retry_at if self._core.is_welcomed else None) for pending in self._pending.values()))

    def tick(self, now: float) -> None:
        for pending in list(self._pending.values()):
            if pending.deadline <= now:
                self._finish(pending, Unresolved(f"No answer came within {self._core.options.request_within} s."))
            elif self._core.is_welcomed and is_due(pending.retry_at, now):
                self._send(now, pending)

    def _send(self, now: float, pending: PendingRequest) -> None:
        pending.retry_at = None
        self._core.send_frame(now, pending.frame)

    def _finish(self, pending: PendingRequest, outcome: Outcome) -> None:
        del self._pending[pending.frame.id]
        self._core.complete(pending.frame.id, outcome)
