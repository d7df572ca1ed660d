"""What a client does about the codes of the contract; unknown ones are read by their range."""

from __future__ import annotations

BYE = 4001
TAKEN_OVER = 4404
TOKEN_EXPIRED = 4301
INTERNAL = 100
FORBIDDEN = 103
CONFLICT = 108
OUT_OF_WINDOW = 109
TIMEOUT = 114
RIGHT_MISSING = 2001

_ERRORS = {
    100: ("internal", "backoff"),
    101: ("bad_request", "never"),
    102: ("unauthenticated", "token"),
    103: ("forbidden", "never"),
    104: ("unknown_channel", "never"),
    105: ("limit_exceeded", "never"),
    106: ("rate_limited", "backoff"),
    107: ("position_gone", "resync"),
    108: ("conflict", "never"),
    109: ("fenced_or_out_of_window", "never"),
    110: ("too_large", "never"),
    111: ("not_enabled", "never"),
    112: ("expired", "token"),
    113: ("overloaded", "backoff"),
    114: ("timeout", "same"),
}

RETRIES = frozenset({"never", "same", "backoff", "token", "resync"})

_CLOSES = {
    4000: "going_away",
    4001: "bye",
    4002: "silent",
    4100: "session_unreachable",
    4101: "no_room",
    4102: "too_slow",
    4301: "token_expired",
    4400: "not_this_protocol",
    4401: "no_hello",
    4402: "beyond_limits",
    4404: "taken_over",
}


def name_of(code: int) -> str:
    """The name of an error, of an unsubscribe or of a close."""
    if 2000 <= code < 3000:
        return "unsubscribed"
    if code >= 4000:
        return _CLOSES.get(code, "closed")
    return _ERRORS.get(code, ("internal", ""))[0]


def retry_of(code: int) -> str:
    """What is to be done about a code: ``never``, ``same``, ``backoff``, ``token`` or ``resync``."""
    if 2000 <= code < 2500 or 4400 <= code < 4500 or code == BYE:
        return "never"
    if 4300 <= code < 4400:
        return "token"
    if 4000 <= code < 4100 or 4200 <= code < 4300:
        return "same"
    return _ERRORS.get(code, ("internal", "backoff"))[1]
