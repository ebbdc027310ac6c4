"""Making digests: one delivery for each address, and a note of what it carries, in one transaction.

Twice is the same as once, also by two clocks at once: a digest's key is its rhythm and day. What was
killed in the middle was never there, and the next tick makes it.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.delivery.digests.models import Digest
from owl.delivery.digests.slots import FOR, Slot, due_slots
from owl.delivery.digests.waiting import let_go, waiting_messages
from owl.delivery.finishing import close_message
from owl.delivery.partitions import ensure_partition
from owl.delivery.planning import Planned, plan_batches
from owl.foundation.audit import record_act
from owl.foundation.database import db, transaction
from owl.households.choices import Kind
from owl.messages.models import Message, MessageStatus, Severity

NOBODY: dict[str, list[str]] = {
    "include": [],
    "exclude": [],
    "channels": [],
}  # a digest goes to whoever waits, not to an area

WAITING = """
    SELECT delivery.message_id, delivery.seq, delivery.household_id, own.id, own.channel, own.subscriber_id
    FROM delivery
    JOIN contact_point AS own ON own.id = delivery.contact_point_id
    JOIN subscriber ON subscriber.id = own.subscriber_id
    WHERE delivery.message_id = ANY (:messages) AND delivery.status = 'held_for_digest'
        AND subscriber.rhythm = ANY (:rhythms)
        AND NOT EXISTS (
            SELECT FROM carried WHERE carried.message_id = delivery.message_id AND carried.seq = delivery.seq
        )
"""
ANYBODY = sa.text(f"SELECT EXISTS ({WAITING})")

# A text waits for its owner's mail where there is one, so that a person with both gets one mail and no text.
# Deliveries are numbered by team and by what they carry: those that read the same come one after the other.
COMPOSE = sa.text(f"""
WITH waiting AS ({WAITING}), addressed AS MATERIALIZED (
    SELECT waiting.message_id, waiting.seq, waiting.household_id,
        CASE WHEN waiting.channel = 'email' THEN waiting.id ELSE coalesce(other.mail, other.text) END AS carrier
    FROM waiting
    CROSS JOIN LATERAL (
        SELECT min(id) FILTER (WHERE channel = 'email') AS mail, min(id) FILTER (WHERE channel = 'sms') AS text
        FROM contact_point
        WHERE contact_point.subscriber_id = waiting.subscriber_id
            AND contact_point.suppressed_at IS NULL AND contact_point.address_index IS NOT NULL
    ) AS other
), carriers AS (
    SELECT carrier, min(household_id) AS household_id, array_agg(DISTINCT message_id ORDER BY message_id) AS carries
    FROM addressed
    GROUP BY carrier
), numbered AS MATERIALIZED (
    SELECT carrier, household_id, channel, row_number() OVER (
        ORDER BY channel, household.neighbourhood_id, carries, carrier
    ) AS seq
    FROM carriers
    JOIN contact_point ON contact_point.id = carrier
    LEFT JOIN household ON household.id = household_id
), written AS (
    INSERT INTO delivery (message_id, seq, contact_point_id, household_id, status, attempts, changed_at)
    SELECT :digest, seq, carrier, household_id, 'queued', 0, :moment FROM numbered
), noted AS (
    INSERT INTO carried (message_id, seq, digest_id, digest_seq)
    SELECT addressed.message_id, addressed.seq, :digest, numbered.seq FROM addressed JOIN numbered USING (carrier)
)
SELECT count(*), count(DISTINCT household_id), count(*) FILTER (WHERE channel = 'email') FROM numbered
""")  # noqa: S608  # the only part put in is a constant of ours


def compose_digests(*, now: datetime) -> int:
    """Make every digest that is due and not made yet; to how many addresses they go."""
    return sum(_make(slot, now) for slot in due_slots(now) if not _is_made(slot))


def _is_made(slot: Slot) -> bool:
    made = sa.exists().where(Digest.rhythm == slot.rhythm, Digest.day == slot.day)
    return bool(db.session.scalar(sa.select(made)))


def _make(slot: Slot, now: datetime) -> int:
    with transaction() as session:
        mine = insert(Digest).values(rhythm=slot.rhythm, day=slot.day).on_conflict_do_nothing().returning(Digest.day)
        if session.scalar(mine) is None:  # another clock was faster
            return 0
        waiting = waiting_messages(session, now)
        let_go(session, waiting, now=now)
        asked = {"messages": waiting, "rhythms": [rhythm.value for rhythm in FOR[slot.rhythm]]}
        if not session.scalar(ANYBODY, asked):  # nobody gets an empty mail
            return 0
        message = _message(session, slot, now)
        ensure_partition(session, message.id)
        targeted, homes, mails = session.execute(COMPOSE, asked | {"digest": message.id, "moment": now}).one()
        planned = Planned(targeted, homes, mails, overridden=0)
        message.targeted, message.homes = planned.targeted, planned.homes
        session.execute(
            sa.update(Digest).where(Digest.rhythm == slot.rhythm, Digest.day == slot.day).values(message_id=message.id)
        )
        plan_batches(session, message, planned, now=now)
        close_message(session, message.id, now=now)  # where they all left between two statements
        record_act(
            session, "make digest", actor_id=None, subject="message", subject_id=message.id, now=now,
            rhythm=slot.rhythm.value, day=slot.day.isoformat(), targeted=planned.targeted,
        )  # fmt: skip
    return planned.targeted


def _message(session: Session, slot: Slot, now: datetime) -> Message:
    message = Message(
        kind=Kind.DIGEST, severity=Severity.ROUTINE, status=MessageStatus.SENDING, title=slot.title, body="",
        audience=NOBODY, neighbourhood_ids=[], created_at=now, approved_at=now,
    )  # fmt: skip
    session.add(message)
    session.flush()
    return message
