"""How many replies one link may bring in a day.

Counted in Redis, not in the database: a count beside the replies would tell who wrote the
anonymous ones. It is gone after a day, and holds nothing by which a reply can be found.
"""

from __future__ import annotations

import hashlib

import redis
import structlog

from owl.foundation.errors import TooMany
from owl.foundation.jobs import connection
from owl.foundation.languages import gettext

log = structlog.get_logger()

REPLIES_A_DAY = 10
DAY_S = 24 * 60 * 60


def hold_daily_cap(message_id: int, seq: int, form_key: str) -> None:
    """Count this form against its link; the same form counts once.

    Raises TooMany. Where Redis is out of reach the reply is let in: losing one is worse.
    """
    name = f"owl:replies:{message_id}:{seq}"
    # Not the hash that the reply's row holds.
    form = hashlib.sha256(b"daily cap" + form_key.encode(errors="replace")).digest()
    try:
        if _forms_after(name, form) > REPLIES_A_DAY and connection().srem(name, form):
            raise TooMany(gettext("You have written many times today. Please try again tomorrow, or call 101."))
    except redis.RedisError as error:
        log.warning("the daily cap of replies is not held", error=type(error).__name__)


def _forms_after(name: str, form: bytes) -> int:
    """How many forms the link has brought with this one; 0 where this one was counted before."""
    pipeline = connection().pipeline()
    pipeline.sadd(name, form)
    pipeline.expire(name, DAY_S, nx=True)
    pipeline.scard(name)
    added, _, forms = pipeline.execute()
    return int(forms) if added else 0
