"""Reads client frames of the vectors as the bodies that this client sends: values of applications stay as they stand."""

from __future__ import annotations

import json
from typing import Any

from realtime_actors.protocol.frames import ClientFrame
from realtime_actors.protocol.json_codec import RawJson

_DECODER = json.JSONDecoder()
_RAW = {("publish", "data"), ("mutate", "value"), ("presence", "state")}


def client_frame(line: str) -> ClientFrame:
    members = {name: (value, raw) for name, value, raw in _members(line, 0)}
    id = members.pop("id", (0, ""))[0]
    [(kind, (body, raw))] = members.items()
    for name, _, text in _members(raw, 0):
        if (kind, name) in _RAW:
            body[name] = RawJson(text)
    return ClientFrame(kind, body, id)


def _members(text: str, at: int) -> list[tuple[str, Any, str]]:
    found = []
    at += 1
    while text[at] != "}":
        name, end = _DECODER.raw_decode(text, at)
        value, value_end = _DECODER.raw_decode(text, end + 1)
        found.append((name, value, text[end + 1:value_end]))
        at = value_end + (text[value_end] == ",")
    return found
