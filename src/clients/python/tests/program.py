"""A Python program as a process of its own, with this package and a few modules in its path."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
FIXTURES = Path(__file__).parent / "fixtures"


class Program:
    """Runs a script; ``says`` waits for its next line, ``told`` gives it one. Its environment says where the server is."""

    def __init__(self, script: str, endpoint: str, *paths: Path, **environment: str) -> None:
        own = {
            **os.environ, "PYTHONPATH": os.pathsep.join(map(str, [*paths, PACKAGE])), "REALTIME_ENDPOINT": endpoint, "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1", **environment}
        self._process = subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=own,
            # The folder it runs in comes first in its path, and has nothing to be imported.
            cwd=FIXTURES)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def says(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, f"A line is expected; the program ended with {self._process.wait()}:\n{self._process.stderr.read()}"
        return line.rstrip("\n")

    def told(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def ends(self, within: float = 30.0) -> tuple[int, str]:
        """Its exit code and what it complained of."""
        code, errors, _ = self.ends_with(within)
        return code, errors

    def ends_with(self, within: float = 30.0) -> tuple[int, str, str]:
        """The same, and what it printed."""
        printed, errors = self._process.communicate(timeout=within)
        return self._process.returncode, errors, printed

    def kill(self) -> str:
        """SIGKILL: it gets no chance to finish anything. What it had printed before."""
        if self._process.stdout is None or self._process.stdout.closed:
            return ""
        self._process.kill()
        # What was read ahead of the lines that were asked for is part of it; communicate would leave that out.
        printed = self._process.stdout.read()
        self._process.communicate()
        return printed


def listing(name: str) -> str:
    """A listing of the chapter on real-time synchronization, byte for byte as it is printed there."""
    return (FIXTURES / f"{name}.py.txt").read_text(encoding="utf-8")
