"""Addresses that a client can connect to."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

_SCHEMES = {"ws": "ws", "wss": "wss", "http": "ws", "https": "wss"}
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def address_of(endpoint: str) -> str:
    """A ws, wss, http or https address as that of a WebSocket; without a path it is ``/v1/ws``."""
    parts = urlsplit(endpoint)
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise ValueError(f"An endpoint such as ws://127.0.0.1:8080/v1/ws is expected; {_without_secrets(endpoint)!r} came.")
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError("An endpoint without credentials, query and fragment is expected, because addresses end up in logs; give a token as token=….")
    path = "/v1/ws" if parts.path in ("", "/") else parts.path
    return urlunsplit((_SCHEMES[parts.scheme], parts.netloc, path, "", ""))


def is_encrypted(address: str) -> bool:
    return address.startswith("wss:")


def leaves_the_machine(address: str) -> bool:
    return urlsplit(address).hostname not in _LOOPBACK


def _without_secrets(endpoint: str) -> str:
    # What stands before an @ or behind a ? may be one.
    return endpoint.rsplit("@", 1)[-1].split("?", 1)[0].split("#", 1)[0]
