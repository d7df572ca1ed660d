"""Tokens as an application gives them: a text, a function, or a coroutine function."""

from __future__ import annotations

import base64
import json
import time
from typing import Awaitable, Callable, Union

from .calls import completed_or_awaited

_LONGEST = 10 * 365 * 86_400.0

Token = Union[str, Callable[[], str], Callable[[], Awaitable[str]]]


async def obtain(function: Callable[[], Union[str, Awaitable[str]]]) -> str:
    """Asks the function; a plain one runs in a thread, because it may take its time."""
    token = await completed_or_awaited(function)
    if not isinstance(token, str) or not token:
        raise TypeError(f"The token function is expected to give a text that is not empty; it gave {type(token).__name__}.")
    return token


def lasts(token: str) -> float | None:
    """How many seconds a JWT says it holds from now on; None where it does not say, or the clock here cannot be right. A hint: nothing of it is
    verified here."""
    try:
        _, payload, _ = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        ends = float(claims["exp"])
        left = ends - time.time()
        # From its issue to its end it holds for so long, whatever the clocks say; one that was kept for a while holds for less.
        whole = ends - float(claims.get("iat", time.time()))
        seconds = min(left, whole) if left > 0 else whole
        return seconds if 0 < seconds < _LONGEST else None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None
