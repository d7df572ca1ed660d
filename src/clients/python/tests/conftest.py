"""What end-to-end tests share: a server of their own, where REALTIME_SERVER says how one is started."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator

import pytest
from server import RealTimeServer
from tokens import SECRET


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RealTimeServer]:
    # Clients come back soon after a kill: what is tested is what they bring with them.
    yield from _running(tmp_path, session__reconnect__min="20ms", session__reconnect__max="200ms")


@pytest.fixture
def guarded_server(tmp_path: Path) -> Iterator[RealTimeServer]:
    """One that asks for tokens, and takes those of tests/tokens.py."""
    yield from _running(tmp_path, auth__mode="jwt", auth__jwt__hs256_secret=SECRET, access__default="open")


def _running(tmp_path: Path, **settings: str) -> Iterator[RealTimeServer]:
    command = os.environ.get("REALTIME_SERVER")
    if not command:
        pytest.skip("REALTIME_SERVER is not set: the command that starts a server, such as src/RealTimeActors.Server/bin/Release/net10.0/realtime")
    running = RealTimeServer(command, tmp_path / "data", **settings)
    running.start()
    yield running
    running.kill()
