"""The golden vectors, which are part of the protocol's specification: what this client writes, reads and refuses, and the hash."""

from __future__ import annotations

import base64
import json

import pytest
import vectors
from wire_reading import client_frame

from realtime_actors import RealTimeClient
from realtime_actors.hashes import commitment, event_hash
from realtime_actors.protocol import frames as f, json_codec
from realtime_actors.requests import publish_body, read_body, subscribe_body


@pytest.mark.parametrize("vector", vectors.named("client-frames"))
def test_a_client_frame_is_written_byte_for_byte(vector):
    assert json_codec.encode(client_frame(vector["json"])) == vector["json"]


BUILT = {
    "publish with what is required": lambda: f.ClientFrame("publish", publish_body(
        "funding.grants", "funding.grant_updated", json_codec.RawJson('{"grant":7,"amount":1.50}')), 6),
    "publish with every field": lambda: f.ClientFrame("publish", publish_body(
        "a", "t", json_codec.RawJson('[1e999,"\\ud83d",{"ß":null}]'), confirm="delivered", key="grant-7", priority="critical", message_id="m-1", source="office-washington",
        correlation_id="c-1", ttl=60, delivered_count=3, delivered_timeout=0.5, producer=("p-1", 4711)), 2**53 - 1),
    "subscribe with every default": lambda: f.ClientFrame("subscribe", subscribe_body("funding.grants", "now", "auto", "lanes", None, None, None, None), 2),
    "subscribe from a position": lambda: f.ClientFrame("subscribe", subscribe_body(
        "funding.grants", {"epoch": "k3", "offset": 93}, "auto", "lanes", None, None, None, None), 3),
    "subscribe with a shape": lambda: f.ClientFrame("subscribe", subscribe_body("a", "now", "auto", "lanes", None, None, None, {
        "debounceMs": 250, "debounceMaxMs": 2000, "immediate": ("alarm",), "conflate": "key", "batchMs": 100, "batchMax": 50, "maxPerSecond": 20}), 6),
}


@pytest.mark.parametrize("name", BUILT)
def test_what_an_application_asks_for_becomes_the_same_frame(name):
    [vector] = [vector for vector in vectors.read("client-frames") if vector["name"] == name]
    built, expected = json.loads(json_codec.encode(BUILT[name]())), json.loads(vector["json"])

    # One that writes a default is right, too.
    for body in (built, expected):
        if body.get("subscribe", {}).get("from") == "now":
            del body["subscribe"]["from"]
    assert built == expected


@pytest.mark.parametrize("vector", vectors.named("server-frames"))
def test_every_server_frame_is_read(vector):
    [frame] = json_codec.decode(vector["json"])

    written = json.loads(vector["json"])
    kind = next(name for name in written if name != "id")
    _expect(frame, kind, written[kind])
    assert getattr(frame, "id", written.get("id", 0)) == written.get("id", 0)


def _expect(frame: f.ServerFrame, kind: str, body: dict) -> None:
    """Held field by field against the text, in the words of the contract."""
    match frame:
        case f.EventFrame(event):
            _expect_event(event, body)
        case f.ReceiptFrame(receipt):
            delivered = body.get("delivered", {})
            assert (receipt.status, receipt.channel, receipt.epoch, receipt.offset) == (body["status"], body["channel"], body.get("epoch", ""), body.get("offset", 0))
            assert (receipt.hash.hex(), receipt.duplicate, receipt.acked, receipt.of) == (body.get("hash", ""), body["duplicate"], delivered.get("acked"), delivered.get("of"))
            assert receipt.missing == tuple((member["session"], member.get("user")) for member in delivered.get("missing", ()))
        case f.Welcome():
            session, limits, reconnect = body["session"], body["limits"], body["reconnect"]
            assert (frame.session_id, frame.session_key, frame.resumed, frame.reason) == (session["id"], session["key"], session["resumed"], session.get("reason"))
            assert (frame.node, frame.connection, frame.time, frame.heartbeat * 1000) == (body["node"], body["connection"], body["time"], body["heartbeatMs"])
            assert (frame.frame_bytes_max, frame.subscriptions_max) == (limits["frameBytes"], limits["subscriptions"])
            assert frame.reconnect == f.ReconnectAdvice(reconnect["minMs"] / 1000, reconnect["maxMs"] / 1000, reconnect["factor"], reconnect["jitter"])
            for subscribed, written in zip(frame.subscriptions, body["subscriptions"], strict=True):
                _expect(subscribed, "subscribed", written)
        case f.Subscribed():
            gap = body.get("gap")
            assert (frame.channel, frame.epoch, frame.offset, frame.head, frame.recovered) == tuple(body[name] for name in ("channel", "epoch", "offset", "head", "recovered"))
            assert frame.gap == ((gap["from"], gap["to"]) if gap else None) and frame.reason == (gap or body).get("reason")
        case f.Skip():
            assert (frame.channel, *frame.offsets) == (body["channel"], body["from"], body["to"])
        case f.GapFrame():
            assert (frame.channel, *frame.offsets, frame.reason) == (body["channel"], body["from"], body["to"], body["reason"])
        case f.LagFrame():
            assert (frame.channel, frame.behind, frame.mode) == (body["channel"], body["behind"], body["mode"])
        case f.Unsubscribed():
            assert (frame.channel, frame.code, frame.reason) == (body["channel"], body["code"], body["reason"])
        case f.Page():
            assert (frame.channel, frame.what, frame.epoch, frame.next) == (body["channel"], body["what"], body.get("epoch", ""), body["next"])
            assert (frame.offset, frame.count, frame.next_key) == (body.get("offset"), body.get("count"), body.get("nextKey"))
            for item, written in zip(frame.items, body["items"], strict=True):
                _expect_event(item, written) if frame.what in ("events", "history") else _same(item, written)
        case f.Goaway():
            assert (frame.within * 1000, frame.spread * 1000, frame.url) == (body["withinMs"], body["spreadMs"], body["url"])
        case f.Error():
            assert (frame.code, frame.name, frame.message, frame.retry, frame.after * 1000) == (body["code"], body["name"], body["message"], body["retry"], body.get("afterMs", 0))
        case f.Close():
            assert (frame.code, frame.reason, frame.after * 1000) == (body["code"], body["reason"], body["afterMs"])
        case f.Ok() | f.Ping() | f.Pong():
            assert type(frame).__name__.lower() == kind and body == {}
        case f.PresenceFrame():
            lists = [[{"session": one.session, **({"user": one.user} if one.user else {}), "state": one.state} for one in people] for people in (frame.joined, frame.left, frame.updated)]
            assert (frame.channel, frame.kind, frame.count, frame.reason) == (body["channel"], body.get("kind", ""), body["count"], body.get("reason"))
            assert lists == [body["joined"], body["left"], body["updated"]]
        case f.Piece():
            assert (frame.of, frame.last, base64.b64encode(frame.data).decode()) == (body["of"], body["last"], body["data"])
        case f.Unknown():
            # Asked for by nothing that this client can say yet.
            assert frame.kind == kind and kind in ("mutated", "state", "change")
        case _:
            pytest.fail(f"{type(frame).__name__} is not expected for {kind}.")


def _expect_event(event, body: dict) -> None:
    names = {
        "channel": event.channel, "offset": event.offset, "id": event.id, "type": event.type, "data": event.data, "time": event.time_text, "priority": event.priority,
        "key": event.key, "source": event.source, "user": event.user, "correlationId": event.correlation_id, "session": event.session, "hash": event.hash.hex() or None,
        "attempt": event.attempt if event.attempt > 1 or "attempt" in body else None}
    assert {name: value for name, value in names.items() if value is not None or name == "data"} == body
    assert event.time.isoformat(timespec="milliseconds").replace("+00:00", "Z") == body["time"]


def _same(item, written) -> None:
    assert item == written


def subscribe(name, value):
    wanted = {"fields": None, "shape": None, "filter": None, name: value}
    return subscribe_body("a", "now", "auto", "lanes", None, None, wanted["fields"], wanted["shape"], wanted["filter"])


REFUSED = {
    "type is missing": lambda: publish_body("a", "", 1),
    "the channel is empty": lambda: publish_body("", "t", 1),
    "33 levels of data": lambda: publish_body("a", "t", json.loads("[" * 33 + "]" * 33)),
    "a name twice in the data": lambda: publish_body("a", "t", {1: 1, "1": 2}),
    "an integer above 2^53-1": lambda: publish_body("a", "t", 1, ttl=2**53 / 1000),
    "an unknown priority": lambda: publish_body("a", "t", 1, priority="urgent"),
    "data is no JSON": lambda: publish_body("a", "t", float("nan")),
    "text is not UTF-8": lambda: publish_body("a", "t", 1, key="\ud83d"),
    "an unknown attribute in a filter": lambda: subscribe("filter", {"colour": ["red"]}),
    "a filter without values": lambda: subscribe("filter", {"type": []}),
    "a filter with too many values": lambda: subscribe("filter", {"type": [str(i) for i in range(65)]}),
    "a filter with a value of 201 bytes": lambda: subscribe("filter", {"type": ["x" * 201]}),
    "too many fields": lambda: subscribe("fields", [str(i) for i in range(65)]),
    "debounce beyond a minute": lambda: subscribe("shape", {"debounceMs": 60_001}),
    "a batch beyond 10,000": lambda: subscribe("shape", {"batchMax": 10_001}),
    "a rate beyond 1,000,000": lambda: subscribe("shape", {"maxPerSecond": 1_000_001}),
    "an unknown conflation": lambda: subscribe("shape", {"conflate": "all"}),
}

# Frames that nothing in this client's interface can be made to send.
IMPOSSIBLE = {
    "data is missing", "a name twice in the frame", "a position without epoch", "a range that ends before it begins", "an unknown kind", "no JSON behind the id",
    "no id that can be read", "no JSON", "data has a name twice", "a body that ends in the middle of a field", "no body", "an unknown body",
    "pieces of less than 1,024 bytes", "an attribute twice in a filter", "an unknown interest in presence", "a history of no key", "an unknown operation",
    "a base version above 2^53-1"}


@pytest.mark.parametrize("vector", vectors.named("malformed", "code"))
def test_a_frame_that_a_server_would_refuse_is_not_sent(vector):
    if vector["name"] in IMPOSSIBLE:
        return

    with pytest.raises(ValueError):
        REFUSED[vector["name"]]()


def test_32_levels_are_sent():
    assert publish_body("a", "t", json.loads("[" * 32 + "]" * 32))["data"].text == "[" * 32 + "]" * 32


def test_a_read_may_begin_at_the_next_of_a_page():
    [vector] = [vector for vector in vectors.read("server-frames") if vector["name"] == "page of events"]
    [page] = json_codec.decode(vector["json"])

    assert read_body("a", page.next, 0)["from"] == {"epoch": "k3", "offset": 1}


@pytest.mark.parametrize("vector", vectors.named("hashes", "hash"))
def test_commitment_and_hash_are_as_the_specification_lays_them_out(vector):
    event, data, salt = vector["event"], vector["data"].encode(), bytes.fromhex(vector["salt"])

    assert commitment(data, salt).hex() == vector["commitment"]
    assert event_hash(
        channel=event["channel"], epoch=vector["epoch"], offset=event["offset"], id=event["id"], type=event["type"], time_unix_ms=event["timeUnixMs"], data=data,
        salt=salt, previous=bytes.fromhex(vector["previousHash"]), user=event.get("user", ""), key=event.get("key", ""), source=event.get("source", ""),
        correlation_id=event.get("correlationId", ""), priority=event["priority"]).hex() == vector["hash"]


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"id":1}', '{"event":{"channel":"a"}}', '{"welcome":3}', "hello", '{"id":1,"receipt":{"status":"persisted","channel":"a","hash":"zz"}}'])
def test_what_is_no_frame_is_a_frame_error_or_nothing(text):
    if text == "":
        assert json_codec.decode(text) == []
    else:
        with pytest.raises(json_codec.FrameError):
            json_codec.decode(text)


def test_a_message_holds_frames_line_by_line():
    assert json_codec.decode('{"ping":{}}\r\n\n{"id":1,"ok":{}}\n{"dance":{}}') == [f.Ping(), f.Ok(1), f.Unknown("dance")]
    assert json_codec.decode(b'{"ping":{}}') == [f.Ping()]


def test_text_goes_out_with_as_few_escapes_as_json_allows():
    assert json_codec.compact({"größe": '"\n', "half": "ok"}).text == '{"größe":"\\"\\n","half":"ok"}'
    assert json_codec.compact("\ud83d").text == '"\\ud83d"'


def test_an_endpoint_with_a_secret_in_it_is_refused_without_repeating_it():
    for endpoint in ("ws://user:hunter2@host/v1/ws", "ws://host/v1/ws?token=hunter2", "ftp://user:hunter2@host"):
        with pytest.raises(ValueError) as refused:
            RealTimeClient(endpoint)
        assert "hunter2" not in str(refused.value)
