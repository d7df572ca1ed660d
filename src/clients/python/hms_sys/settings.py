"""What a program's environment says of its bus."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Mapping, Union

_ENDPOINT_DEFAULT = "ws://127.0.0.1:8080/v1/ws"


@dataclass(frozen=True)
class BusSettings:
    """``connect_within``: how long a subscribe may wait for the server. ``flush_within``: how long the end of a program may wait for answers."""

    endpoint: str = _ENDPOINT_DEFAULT
    # A secret: kept out of what is printed.
    token: Union[str, Callable[[], str], None] = field(default=None, repr=False)
    session_file: str | None = None
    connect_within: float = 10.0
    flush_within: float = 5.0

    @staticmethod
    def from_environment(environment: Mapping[str, str] = os.environ) -> BusSettings:
        """REALTIME_ENDPOINT, REALTIME_TOKEN or REALTIME_TOKEN_FILE (read again whenever a token is needed), REALTIME_SESSION_FILE,
        REALTIME_CONNECT_WITHIN and REALTIME_FLUSH_WITHIN in seconds."""
        token: Union[str, Callable[[], str], None] = environment.get("REALTIME_TOKEN") or None
        token_file = environment.get("REALTIME_TOKEN_FILE")
        if token_file:
            if token is not None:
                raise ValueError("Either REALTIME_TOKEN or REALTIME_TOKEN_FILE is expected; both are set.")
            path = Path(token_file)
            token = lambda: path.read_text(encoding="utf-8").strip()
        return BusSettings(
            environment.get("REALTIME_ENDPOINT") or _ENDPOINT_DEFAULT,
            token,
            environment.get("REALTIME_SESSION_FILE") or None,
            _seconds(environment, "REALTIME_CONNECT_WITHIN", 10.0),
            _seconds(environment, "REALTIME_FLUSH_WITHIN", 5.0))


def _seconds(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name)
    if not text:
        return default
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e6:
        raise ValueError(f"{name} is expected to be seconds, such as 10; {text!r} came.")
    return seconds
