"""What this client says of itself in one channel."""

from __future__ import annotations

from ..protocol.json_codec import RawJson

_NOTHING = 0


class OwnPresence:
    """The newest word counts, and one is under way at a time: what is said meanwhile waits, and of that the last."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        # What others are to see; None: this client is not to be there.
        self.wanted: RawJson | None = None
        # The frame that the next answer belongs to; 0: none is under way.
        self.answer_id = 0
        # When it is to be said again after a refusal for now.
        self.retry_at: float | None = None
        self.attempts = 0
        self.token_attempts = 0
        # Whether a server may think that this client is there.
        self.may_be_there = False
        # Requests that are not answered, oldest first, each with the version that it asked for.
        self._waiting: list[tuple[int, int]] = []
        self._said: RawJson | None = None
        # What a server has taken last, on this connection or a former one.
        self._taken: RawJson | None = None
        self._last_version = self._wanted_version = self._said_version = self._taken_version = _NOTHING
        # What the server has taken on this connection.
        self._heard_version = _NOTHING

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def has_news(self) -> bool:
        """Whether there is something that the server has not heard on this connection, and nothing stands before it."""
        return self.answer_id == 0 and self.retry_at is None and self._heard_version != self._wanted_version

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is left to be remembered."""
        return self.wanted is None and not self.may_be_there and self.answer_id == 0

    def want(self, state: RawJson | None, request: int) -> None:
        self.wanted = state
        self._last_version += 1
        self._wanted_version = self._last_version
        self._waiting.append((request, self._wanted_version))

    def withdraw(self, request: int) -> bool:
        """The application does not wait any longer; what it wanted stays wanted."""
        before = len(self._waiting)
        self._waiting = [one for one in self._waiting if one[0] != request]
        return len(self._waiting) < before

    def saying(self, answer_id: int) -> None:
        self.answer_id = answer_id
        self._said, self._said_version = self.wanted, self._wanted_version
        self.may_be_there = True

    def taken(self) -> list[int]:
        """The server has taken it. The requests that are answered by that: what was wanted before has been overtaken."""
        self.answer_id = self.attempts = self.token_attempts = 0
        self._taken = self._said
        self._taken_version = self._heard_version = self._said_version
        self.may_be_there = self._said is not None
        return self._answered_up_to(self._said_version)

    def postponed(self, until: float) -> None:
        """The server has refused it for now."""
        self.answer_id = 0
        self.retry_at = until
        self.attempts += 1

    def refused(self) -> tuple[list[int], bool]:
        """The server has refused it for good: what it had taken before counts again, if that was something else. The requests that are answered by that,
        and whether it was nothing new: this client is not there any more, and nobody had asked for that."""
        self.answer_id = 0
        is_lost = self._said is not None and self._said_version == self._taken_version
        if is_lost or self._said is None:
            self._taken, self._taken_version = None, _NOTHING
        self.may_be_there = self._taken is not None
        # On this connection nothing of it was heard, unless what was taken was taken here.
        if self._wanted_version == self._said_version:
            self.wanted = self._taken
            self._wanted_version = self._heard_version if self._taken is None else self._taken_version
        return self._answered_up_to(self._said_version), is_lost

    def ended(self) -> bool:
        """The server has ended it; what is just being said may be taken all the same. Whether that was all there was: this client is not there any more."""
        self._taken, self._taken_version, self._heard_version = None, _NOTHING, _NOTHING
        if self.answer_id or self._waiting:
            return False
        self.wanted, self.may_be_there = None, False
        return True

    def unsaid(self) -> None:
        """The server has ended it at this client's own word about something else: it is to be said again."""
        self._heard_version = _NOTHING

    def connection_lost(self) -> None:
        """What another connection is told begins anew."""
        self.answer_id = 0
        self.retry_at = None
        self._heard_version = _NOTHING

    def end(self) -> list[int]:
        """All that wait."""
        return self._answered_up_to(self._last_version)

    def _answered_up_to(self, version: int) -> list[int]:
        answered = [request for request, of in self._waiting if of <= version]
        self._waiting = [one for one in self._waiting if one[1] > version]
        return answered
