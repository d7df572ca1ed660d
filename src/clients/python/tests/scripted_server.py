"""A WebSocket server that says what a test wants it to say: for what a real one does rarely, or never."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Awaitable, Callable

import websockets

Script = Callable[["Peer"], Awaitable[None]]


class Peer:
    """One connection, as the server sees it."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._frames: list[dict[str, Any]] = []

    async def hears(self, kind: str) -> dict[str, Any]:
        """The next frame of this kind; others are left aside."""
        while True:
            while self._frames:
                frame = self._frames.pop(0)
                if kind in frame:
                    return frame
            self._frames = [json.loads(line) for line in (await self._socket.recv()).split("\n")]

    async def says(self, kind: str, body: dict[str, Any], id: int = 0) -> None:
        await self._socket.send(json.dumps({**({"id": id} if id else {}), kind: body}))

    async def says_text(self, text: str) -> None:
        await self._socket.send(text)

    async def welcomes(self, key: str = "k", **more: Any) -> dict[str, Any]:
        hello = await self.hears("hello")
        await self.says("welcome", {
            "connection": "c", "session": {"id": "s", "key": key, "resumed": False}, "node": "n1", "time": "2026-11-21T10:00:00.000Z", "heartbeatMs": 25000,
            "limits": {"frameBytes": 65536, "subscriptions": 200}, "reconnect": {"minMs": 10, "maxMs": 50, "factor": 1.5, "jitter": 0}, "subscriptions": [], **more}, hello["id"])
        return hello["hello"]

    async def takes_up(self, **more: Any) -> dict[str, Any]:
        subscribe = await self.hears("subscribe")
        body = subscribe["subscribe"]
        await self.says("subscribed", {"channel": body["channel"], "epoch": "k1", "offset": 0, "head": 0, "recovered": "none", **more}, subscribe["id"])
        return body

    async def event(self, offset: int, data: Any = None) -> None:
        await self.says("event", {
            "channel": "a", "offset": offset, "id": str(offset), "type": "t", "time": "2026-11-21T10:00:00.000Z", "priority": "normal", "data": data})

    async def closes(self, code: int, reason: str = "") -> None:
        await self._socket.close(code, reason)

    async def ends(self) -> None:
        """Until the client says bye, or is gone."""
        bye = await self.hears("bye")
        await self.says("close", {"code": 4001, "reason": "bye", "afterMs": 0}, bye.get("id", 0))
        await self._socket.wait_closed()


class ScriptedServer:
    """Plays its scripts one after the other, one per connection; the last one again and again."""

    def __init__(self, *scripts: Script, subprotocols: tuple[str, ...] = ("realtime.v1.json",)) -> None:
        self._scripts = list(scripts)
        self._subprotocols = subprotocols
        self.connections = 0
        self.faults: list[BaseException] = []

    @property
    def endpoint(self) -> str:
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1/ws"

    async def __aenter__(self) -> ScriptedServer:
        self._server = await websockets.serve(self._play, "127.0.0.1", 0, subprotocols=list(self._subprotocols) or None)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()
        assert self.faults == []

    async def _play(self, socket: Any) -> None:
        script = self._scripts[min(self.connections, len(self._scripts) - 1)]
        self.connections += 1
        peer = Peer(socket)
        try:
            await script(peer)
            await peer.ends()
        except websockets.exceptions.ConnectionClosed:
            pass
        except (AssertionError, asyncio.CancelledError) as fault:
            self.faults.append(fault)
            raise
