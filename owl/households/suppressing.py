"""Addresses that are not to be used: why and since when, and how that ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.foundation.counting import Counted, count
from owl.households.consent import agreed_wording, record_consent
from owl.households.models import ContactPoint, Suppression, SuppressionReason

# The owner took consent back; the other reasons are about the address, not about the person's will.
WITHDRAWALS = frozenset(
    {SuppressionReason.UNSUBSCRIBED, SuppressionReason.STOPPED, SuppressionReason.COMPLAINED},
)


def suppress(session: Session, contact_point_id: int, *, reason: SuppressionReason, source: str, now: datetime) -> bool:
    """Let nothing more be sent to the contact point; whether that is news.

    Belongs inside the caller's transaction. Twice is the same as once. Its owner's will is written
    over a fault of the address, never the other way round.
    """
    point = _locked(session, contact_point_id)
    if point is None or point.address_index is None:
        return False
    known = point.suppressed_reason
    if known is not None and (known in WITHDRAWALS or reason not in WITHDRAWALS):
        return False
    point.suppressed_at, point.suppressed_reason = now, reason
    note_suppression(session, point.address_index, reason=reason, now=now)
    count(Counted.SUPPRESSED, reason.value)
    if reason in WITHDRAWALS:
        record_consent(
            session,
            channel=point.channel,
            address_index=point.address_index,
            given=False,
            wording=agreed_wording(session, point.address_index),
            source=source,
            at=now,
        )
    return True


def lift_suppression(session: Session, contact_point_id: int, *, source: str, now: datetime) -> bool:
    """Let the contact point be used again, as its owner asks; whether that is news.

    Belongs inside the caller's transaction.
    """
    point = _locked(session, contact_point_id)
    if point is None or point.address_index is None or point.suppressed_at is None:
        return False
    forget_suppression(session, point.address_index)
    point.suppressed_at = point.suppressed_reason = None
    record_consent(
        session,
        channel=point.channel,
        address_index=point.address_index,
        given=True,
        wording=agreed_wording(session, point.address_index),
        source=source,
        at=now,
    )
    return True


def note_suppression(session: Session, address_index: bytes, *, reason: SuppressionReason, now: datetime) -> None:
    """Keep the address from being written to, even when nothing else is known of it."""
    row = insert(Suppression).values(address_index=address_index, reason=reason, since=now)
    session.execute(
        row.on_conflict_do_update(index_elements=["address_index"], set_={"reason": row.excluded.reason}),
    )


def forget_suppression(session: Session, address_index: bytes) -> None:
    """Let the address be written to again: somebody proved it and agreed."""
    session.execute(delete(Suppression).where(Suppression.address_index == address_index))


def _locked(session: Session, contact_point_id: int) -> ContactPoint | None:
    return session.scalar(
        select(ContactPoint)
        .where(ContactPoint.id == contact_point_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
