"""The hash chain of a log, as PROTOCOL.md section 4 lays it out, to check an exported log independently of the server."""

from __future__ import annotations

import hashlib
import json
from typing import Iterable

ZERO_HASH = bytes(32)
_DECODER = json.JSONDecoder()


def commitment(data: bytes, salt: bytes) -> bytes:
    """Commits to the top-level fields of ``data``, which is compact JSON, so that each can be shown without the others."""
    fields = _fields(data.decode())
    hashes = b"".join(_field_commitment(salt, at, name, value) for at, (name, value) in enumerate(fields[1]))
    return hashlib.sha256(bytes([fields[0]]) + hashes).digest()


def event_hash(
    *,
    channel: str,
    epoch: str,
    offset: int,
    id: str,
    type: str,
    time_unix_ms: int,
    data: bytes,
    salt: bytes,
    previous: bytes = ZERO_HASH,
    user: str = "",
    key: str = "",
    source: str = "",
    correlation_id: str = "",
    priority: str = "normal",
) -> bytes:
    """The hash of one event; ``previous`` is that of the event before, zeros for offset 1."""
    parts = (
        _text(channel), _text(epoch), _number(offset), _text(id), _text(type), _number(time_unix_ms), _text(user), _text(key), _text(source),
        _text(correlation_id), _text(priority), _prefixed(commitment(data, salt)), _prefixed(previous))
    return hashlib.sha256(b"\x01" + b"".join(parts)).digest()


def _field_commitment(salt: bytes, at: int, name: bytes, value: bytes) -> bytes:
    block = hashlib.sha256(b"realtime.v1.salt" + salt + (at // 2).to_bytes(4, "big")).digest()
    return hashlib.sha256(block[16 * (at % 2):][:16] + _prefixed(name) + value).digest()


def _fields(text: str) -> tuple[int, Iterable[tuple[bytes, bytes]]]:
    """1 and the fields of an object in the order of their names; 0 and one nameless field of anything else. Tokens stay as they stand."""
    if not text.startswith("{"):
        return 0, [(b"", text.encode())]
    fields = []
    at = 1
    while text[at] != "}":
        _, name_end = _DECODER.raw_decode(text, at)
        _, value_end = _DECODER.raw_decode(text, name_end + 1)
        fields.append((text[at + 1:name_end - 1].encode(), text[name_end + 1:value_end].encode()))
        at = value_end + (text[value_end] == ",")
    return 1, sorted(fields)


def _prefixed(part: bytes) -> bytes:
    return len(part).to_bytes(4, "big") + part


def _text(part: str) -> bytes:
    return _prefixed(part.encode())


def _number(part: int) -> bytes:
    return _prefixed(part.to_bytes(8, "big", signed=True))
