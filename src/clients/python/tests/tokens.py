"""Tokens as an identity provider would sign them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

SECRET = "a-secret-of-these-tests-with-32-bytes-or-more"


def token(lasts: float, secret: str = SECRET, **claims: object) -> str:
    now = int(time.time())
    signed = ".".join(_encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, {"sub": "u1", "iat": now, "exp": int(now + lasts), **claims}))
    return f"{signed}.{_encoded(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def _encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
