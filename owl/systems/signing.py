"""How a call to another system is signed: Standard Webhooks 1.0, with HMAC-SHA-256."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    """A secret of a webhook, as its system keeps it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signed_headers(secret: str, *, call_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers by which the system knows that the call is ours, and when it was made."""
    seconds = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    code = hmac.digest(key, f"{call_id}.{seconds}.".encode() + body, "sha256")
    return {
        "webhook-id": call_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(code).decode()}",
    }
