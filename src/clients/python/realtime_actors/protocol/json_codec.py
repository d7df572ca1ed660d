"""The JSON encoding: one object per line."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, Callable

from ..events import Event, Receipt
from ..members import PresenceMember
from . import codes
from . import frames as f

SUBPROTOCOL = "realtime.v1.json"
DEPTH_MAX = 32


class FrameError(ValueError):
    """What came is not what the contract says."""


@dataclass(frozen=True)
class RawJson:
    """A value that is JSON text already; it goes out byte for byte."""

    text: str


def compact(value: Any) -> RawJson:
    """A Python value as JSON text without white space, checked as a server would."""
    if isinstance(value, RawJson):
        return value
    _check(value, 0)
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except ValueError as error:
        raise ValueError(f"A value that JSON can hold is expected; {error}.") from None
    try:
        text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair cannot be UTF-8; as an escape it can stand in JSON.
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return RawJson(text)


def _check(value: Any, depth: int) -> None:
    if isinstance(value, dict):
        _check_depth(depth + 1)
        names = set()
        for name, member in value.items():
            # JSON has only strings for names: 1 and "1" are the same there.
            name = name if isinstance(name, str) else json.dumps(name)
            if name in names:
                raise ValueError(f"Names in an object must not come twice; {name!r} does.")
            names.add(name)
            if isinstance(member, (dict, list, tuple)):
                _check(member, depth + 1)
    elif isinstance(value, (list, tuple)):
        _check_depth(depth + 1)
        for member in value:
            if isinstance(member, (dict, list, tuple)):
                _check(member, depth + 1)


def _check_depth(depth: int) -> None:
    if depth > DEPTH_MAX:
        raise ValueError(f"JSON of at most {DEPTH_MAX} levels is expected; this is deeper.")


def encode(frame: f.ClientFrame) -> str:
    """A frame as one line, without its end."""
    head = f'{{"id":{frame.id},' if frame.id else "{"
    return f'{head}"{frame.kind}":{_write(frame.body)}}}'


def _write(body: dict[str, Any]) -> str:
    members = (f'"{name}":{_write_value(value)}' for name, value in body.items() if value is not None)
    return "{" + ",".join(members) + "}"


def _write_value(value: Any) -> str:
    return value.text if isinstance(value, RawJson) else json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def decode(message: str | bytes, loads: Callable[[str], Any] = json.loads) -> list[f.ServerFrame]:
    """The frames of a message. Raises FrameError for what is none."""
    try:
        text = message if isinstance(message, str) else message.decode()
        return [_read(loads(line)) for line in text.split("\n") if line and not line.isspace()]
    except FrameError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise FrameError(f"A frame of the contract is expected; {type(error).__name__}: {error}.") from error


def _read(frame: dict[str, Any]) -> f.ServerFrame:
    id = frame.get("id", 0)
    for kind, body in frame.items():
        if kind != "id":
            reader = _READERS.get(kind)
            return f.Unknown(kind, id) if reader is None else reader(body, id)
    raise FrameError("A frame is expected to have a kind; this one has none.")


def _welcome(body: dict[str, Any], id: int) -> f.Welcome:
    session = body["session"]
    limits = body.get("limits") or {}
    reconnect = body.get("reconnect")
    return f.Welcome(
        session_id=session["id"],
        session_key=session["key"],
        resumed=session.get("resumed", False),
        reason=session.get("reason"),
        connection=body.get("connection", ""),
        node=body.get("node", ""),
        time=body.get("time", ""),
        heartbeat=body.get("heartbeatMs", 0) / 1000,
        frame_bytes_max=limits.get("frameBytes") or f.FRAME_BYTES_MAX,
        subscriptions_max=limits.get("subscriptions", 0),
        reconnect=f.ReconnectAdvice() if reconnect is None else f.ReconnectAdvice(
            reconnect.get("minMs", 100) / 1000, reconnect.get("maxMs", 5000) / 1000, reconnect.get("factor", 1.5), reconnect.get("jitter", 1)),
        subscriptions=tuple(_subscribed(subscribed, 0) for subscribed in body.get("subscriptions") or ()),
        id=id,
    )


def _range(body: dict[str, Any]) -> f.OffsetRange:
    return f.OffsetRange(body["from"], body["to"])


def _subscribed(body: dict[str, Any], id: int) -> f.Subscribed:
    gap = body.get("gap")
    return f.Subscribed(
        body["channel"], body["epoch"], body["offset"], body.get("head", 0), body.get("recovered", "none"),
        _range(gap) if gap else None, gap.get("reason") if gap else body.get("reason"), id)


def _event(body: dict[str, Any]) -> Event:
    return Event(
        channel=body["channel"], offset=body["offset"], id=body["id"], type=body["type"], data=body["data"], time_text=body["time"],
        priority=body.get("priority", "normal"), key=body.get("key"), source=body.get("source"), user=body.get("user"),
        correlation_id=body.get("correlationId"), session=body.get("session"), hash=bytes.fromhex(body.get("hash", "")), attempt=body.get("attempt", 1))


def _receipt(body: dict[str, Any], id: int) -> f.ReceiptFrame:
    delivered = body.get("delivered") or {}
    return f.ReceiptFrame(
        Receipt(body["status"], body["channel"], body.get("epoch", ""), body.get("offset", 0), bytes.fromhex(body.get("hash", "")),
                body.get("duplicate", False), delivered.get("acked"), delivered.get("of"),
                tuple((member["session"], member.get("user")) for member in delivered.get("missing") or ())),
        id)


def member(body: dict[str, Any]) -> PresenceMember:
    return PresenceMember(body["session"], body.get("user"), body.get("state"))


def _presence(body: dict[str, Any], id: int) -> f.PresenceFrame:
    joined, left, updated = (tuple(member(one) for one in body.get(name) or ()) for name in ("joined", "left", "updated"))
    return f.PresenceFrame(body["channel"], body.get("kind", ""), joined, left, updated, body.get("count", 0), body.get("reason"))


def _page(body: dict[str, Any], id: int) -> f.Page:
    what = body.get("what", "events")
    items = body.get("items") or ()
    return f.Page(
        body["channel"], what, body.get("epoch", ""), tuple(_event(item) for item in items) if what in ("events", "history") else tuple(items), body.get("next"), id,
        body.get("offset"), body.get("count"), body.get("nextKey"))


def _error(body: dict[str, Any], id: int) -> f.Error:
    code = body["code"]
    retry = body.get("retry")
    return f.Error(
        code, body.get("name") or codes.name_of(code), body.get("message", ""), retry if retry in codes.RETRIES else codes.retry_of(code),
        body.get("afterMs", 0) / 1000, id)


_READERS: dict[str, Callable[[dict[str, Any], int], f.ServerFrame]] = {
    "event": lambda body, id: f.EventFrame(_event(body)),
    "receipt": _receipt,
    "skip": lambda body, id: f.Skip(body["channel"], _range(body)),
    "gap": lambda body, id: f.GapFrame(body["channel"], _range(body), body.get("reason", "")),
    "lag": lambda body, id: f.LagFrame(body["channel"], body["behind"], body.get("mode", "")),
    "subscribed": _subscribed,
    "unsubscribed": lambda body, id: f.Unsubscribed(body["channel"], body["code"], body.get("reason", "")),
    "presence": _presence,
    "page": _page,
    "welcome": _welcome,
    "goaway": lambda body, id: f.Goaway(body.get("withinMs", 0) / 1000, body.get("spreadMs", 0) / 1000, body.get("url")),
    "error": _error,
    "close": lambda body, id: f.Close(body["code"], body.get("reason", ""), body.get("afterMs", 0) / 1000),
    "ok": lambda body, id: f.Ok(id),
    "ping": lambda body, id: f.Ping(),
    "pong": lambda body, id: f.Pong(id),
    "piece": lambda body, id: f.Piece(body["of"], body.get("last", False), base64.b64decode(body.get("data", ""), validate=True)),
}
