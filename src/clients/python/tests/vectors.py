"""The golden vectors of the protocol, which are part of its specification."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).resolve().parents[3] / "RealTimeActors.Protocol" / "vectors"


def read(name: str) -> list[dict[str, Any]]:
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def named(name: str, form: str = "json") -> list[Any]:
    """As parameters of a test, each with its name; only those that have this form."""
    import pytest

    return [pytest.param(vector, id=vector["name"]) for vector in read(name) if form in vector]
