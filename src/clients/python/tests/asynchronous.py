"""Asynchronous tests without another package, and a way to wait for what a test is about instead of for a while."""

from __future__ import annotations

import asyncio
import functools
from typing import Any, Awaitable, Callable

PATIENCE = 60.0
PATIENCE_WITH_KILLS = 400.0


def asynchronous(test: Callable[..., Awaitable[None]], patience: float = PATIENCE) -> Callable[..., None]:
    @functools.wraps(test)
    def run(*arguments: Any, **named: Any) -> None:
        asyncio.run(asyncio.wait_for(test(*arguments, **named), patience))

    return run


with_kills = functools.partial(asynchronous, patience=PATIENCE_WITH_KILLS)


class Seen:
    """What an application saw, and a way to wait until it has seen enough."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self._more = asyncio.Condition()

    async def __call__(self, event: Any) -> None:
        async with self._more:
            self.events.append(event)
            self._more.notify_all()

    @property
    def offsets(self) -> list[int]:
        return [event.offset for event in self.events]

    async def at_least(self, count: int) -> None:
        async with self._more:
            await self._more.wait_for(lambda: len(self.events) >= count)

    async def count_is(self, count: int) -> None:
        await self.at_least(count)
        assert len(self.events) == count, f"{count} events are expected; {len(self.events)} came."
