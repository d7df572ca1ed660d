"""Frames that come in pieces, put together again. What is held is bounded."""

from __future__ import annotations

import json
from typing import Any, Callable

from . import json_codec
from .frames import MESSAGE_BYTES_MAX, Piece, ServerFrame

_UNDER_WAY_MAX = 4


class PieceJoin:
    def __init__(self, loads: Callable[[str], Any] = json.loads) -> None:
        self._loads = loads
        self._under_way: dict[int, bytearray] = {}

    def join(self, frames: list[ServerFrame]) -> list[ServerFrame]:
        """The frames, with one that came in pieces where its last piece stands. Raises FrameError for pieces that cannot become a frame."""
        if not any(isinstance(frame, Piece) for frame in frames):
            return frames
        joined: list[ServerFrame] = []
        for frame in frames:
            if isinstance(frame, Piece):
                joined += self._take(frame)
            else:
                joined.append(frame)
        return joined

    def _take(self, piece: Piece) -> list[ServerFrame]:
        data = self._under_way.setdefault(piece.of, bytearray())
        if len(self._under_way) > _UNDER_WAY_MAX or len(data) + len(piece.data) > MESSAGE_BYTES_MAX:
            raise json_codec.FrameError(f"At most {_UNDER_WAY_MAX} frames of {MESSAGE_BYTES_MAX} bytes are expected in pieces; more came.")
        data += piece.data
        if not piece.last:
            return []
        del self._under_way[piece.of]
        if not piece.data:
            # The server has given up the rest: what it was about is over.
            return []
        frames = json_codec.decode(bytes(data), self._loads)
        if len(frames) != 1 or isinstance(frames[0], Piece):
            raise json_codec.FrameError("The pieces of one frame are expected to be one frame; they are not.")
        return frames
