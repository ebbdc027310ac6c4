"""Years of deliveries that were, so that a bench can show that they cost nothing."""

from __future__ import annotations

import sqlalchemy as sa

from bench.stage import Say, Stage
from owl.delivery.partitions import ensure_partition
from owl.foundation.database import db, transaction

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
            message_id = session.scalar(_MESSAGE, {"author": here.users[0].id, "each": each})
            assert message_id is not None
            ensure_partition(session, message_id)
            session.execute(_DELIVERIES, {"message_id": message_id, "each": each})
        there += each
        say(f"  {there:,} of {wanted:,} old deliveries")
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE delivery"))
    return there


_MESSAGE = sa.text(
    """
    INSERT INTO message (code, kind, severity, status, version, title, body, audience, neighbourhood_ids, targeted,
                         homes, author_id, created_at, approved_at, finished_at)
    VALUES ('old ' || gen_random_uuid(),
            'crime_alert', 'routine', 'sent', 1, 'Long ago', 'Long ago', '{}', '{}', :each, :each,
            :author, now() - interval '1 year', now() - interval '1 year', now() - interval '1 year')
    RETURNING id
    """
)
_DELIVERIES = sa.text(
    """
    INSERT INTO delivery (message_id, seq, contact_point_id, household_id, status, attempts, changed_at)
    SELECT :message_id, row_number() OVER (ORDER BY id), id, id, 'sent', 1, now() - interval '1 year'
    FROM (SELECT id FROM contact_point ORDER BY id LIMIT :each) AS point
    """
)
