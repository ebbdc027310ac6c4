"""Years of deliveries that were, so that a bench can show that they cost nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bench.stage import Say, Stage
from owl.delivery.partitions import ensure_partition
from owl.foundation.clock import utc_now
from owl.foundation.database import db, transaction
from owl.households.choices import Kind
from owl.messages.models import Message, MessageStatus, Severity

EACH = 170_000  # deliveries of one old message


def old_deliveries(here: Stage, wanted: int, say: Say) -> int:
    """How many there are after making those that are missing; all of them sent."""
    there = db.session.scalar(sa.text("SELECT count(*) FROM delivery")) or 0
    points = db.session.scalar(sa.text("SELECT count(*) FROM contact_point")) or 0
    db.session.rollback()
    each = min(EACH, points)
    while there < wanted:
        with transaction() as session:
            session.execute(sa.text("SET LOCAL session_replication_role = replica"))  # nothing to look up a row
            old = sent_message(here.users[0].id, each, at=utc_now() - timedelta(days=365))
            session.add(old)
            session.flush()
            ensure_partition(session, old.id)
            session.execute(_DELIVERIES, {"message_id": old.id, "each": each})
        there += each
        say(f"  {there:,} of {wanted:,} old deliveries")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE delivery"))
    return there


_DELIVERIES = sa.text(
    """
    INSERT INTO delivery (message_id, seq, contact_point_id, household_id, status, attempts, changed_at)
    SELECT :message_id, row_number() OVER (ORDER BY id), id, id, 'sent', 1, now() - interval '1 year'
    FROM (SELECT id FROM contact_point ORDER BY id LIMIT :each) AS point
    """
)


def sent_message(author_id: int, each: int, *, at: datetime) -> Message:
    """A message that went out then, with what a new row has besides."""
    return Message(
        kind=Kind.CRIME_ALERT, severity=Severity.ROUTINE, status=MessageStatus.SENT, title="Long ago", body="Long ago",
        audience={}, neighbourhood_ids=[], targeted=each, homes=each, author_id=author_id, created_at=at,
        approved_at=at, finished_at=at,
    )  # fmt: skip
