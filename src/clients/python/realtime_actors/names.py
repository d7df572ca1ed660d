"""Names of channels: 1–200 bytes of ``A–Z a–z 0–9 _ -`` in segments joined by ``.`` or ``:``; those of the server begin with ``$``."""

from __future__ import annotations

import re

_CLIENT_BYTES_MAX = 200
_SERVER_BYTES_MAX = 256
_NAME = re.compile(r"[A-Za-z0-9_-]+(?:[.:][A-Za-z0-9_-]+)*")
_SERVER_NAME = re.compile(r"\$[A-Za-z0-9_$-]+(?:[.:][A-Za-z0-9_$-]+)*")


def check_channel(name: str) -> str:
    """The name, if it is one; ValueError says what is wrong with it."""
    if not isinstance(name, str) or not name:
        raise ValueError(f"The name of a channel is expected; {name!r} came.")
    is_server_owned = name.startswith("$")
    bytes_max = _SERVER_BYTES_MAX if is_server_owned else _CLIENT_BYTES_MAX
    if len(name) > bytes_max:
        raise ValueError(f"A channel name has at most {bytes_max} bytes; this one has {len(name)}.")
    if "*" in name or ">" in name:
        raise ValueError(f"The name of one channel is expected; {name!r} is a pattern, which this client does not follow yet.")
    if not (_SERVER_NAME if is_server_owned else _NAME).fullmatch(name):
        raise ValueError(f"A channel name consists of A-Z a-z 0-9 _ - in segments joined by . or :; {name!r} does not.")
    return name
