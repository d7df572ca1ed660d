"""One WebSocket: frames in and out. Frames that wait leave together in one message; while one is sent, the next gathers."""

from __future__ import annotations

import asyncio
import logging
import ssl
from typing import Any, Callable, Protocol

import websockets
import websockets.exceptions
from websockets.exceptions import ConnectionClosed

from ..protocol import json_codec
from ..protocol.frames import MESSAGE_BYTES_MAX, ClientFrame, ServerFrame
from ..protocol.pieces import PieceJoin

_MESSAGE_CHARACTERS_FULL = 64 * 1024
_CLOSE_WITHIN = 1.0
_LOG = logging.getLogger("realtime_actors")

# The package logs whole messages at the level of debugging, and a hello has a token in it: this logger does not go down that far.
_PACKAGE_LOG = logging.getLogger("realtime_actors.websockets")
_PACKAGE_LOG.setLevel(logging.INFO)


class LinkListener(Protocol):
    """What a link tells, always with its number."""

    def link_opened(self, connection: int) -> None: ...

    def link_received(self, connection: int, frames: list[ServerFrame]) -> None: ...

    def link_violated(self, connection: int, reason: str) -> None: ...

    def link_ended(self, connection: int, code: int | None, reason: str) -> None: ...


class WebSocketLink:
    """Opens at once; what comes of it is told the listener. Used from the thread of its event loop only."""

    def __init__(
        self, connection: int, address: str, listener: LinkListener, loads: Callable[[str], Any], ssl_context: ssl.SSLContext | None, open_within: float
    ) -> None:
        self.connection = connection
        self._address = address
        self._listener = listener
        self._loads = loads
        self._ssl_context = ssl_context
        self._open_within = open_within
        # The package's two implementations of a connection have no base in common.
        self._socket: Any = None
        self._pieces = PieceJoin(loads)
        self._waiting: list[str] = []
        self._sending: asyncio.Task[None] | None = None
        self._close_reason: str | None = None
        self._abort: asyncio.TimerHandle | None = None
        self.run = asyncio.ensure_future(self._run_to_the_end())

    def enqueue(self, frame: ClientFrame) -> None:
        """Adds a frame to what leaves with the next flush."""
        self._waiting.append(json_codec.encode(frame))

    def flush(self) -> None:
        """Sends what waits, unless that is being done."""
        if self._waiting and self._sending is None and self._socket is not None:
            self._sending = asyncio.ensure_future(self._send_all())

    def close(self, reason: str) -> None:
        """Sends what waits and closes. Nothing is told any more."""
        if self._close_reason is not None:
            return
        self._close_reason = reason
        if self._socket is None:
            self.run.cancel()
            return
        # A peer that no longer reads would otherwise keep it for ever.
        self._abort = asyncio.get_running_loop().call_later(2 * _CLOSE_WITHIN, self._abort_now)
        if self._sending is None:
            self._sending = asyncio.ensure_future(self._send_all())

    async def ended(self) -> None:
        """Returns when nothing of it runs any more."""
        await asyncio.wait([task for task in (self.run, self._sending) if task is not None])

    async def _run_to_the_end(self) -> None:
        code: int | None = None
        reason = "the connection has ended"
        try:
            self._socket = await self._connect()
            if self._socket.subprotocol != json_codec.SUBPROTOCOL:
                await self._socket.close(1002, "")
                reason = f"The server was expected to speak {json_codec.SUBPROTOCOL}; it chose {self._socket.subprotocol or 'none'}. Is {self._address} the right address?"
            else:
                if self._close_reason is None:
                    self._listener.link_opened(self.connection)
                await self._read()
        except ConnectionClosed as closed:
            # Only a code that the other side sent is the server's word.
            if closed.rcvd is not None:
                code, reason = closed.rcvd.code, closed.rcvd.reason or reason
        except (OSError, EOFError, asyncio.TimeoutError, websockets.exceptions.WebSocketException) as fault:
            reason = f"{self._address}: {str(fault) or type(fault).__name__}"
        except Exception as fault:
            _LOG.exception("The connection to %s failed in a way that was not foreseen.", self._address)
            reason = f"{self._address}: {type(fault).__name__}"
        if self._abort is not None:
            self._abort.cancel()
        if self._close_reason is None:
            self._listener.link_ended(self.connection, code, reason)

    async def _connect(self) -> Any:
        # These options exist, under these names, in the package's older implementation (10 … 13) and in its newer one (14 …).
        options: dict[str, Any] = {
            "subprotocols": [json_codec.SUBPROTOCOL],
            "compression": None,
            # The contract has its own signs of life.
            "ping_interval": None,
            "open_timeout": self._open_within,
            "close_timeout": _CLOSE_WITHIN,
            "max_size": MESSAGE_BYTES_MAX,
            "logger": _PACKAGE_LOG,
        }
        if self._ssl_context is not None and self._address.startswith("wss:"):
            options["ssl"] = self._ssl_context
        # The package chooses its implementation when it is asked for this name; type checkers of older versions do not see it.
        connect = getattr(websockets, "connect")
        return await connect(self._address, **options)

    async def _read(self) -> None:
        while True:
            message = await self._socket.recv()
            if self._close_reason is not None:
                continue
            try:
                frames = self._pieces.join(json_codec.decode(message, self._loads))
            except json_codec.FrameError as error:
                self._listener.link_violated(self.connection, str(error))
                continue
            self._listener.link_received(self.connection, frames)
            # Messages that wait already are received without a pause; others want their turn.
            await asyncio.sleep(0)

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                await self._socket.send(self._take_message())
            if self._close_reason is not None:
                await self._socket.close(1000, _shortened(self._close_reason))
        except (OSError, websockets.exceptions.WebSocketException):
            # The reader sees the same end and tells it.
            self._waiting.clear()
        finally:
            self._sending = None
        # What was added, or asked for, while the last of it was on its way.
        if self._close_reason is None:
            self.flush()

    def _abort_now(self) -> None:
        transport = getattr(self._socket, "transport", None)
        if transport is not None:
            transport.abort()

    def _take_message(self) -> str:
        count, characters = 0, 0
        while count < len(self._waiting) and characters < _MESSAGE_CHARACTERS_FULL:
            characters += len(self._waiting[count])
            count += 1
        message = "\n".join(self._waiting[:count])
        del self._waiting[:count]
        return message


def _shortened(reason: str) -> str:
    """RFC 6455, 5.5: a control frame has at most 125 bytes, two of which are the code."""
    return reason.encode()[:123].decode(errors="ignore")
