"""Tokens as an application gives them: a text, a function, or a coroutine function."""

from __future__ import annotations

import base64
import json
import time
from typing import Awaitable, Callable, Union

from .calls import completed_or_awaited

Token = Union[str, Callable[[], str], Callable[[], Awaitable[str]]]


async def obtain(function: Callable[[], Union[str, Awaitable[str]]]) -> str:
    """Asks the function; a plain one runs in a thread, because it may take its time."""
    token = await completed_or_awaited(function)
    if not isinstance(token, str) or not token:
        raise TypeError(f"The token function is expected to give a text that is not empty; it gave {type(token).__name__}.")
    return token


def lasts(token: str) -> float | None:
    """How many seconds a JWT says it holds from now on; None where it does not say. A hint: nothing of it is verified here."""
    try:
        payload = token.split(".")[1]
        ends = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"]
        return float(ends) - time.time()
    except (IndexError, ValueError, KeyError, TypeError):
        return None
