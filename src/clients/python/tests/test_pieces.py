import base64
import json

import pytest

from realtime_actors.protocol import json_codec
from realtime_actors.protocol.frames import Ping, Pong
from realtime_actors.protocol.json_codec import FrameError
from realtime_actors.protocol.pieces import PieceJoin


def piece(of, data, last=False):
    return json_codec.decode(json.dumps({"piece": {"of": of, "last": last, "data": base64.b64encode(data).decode()}}))


def test_frames_come_together_while_others_are_under_way():
    join = PieceJoin()

    assert join.join(piece(1, b'{"po') + json_codec.decode('{"ping":{}}') + piece(2, b'{"id":3,')) == [Ping()]
    assert join.join(piece(2, b'"pong":{}}', last=True)) == [Pong(3)]
    assert join.join(piece(1, b'ng":{}}', last=True)) == [Pong()]


def test_a_frame_that_the_server_gives_up_is_forgotten():
    join = PieceJoin()

    assert join.join(piece(1, b'{"po') + piece(1, b"", last=True)) == []
    assert join.join(piece(1, b'{"pong":{}}', last=True)) == [Pong()]


def test_what_cannot_become_a_frame_is_told():
    for data in (b"no frame", json.dumps({"piece": {"of": 2, "last": True, "data": ""}}).encode()):
        with pytest.raises(FrameError):
            PieceJoin().join(piece(1, data, last=True))


def test_what_is_held_is_bounded():
    join = PieceJoin()
    for of in range(1, 5):
        join.join(piece(of, bytes(1_048_576)))

    with pytest.raises(FrameError):
        join.join(piece(1, b"x"))
    with pytest.raises(FrameError):
        PieceJoin().join([frame for of in range(1, 6) for frame in piece(of, b"x")])
