"""Writing down what came to return paths, many at once, before any of it is acknowledged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.delivery.bounces.reading import Report
from owl.delivery.bounces.verdicts import Verdict
from owl.delivery.models import Bounce, Delivery
from owl.foundation.database import enqueue, transaction
from owl.foundation.jobs import Job, Queue
from owl.foundation.logs import hide
from owl.foundation.notices import Channel
from owl.households.contact_points import index_of
from owl.households.models import ContactPoint

LONGEST_WORDS = 200  # characters
# Whatever could name somebody: brackets, quotes, addresses of machines that stand for a person's line, long numbers.
NAMES = re.compile(r"<[^>]*>?|\"[^\"]*\"?|'[^']*'|\([^)]*\)|\[[^\]]*\]|\S*@\S*|\S*=\S*|\S*\d{4,}\S*")


@dataclass(frozen=True, slots=True)
class Said:
    """One report, and the delivery whose return path it came to."""

    message_id: int
    seq: int
    report: Report
    digest: bytes

    @classmethod
    def of(cls, delivery: tuple[int, int], report: Report, content: bytes) -> Said:
        """What was said in a mail that came as these bytes."""
        return cls(*delivery, report, digest_of(content))


def digest_of(content: bytes) -> bytes:
    """The same for the same mail, even if it took another way here: its headers are left out."""
    head, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    return hashlib.sha256(body or head).digest()


def store_bounces(said: Sequence[Said], *, now: datetime) -> int:
    """Keep what was said and queue its settling; how much of it is new. On disk when this returns."""
    with transaction() as session:
        known = _addresses(session, [one for one in said if one.report.is_of_several])
        rows = [_row(one, known.get((one.message_id, one.seq)), now) for one in said]
        added = insert(Bounce).on_conflict_do_nothing().returning(Bounce.id)
        new = len(session.scalars(added, rows).all())
        if new:
            enqueue(session, Job.SETTLE_BOUNCES, queue=Queue.NOTICES, once=True)
    return new


def without_names(words: str) -> str | None:
    """The words of a refusal, without what could tell who was written to."""
    bare = str(hide(NAMES.sub(" ", words)))
    return " ".join(bare.split())[:LONGEST_WORDS] or None


def _row(one: Said, address_index: bytes | None, now: datetime) -> dict[str, object]:
    found = one.report.finding(lambda name: address_index == index_of(Channel.EMAIL, name))
    return {
        "message_id": one.message_id,
        "seq": one.seq,
        "digest": one.digest,
        "verdict": found.verdict,
        "fault": found.fault,
        "words": without_names(one.report.words) if found.verdict is Verdict.OURS else None,
        "received_at": now,
    }


def _addresses(session: Session, said: Sequence[Said]) -> dict[tuple[int, int], bytes | None]:
    """The blind indexes of the addresses that these deliveries went to."""
    if not said:
        return {}
    rows = session.execute(
        sa.select(Delivery.message_id, Delivery.seq, ContactPoint.address_index)
        .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .where(sa.tuple_(Delivery.message_id, Delivery.seq).in_([(one.message_id, one.seq) for one in said]))
    )
    return {(message_id, seq): index for message_id, seq, index in rows.all()}
