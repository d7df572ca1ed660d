"""The ticket with which another process goes on, and where it is kept."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Awaitable, Protocol, Union


@dataclass(frozen=True)
class SessionTicket:
    """``id`` names the session and is not secret; ``key`` proves it, is a secret like a password, and changes with every connection."""

    id: str
    key: str = field(repr=False)


class SessionStore(Protocol):
    """Keeps the ticket from one process to the next. Both may be coroutines or plain functions; plain ones run in a thread of their own."""

    def load(self) -> Union["SessionTicket | None", "Awaitable[SessionTicket | None]"]:
        """The ticket that was saved last; None: none, a new session is begun."""

    def save(self, ticket: SessionTicket) -> Union[None, Awaitable[None]]:
        """Replaces the ticket. Once this has returned the former one is retired: it must survive a crash from then on."""


class FileSessionStore:
    """Keeps the ticket in a file that only its owner can read. It is replaced in one step, so that a crash leaves either the former ticket or the
    new one. Its folder exists; one file belongs to one client at a time."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    def load(self) -> SessionTicket | None:
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            ticket = json.loads(text)
            return SessionTicket(_text(ticket, "id"), _text(ticket, "key"))
        except (ValueError, TypeError, KeyError):
            # Without the cause: it might quote the key.
            raise ValueError(
                f"The session file {self._path} is expected to hold a JSON object with the texts id and key; it does not. Delete it to begin a new session.") from None

    def save(self, ticket: SessionTicket) -> None:
        following = self._path.with_name(self._path.name + ".new")
        # One that was left behind by a crash might have other rights.
        following.unlink(missing_ok=True)
        descriptor = os.open(following, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"id": ticket.id, "key": ticket.key}, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(following, self._path)
        _flush_folder(self._path.parent)


def _text(ticket: dict[str, object], name: str) -> str:
    value = ticket[name]
    if not isinstance(value, str) or not value:
        raise ValueError(name)
    return value


def _flush_folder(folder: Path) -> None:
    # Only then the new name survives a power cut. Not every system can open a folder.
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
