"""How many ballots the open link takes from one address in an hour, and from all together: as administrators set.

Counted in Redis for an hour, under a hash by a key that was drawn at random and is gone a day later: no address is
kept. Where Redis is out of reach ballots are let in, since losing one is worse: they are counted apart anyway.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets

import redis
import structlog
from sqlalchemy.orm import Session

from owl.accounts.limits import limit
from owl.accounts.models import Limit
from owl.foundation.errors import TooMany
from owl.foundation.jobs import connection
from owl.foundation.languages import gettext

log = structlog.get_logger()

HOUR_S, DAY_S = 60 * 60, 24 * 60 * 60
KEY, COUNT = "owl:open-ballots:key", "owl:open-ballots:count"
NEIGHBOURS = 64  # bits of an IPv6 address that one home or machine holds


def hold_back_stuffing(session: Session, slug: str, address: str) -> None:
    """Count a ballot for this consultation from this address. Raises TooMany."""
    try:
        here, in_all = _counted(slug, address)
    except redis.RedisError as error:
        log.warning("open ballots are not held back", error=type(error).__name__)
        return
    if here > limit(session, Limit.BALLOTS_OF_ONE_ADDRESS):
        raise TooMany(
            gettext(
                "Many answers came at once from where you are. Yours were not sent, and are still below."
                " Please try again in an hour."
            )
        )
    if in_all > limit(session, Limit.BALLOTS_OF_ALL):
        raise TooMany(
            gettext(
                "Very many answers are coming in. Yours were not sent, and are still below."
                " Please try again in an hour."
            )
        )


def _counted(slug: str, address: str) -> tuple[int, int]:
    line = connection()
    line.set(KEY, secrets.token_bytes(32), ex=DAY_S, nx=True)
    key = line.get(KEY)
    whose = hashlib.blake2b(f"{slug} {_whole(address)}".encode(), key=bytes(key or b""), digest_size=16).hexdigest()  # type: ignore[arg-type]
    counted = []
    for name in (f"{COUNT}:{whose}", f"{COUNT}:{slug}"):
        pipeline = line.pipeline()
        pipeline.incr(name)
        pipeline.expire(name, HOUR_S, nx=True)
        counted.append(int(pipeline.execute()[0]))
    return counted[0], counted[1]


def _whole(address: str) -> str:
    """The address of one machine, or what one machine can choose its addresses from."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((known, NEIGHBOURS), strict=False)) if known.version > 4 else str(known)
