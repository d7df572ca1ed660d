"""Calling what applications give, be it a plain function or a coroutine function."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, Callable


async def completed_or_awaited(function: Callable[..., Any], *arguments: Any) -> Any:
    """Plain functions run in a thread, because they may touch a disk or a network."""
    if inspect.iscoroutinefunction(function):
        return await function(*arguments)
    result = await asyncio.to_thread(function, *arguments)
    return await result if inspect.isawaitable(result) else result
