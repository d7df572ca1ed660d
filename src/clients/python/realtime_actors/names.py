"""Names of channels: 1–200 bytes of ``A–Z a–z 0–9 _ -`` in segments joined by ``.`` or ``:``; those of the server begin with ``$``."""

from __future__ import annotations

import re

_CLIENT_BYTES_MAX = 200
_SERVER_BYTES_MAX = 256
_PART = re.compile(r"[^.:]+|[.:]")
_NAME = re.compile(r"[A-Za-z0-9_-]+(?:[.:][A-Za-z0-9_-]+)*")
_SERVER_NAME = re.compile(r"\$[A-Za-z0-9_$-]+(?:[.:][A-Za-z0-9_$-]+)*")


def is_pattern(name: str) -> bool:
    """Whether more than one channel is meant."""
    return "*" in name or ">" in name


def check_channel_or_pattern(name: str) -> str:
    """As check_channel, but ``*`` may stand for a segment, and ``>`` at the end for the rest."""
    if not isinstance(name, str) or not is_pattern(name):
        return check_channel(name)
    segments = re.split("[.:]", name)
    if any(len(segment) > 1 and is_pattern(segment) for segment in segments):
        raise ValueError(f"A pattern has * and > only as whole segments; {name!r} came.")
    if ">" in segments[:-1]:
        raise ValueError(f"A pattern has > only at its end; {name!r} came.")
    check_channel(name.replace("*", "x").replace(">", "x"))
    return name


def matches(pattern: str, name: str) -> bool:
    """Whether a pattern means a channel. Separators are compared as they stand; names of the server are only meant by patterns that begin with $."""
    if name.startswith("$") and not pattern.startswith("$"):
        return False
    wanted, given = _PART.findall(pattern), _PART.findall(name)
    for at, part in enumerate(wanted):
        if part == ">":
            return at < len(given)
        if at >= len(given) or (part != given[at] and (part != "*" or given[at] in ".:")):
            return False
    return len(wanted) == len(given)


def specificity(pattern: str) -> tuple[tuple[int, ...], int, str]:
    """What is smaller counts first: segment by segment a name before ``*`` before ``>``, and of two that are equal so far the longer one."""
    ranks = tuple({"*": 1, ">": 2}.get(segment, 0) for segment in re.split("[.:]", pattern))
    return (*ranks, 3), -len(ranks), pattern


def check_channel(name: str) -> str:
    """The name, if it is one; ValueError says what is wrong with it."""
    if not isinstance(name, str) or not name:
        raise ValueError(f"The name of a channel is expected; {name!r} came.")
    is_server_owned = name.startswith("$")
    bytes_max = _SERVER_BYTES_MAX if is_server_owned else _CLIENT_BYTES_MAX
    if len(name) > bytes_max:
        raise ValueError(f"A channel name has at most {bytes_max} bytes; this one has {len(name)}.")
    if "*" in name or ">" in name:
        raise ValueError(f"The name of one channel is expected; {name!r} is a pattern, which can only be followed.")
    if not (_SERVER_NAME if is_server_owned else _NAME).fullmatch(name):
        raise ValueError(f"A channel name consists of A-Z a-z 0-9 _ - in segments joined by . or :; {name!r} does not.")
    return name
