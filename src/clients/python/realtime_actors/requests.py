"""What applications ask for, as bodies of frames; checked before it is sent."""

from __future__ import annotations

from typing import Any, Iterable, Mapping

from .events import From, Last, Position
from .names import check_channel, check_channel_or_pattern, is_pattern
from .protocol.frames import INTEGER_MAX
from .protocol.json_codec import compact

_ACKS = ("auto", "manual", "none")
_ORDERS = ("lanes", "offset")
_OVERFLOWS = ("catchUp", "conflate", "dropOldest", "disconnect")
_PRIORITIES = ("critical", "high", "normal", "low")
_CONFIRMS = ("accepted", "persisted", "delivered", "none")
_INTERESTS = ("none", "count", "members")
_CONFLATIONS = ("none", "key", "channel")
_ATTRIBUTES = ("type", "key", "source", "user", "correlationId", "session")
_FROMS = ("now", "earliest", "session")
_SHAPE_MAX = {"debounceMs": 60_000, "debounceMaxMs": 60_000, "batchMs": 60_000, "batchMax": 10_000, "maxPerSecond": 1_000_000}
_NAMES_MAX = 64
_NAME_BYTES_MAX = 200


def subscribe_body(
    channel: str,
    from_: From | None,
    ack: str,
    order: str,
    overflow: str | None,
    priority: str | None,
    fields: Iterable[str] | None,
    shape: Mapping[str, Any] | None,
    filter: Mapping[str, Iterable[str]] | None = None,
    presence: str = "none",
) -> dict[str, Any]:
    _check_word("ack", ack, _ACKS)
    _check_word("order", order, _ORDERS)
    if from_ is None:
        from_ = "now" if ack == "none" else "session"
    if isinstance(channel, str) and is_pattern(channel) and not isinstance(from_, (str, Last)):
        raise ValueError(f"A position is of one channel, and {channel} means many: now, earliest, session or a Last is expected.")
    body: dict[str, Any] = {"channel": check_channel_or_pattern(channel), "from": from_body(from_)}
    if fields is not None:
        body["fields"] = _check_names("fields", fields)
    if shape is not None:
        body["shape"] = shape_body(shape)
    if overflow is not None:
        body["overflow"] = _check_word("overflow", overflow, _OVERFLOWS)
    if ack != "auto":
        body["ack"] = ack
    if order != "lanes":
        body["order"] = order
    if priority is not None:
        body["priority"] = _check_word("priority", priority, _PRIORITIES)
    if filter:
        body["filter"] = filter_body(filter)
    if _check_word("presence", presence, _INTERESTS) != "none":
        if is_pattern(channel):
            raise ValueError(f"Who is there is told of one channel, and {channel} means many; follow with presence each of those that it is wanted of.")
        body["presence"] = presence
    return body


def shape_body(shape: Mapping[str, Any]) -> dict[str, Any]:
    """A shape in the names of the wire, within its bounds."""
    body: dict[str, Any] = {}
    for name, value in shape.items():
        if value is None:
            continue
        if name in _SHAPE_MAX:
            body[name] = _check_integer(f"{name} of a shape", value, 0, _SHAPE_MAX[name])
        elif name == "immediate":
            body[name] = _check_names("immediate of a shape", value)
        elif name == "conflate":
            body[name] = _check_word("conflate of a shape", value, _CONFLATIONS)
        else:
            raise ValueError(f"A shape has {', '.join(_SHAPE_MAX)}, immediate and conflate; {name!r} came.")
    return body


def filter_body(filter: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """A filter in the names of the wire, within its bounds."""
    body: dict[str, list[str]] = {}
    for attribute, values in filter.items():
        _check_word("an attribute of a filter", attribute, _ATTRIBUTES)
        body[attribute] = _check_names(f"{attribute} of a filter", values)
        if not body[attribute]:
            raise ValueError(f"{attribute} of a filter is expected to have a value at least; without any no event could match.")
    return body


def publish_body(
    channel: str,
    type: str,
    data: Any,
    confirm: str = "persisted",
    key: str | None = None,
    priority: str = "normal",
    message_id: str | None = None,
    source: str | None = None,
    correlation_id: str | None = None,
    ttl: float | None = None,
    delivered_count: int | None = None,
    delivered_timeout: float | None = None,
    producer: tuple[str, int] | None = None,
    delivered_missing: bool = False,
) -> dict[str, Any]:
    _check_word("confirm", confirm, _CONFIRMS)
    _check_word("priority", priority, _PRIORITIES)
    if not type:
        raise ValueError("A type such as funding.grant_updated is expected; it is empty.")
    body: dict[str, Any] = {"channel": check_channel(channel), "type": _check_text("type", type), "data": compact(data)}
    for name, text in (("messageId", message_id), ("key", key), ("source", source), ("correlationId", correlation_id)):
        if text:
            body[name] = _check_text(name, text)
    if priority != "normal":
        body["priority"] = priority
    if confirm != "persisted":
        body["confirm"] = confirm
    if producer is not None:
        id, sequence = producer
        if not id:
            raise ValueError("A producer has an id; this one is empty.")
        body["producer"] = {"id": _check_text("the id of a producer", id), "sequence": _check_integer("the sequence of a producer", sequence, 1)}
    if ttl is not None:
        body["ttlMs"] = _milliseconds("ttl", ttl)
    if delivered_count is not None or delivered_timeout is not None or delivered_missing:
        if confirm != "delivered":
            raise ValueError(f"delivered_count, delivered_timeout and delivered_missing are for confirm='delivered'; confirm is {confirm!r}.")
        body["delivered"] = {
            "count": 0 if delivered_count is None else _check_integer("delivered_count", delivered_count, 0),
            "timeoutMs": 0 if delivered_timeout is None else _milliseconds("delivered_timeout", delivered_timeout),
        }
        if delivered_missing:
            body["delivered"]["missing"] = True
    return body


def read_body(channel: str, from_: From | int, limit: int) -> dict[str, Any]:
    body: dict[str, Any] = {"channel": check_channel(channel), "what": "events"}
    body["from"] = {"offset": _check_integer("from_", from_, 0)} if isinstance(from_, int) else from_body(from_)
    if limit:
        body["limit"] = _check_integer("limit", limit, 0)
    return body


def read_presence_body(channel: str, after: str | None, limit: int) -> dict[str, Any]:
    body: dict[str, Any] = {"channel": check_channel(channel), "what": "presence"}
    if limit:
        body["limit"] = _check_integer("limit", limit, 0)
    if after is not None:
        body["afterKey"] = _check_text("after", after)
    return body


def from_body(from_: From) -> Any:
    """Where to begin, as it stands on the wire."""
    if isinstance(from_, Position):
        return {"epoch": _check_text("the epoch of a position", from_.epoch), "offset": _check_integer("the offset of a position", from_.offset, 0)}
    if isinstance(from_, Last):
        return {"last": _check_integer("the number of the last events", from_.count, 0)}
    if isinstance(from_, Mapping):
        return dict(from_)
    return _check_word("from_", from_, _FROMS, " or a Position or a Last")


def _check_word(name: str, word: Any, words: tuple[str, ...], more: str = "") -> str:
    if word not in words:
        raise ValueError(f"{name} is expected to be one of {', '.join(words)}{more}; {word!r} came.")
    return str(word)


def _check_names(name: str, names: Iterable[str]) -> list[str]:
    if isinstance(names, str):
        raise TypeError(f"{name} is expected to be a list of texts; one text came.")
    checked = [_check_text(f"one of {name}", one) for one in names]
    if len(checked) > _NAMES_MAX:
        raise ValueError(f"{name} is expected to have at most {_NAMES_MAX} elements; {len(checked)} came.")
    for one in checked:
        if not 1 <= len(one.encode()) <= _NAME_BYTES_MAX:
            raise ValueError(f"One of {name} is expected to have 1 to {_NAME_BYTES_MAX} bytes; {len(one.encode())} came.")
    return checked


def _check_text(name: str, text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"{name} is expected to be a text; {type(text).__name__} came.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{name} is expected to be a text that UTF-8 can hold; it has half a surrogate pair.") from None
    return text


def _check_integer(name: str, number: Any, least: int, most: int = INTEGER_MAX) -> int:
    if not isinstance(number, int) or isinstance(number, bool):
        raise TypeError(f"{name} is expected to be a whole number; {type(number).__name__} came.")
    if not least <= number <= most:
        raise ValueError(f"{name} is expected to be {least} … {'2^53-1' if most == INTEGER_MAX else most}; {number} came.")
    return number


def _milliseconds(name: str, seconds: float) -> int:
    if not 0 <= seconds <= INTEGER_MAX / 1000:
        raise ValueError(f"{name} is expected to be seconds from 0 on; {seconds} came.")
    # Rounded up, so that a short time does not become "none".
    return -int(-seconds * 1000 // 1)
