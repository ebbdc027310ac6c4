"""What the cookie holds between the steps of signing in, and while a second step is set up.

The cookie is signed, not sealed: what is secret in it is sealed here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import session

from owl.accounts.second_steps import new_secret
from owl.foundation.clock import utc_now
from owl.foundation.database import contact_keys
from owl.foundation.errors import Expired

KEY = "half_way"
LASTS = timedelta(minutes=10)
CODES = "new_recovery_codes"
CONTEXT = "cookie"


@dataclass(frozen=True, slots=True)
class HalfWay:
    """Somebody whose password was right a moment ago."""

    uniquifier: str
    email: str
    next: str  # where they wanted to go
    secret: str | None  # of the second step that they are setting up

    @property
    def new_secret(self) -> str:
        """The secret that they are setting up. Raises Expired for those who have no need to."""
        if self.secret is None:
            raise Expired("Please sign in again.")
        return self.secret


def remember_half_way(*, uniquifier: str, email: str, next_path: str, sets_up: bool) -> None:
    """Begin: the password was right."""
    held = {"uniquifier": uniquifier, "email": email, "next": next_path, "secret": new_secret() if sets_up else None}
    session[KEY] = {"at": utc_now().timestamp(), "sealed": _seal(held)}


def half_way() -> HalfWay:
    """Who is half way in. Raises Expired after ten minutes, and for those who never began."""
    kept = session.get(KEY)
    if not kept or utc_now().timestamp() - kept["at"] > LASTS.total_seconds():
        raise Expired("Please sign in again: that took longer than ten minutes.")
    return HalfWay(**_open(kept["sealed"]))


def forget_half_way() -> None:
    """End: they are in."""
    session.pop(KEY, None)


def keep_codes(codes: list[str]) -> None:
    """Hold new recovery codes until their owner says that they have them."""
    session[CODES] = _seal(codes)


def kept_codes() -> list[str]:
    """The recovery codes that still wait to be written down."""
    sealed = session.get(CODES)
    return list(_open(sealed)) if sealed else []


def drop_codes() -> None:
    """Their owner has them."""
    session.pop(CODES, None)


def _seal(held: object) -> bytes:
    return contact_keys().encrypt(json.dumps(held), context=CONTEXT)


def _open(sealed: bytes) -> Any:
    return json.loads(contact_keys().decrypt(sealed, context=CONTEXT))
