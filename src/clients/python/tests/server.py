"""The built server as a process of its own, on data of its own. It can be killed as a power cut would and started again on the same port and data."""

from __future__ import annotations

import json
import random
import re
import shlex
import socket
import subprocess
import threading
from pathlib import Path
from typing import Any
from urllib.request import urlopen


def free_port() -> int:
    """One on which the server can be started again, too: below those that the system gives to whoever asks for any, as another test may while the server is dead."""
    while True:
        with socket.socket() as taken:
            try:
                taken.bind(("127.0.0.1", random.randrange(10_000, 30_000)))
                return int(taken.getsockname()[1])
            except OSError:
                continue


class RealTimeServer:
    def __init__(self, command: str, data: Path, **settings: str) -> None:
        """Settings with two underscores for each dot: ``auth__mode="jwt"``."""
        self._command = shlex.split(command)
        self._data = data
        self._process: subprocess.Popen[str] | None = None
        self._settings = {"machine-figures.enabled": "false", **{name.replace("__", ".").replace("_", "-"): value for name, value in settings.items()}}
        self.port = free_port()
        self.said: list[str] = []

    @property
    def endpoint(self) -> str:
        return f"ws://127.0.0.1:{self.port}/v1/ws"

    def start(self) -> None:
        """Returns when it listens."""
        settings = {**self._settings, "http.port": self.port, "data-directory": self._data}
        self._process = subprocess.Popen(
            [*self._command, *(word for name, value in settings.items() for word in ("--set", f"realtime.{name}={value}"))],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line)
            found = re.search(r"Listening on \S+:(\d+)", line)
            if found:
                self.port = int(found[1])
                break
        else:
            raise AssertionError(f"The server is expected to listen; it ended with {self._process.wait()}:\n{''.join(self.said)}")
        # A pipe that nobody reads fills up, and then the server waits.
        self._reading = threading.Thread(target=self.said.extend, args=(self._process.stdout,), daemon=True)
        self._reading.start()

    def kill(self) -> None:
        """SIGKILL: it gets no chance to finish anything."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._reading.join()
            assert self._process.stdout is not None
            self._process.stdout.close()
            self._process = None

    def log(self, channel: str) -> list[dict[str, Any]]:
        """The whole log of a channel, read over HTTP, independently of the client."""
        events: list[dict[str, Any]] = []
        next: Any = "earliest"
        while next is not None:
            with urlopen(f"http://127.0.0.1:{self.port}/v1/channels/{channel}/events?from={next}&limit=1000", timeout=30) as answer:
                page = json.load(answer)
            events.extend(page["items"])
            next = page["next"]
        return events
