"""Writing down what became of deliveries, group by group, and only by the worker that still holds their batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import LiteralString

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.breaker import look, too_many
from owl.delivery.claiming import LEASE, Claim
from owl.delivery.faults import UNKNOWN, known, suppression_for
from owl.delivery.models import Delivery
from owl.delivery.pauses import UNKNOWN_TRIES, is_last_try
from owl.delivery.providers import Outcome, Result
from owl.foundation.clock import london_day
from owl.foundation.database import transaction
from owl.foundation.direct import Runs, Within, direct
from owl.households.suppressing import suppress
from owl.messages.models import MessageStatus

# By hand, because it runs for every twenty to fifty deliveries: one round trip, 0.3 ms with its 50 rows.
# A receipt may have come first: a delivery that has left `sending` keeps its status, and a group that is
# written twice (the answer to the commit was lost) counts once.
RECORD: LiteralString = """
WITH held AS (
    UPDATE batch SET lease_until = %(lease_until)s, crashes = 0
    WHERE message_id = %(message)s AND no = %(no)s AND attempt = %(attempt)s
    RETURNING message_id
), told AS (
    SELECT * FROM unnest(
        CAST(%(seqs)s AS integer[]), CAST(%(results)s AS text[]), CAST(%(provider_references)s AS text[]),
        CAST(%(segments)s AS integer[]), CAST(%(faults)s AS text[]), CAST(%(most_tries)s AS integer[])
    ) AS told (seq, result, reference, segments, fault, most_tries)
), moved AS (
    UPDATE delivery SET
        status = CASE
            WHEN delivery.status <> 'sending' THEN delivery.status
            WHEN told.result = 'sent' THEN 'sent'
            WHEN told.result = 'not now' THEN 'queued'
            WHEN told.result = 'permanent' OR %(is_last)s OR delivery.attempts + 1 >= told.most_tries THEN 'failed'
            WHEN told.result = 'temporary' THEN 'queued'
            ELSE 'sending'  -- unsure: the next try looks it up
        END,
        attempts = delivery.attempts
            + CAST(delivery.status = 'sending' AND told.result <> 'not now' AS integer),
        provider_reference = coalesce(told.reference, delivery.provider_reference),
        segments = coalesce(told.segments, delivery.segments),
        fault = CASE WHEN delivery.status = 'sending' THEN told.fault ELSE delivery.fault END,
        changed_at = CASE WHEN delivery.status = 'sending' THEN %(moment)s ELSE delivery.changed_at END
    FROM told, held
    WHERE delivery.message_id = %(message)s AND delivery.seq = told.seq
), spent AS (  -- on texts, for the day's ceiling; of mails there is no row
    INSERT INTO text_day (day, segments)
    SELECT %(day)s, sum(told.segments) FROM told, held HAVING sum(told.segments) > 0
    ON CONFLICT (day) DO UPDATE SET segments = text_day.segments + excluded.segments
)
SELECT message.status FROM held JOIN message ON message.id = held.message_id
"""

# What nearly every group of mails is: all taken, and nothing more to say of them. Half the work of RECORD.
RECORD_TAKEN: LiteralString = """
WITH held AS (
    UPDATE batch SET lease_until = %(lease_until)s, crashes = 0
    WHERE message_id = %(message)s AND no = %(no)s AND attempt = %(attempt)s
    RETURNING message_id
), moved AS (
    UPDATE delivery SET status = 'sent', attempts = delivery.attempts + 1, fault = NULL, changed_at = %(moment)s
    FROM held
    WHERE delivery.message_id = %(message)s AND delivery.seq = ANY (CAST(%(seqs)s AS integer[]))
        AND delivery.status = 'sending'
)
SELECT message.status FROM held JOIN message ON message.id = held.message_id
"""


class LeaseLost(Exception):
    """Another worker has the batch now; what this one still holds must not be recorded."""


def record_outcomes(claim: Claim, outcomes: Sequence[Outcome], *, now: datetime) -> bool:
    """Write each outcome to its delivery and renew the lease; whether the message still goes out.

    An unsure one stays in `sending`, for the next attempt to look up. Raises LeaseLost.
    """
    held = {
        "lease_until": now + LEASE,
        "message": claim.message.id,
        "no": claim.no,
        "attempt": claim.attempt,
        "seqs": [outcome.seq for outcome in outcomes],
        "moment": now,
    }
    if all(outcome.result is Result.SENT and outcome.reference is None for outcome in outcomes):
        return _write(direct(), RECORD_TAKEN, held)
    told = held | _told(claim, outcomes, now)
    refused = [outcome for outcome in outcomes if outcome.result is Result.PERMANENT]
    if not refused:
        return _write(direct(), RECORD, told)
    with transaction() as session:
        goes_on = _write(Within(session), RECORD, told)
        _leave_alone(session, claim, refused, now)
        stopped = too_many(len(refused), len(outcomes)) and look(session, claim.message.id, now)
    return goes_on and not stopped


def _told(claim: Claim, outcomes: Sequence[Outcome], now: datetime) -> dict[str, object]:
    """What RECORD needs to know of the outcomes."""
    return {
        "results": [outcome.result.value for outcome in outcomes],
        "provider_references": [outcome.reference for outcome in outcomes],
        "segments": [outcome.segments for outcome in outcomes],
        "faults": [outcome.fault for outcome in outcomes],
        "most_tries": [UNKNOWN_TRIES if known(outcome.fault) is UNKNOWN else None for outcome in outcomes],
        "is_last": is_last_try(claim.message, now),
        "day": london_day(now),
    }


def _write(database: Runs, statement: LiteralString, told: Mapping[str, object]) -> bool:
    row = database.run(statement, told)
    if row is None:
        raise LeaseLost
    return bool(row[0] == MessageStatus.SENDING.value)


def _leave_alone(session: Session, claim: Claim, refused: Sequence[Outcome], now: datetime) -> None:
    """Suppress the contact points that turned out to be dead or unwilling."""
    dead = {outcome.seq: reason for outcome in refused if (reason := suppression_for(outcome.fault))}
    if not dead:
        return
    rows = session.execute(
        sa.select(Delivery.seq, Delivery.contact_point_id).where(
            Delivery.message_id == claim.message.id, Delivery.seq.in_(dead)
        )
    )
    for seq, contact_point_id in rows.all():
        suppress(session, contact_point_id, reason=dead[seq], source="provider", now=now)
