"""Pauses that grow from attempt to attempt and are spread by chance, so that clients that were cut off together do not come back together."""

from __future__ import annotations

from ..protocol.frames import ReconnectAdvice


def pause(advice: ReconnectAdvice, attempt: int, chance: float) -> float:
    """Seconds to wait before an attempt (0: the first); ``chance`` is 0 … 1."""
    # The exponent is bounded so that a long outage does not reach infinity.
    whole = min(advice.shortest * max(1.0, advice.factor) ** min(attempt, 64), advice.longest)
    jitter = min(max(advice.jitter, 0.0), 1.0)
    return whole * (1 - jitter + jitter * min(max(chance, 0.0), 1.0))
