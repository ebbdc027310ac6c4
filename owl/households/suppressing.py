"""Addresses that are not to be used: why and since when, and how that ends."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.foundation.counting import Counted, count
from owl.foundation.notices import Channel
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
    return bool(suppress_all(session, [contact_point_id], reason=reason, source=source, now=now))


def suppress_all(
    session: Session, contact_point_ids: Collection[int], *, reason: SuppressionReason, source: str, now: datetime
) -> int:
    """The same for many at once, in a few statements; for how many that is news."""
    if not contact_point_ids:
        return 0
    held = select(ContactPoint.id).where(ContactPoint.id.in_(contact_point_ids)).order_by(ContactPoint.id)
    session.execute(held.with_for_update())  # in one order, so that two of us never wait for each other
    may_be_written_over = [known for known in SuppressionReason if reason in WITHDRAWALS and known not in WITHDRAWALS]
    found = session.execute(
        update(ContactPoint)
        .where(
            ContactPoint.id.in_(contact_point_ids),
            ContactPoint.address_index.is_not(None),
            or_(ContactPoint.suppressed_reason.is_(None), ContactPoint.suppressed_reason.in_(may_be_written_over)),
        )
        .values(suppressed_at=now, suppressed_reason=reason)
        .returning(ContactPoint.channel, ContactPoint.address_index)
    ).all()
    indexes = [row.address_index for row in found]
    if indexes:
        count(Counted.SUPPRESSED, reason.value, by=len(indexes))
        note_suppressions(session, indexes, reason=reason, now=now)
    if reason in WITHDRAWALS:
        for row in found:
            _record_will(session, row.channel, row.address_index, given=False, source=source, now=now)
    return len(found)


def lift_suppression(session: Session, contact_point_id: int, *, source: str, now: datetime) -> bool:
    """Let the contact point be used again, as its owner asks; whether that is news.

    Belongs inside the caller's transaction.
    """
    point = _locked(session, contact_point_id)
    if point is None or point.address_index is None or point.suppressed_at is None:
        return False
    forget_suppression(session, point.address_index)
    point.suppressed_at = point.suppressed_reason = None
    _record_will(session, point.channel, point.address_index, given=True, source=source, now=now)
    return True


def note_suppression(session: Session, address_index: bytes, *, reason: SuppressionReason, now: datetime) -> None:
    """Keep the address from being written to, even when nothing else is known of it."""
    note_suppressions(session, [address_index], reason=reason, now=now)


def note_suppressions(
    session: Session, address_indexes: Sequence[bytes], *, reason: SuppressionReason, now: datetime
) -> None:
    """The same for many addresses."""
    added = insert(Suppression)
    session.execute(
        added.on_conflict_do_update(index_elements=["address_index"], set_={"reason": added.excluded.reason}),
        [{"address_index": index, "reason": reason, "since": now} for index in address_indexes],
    )


def has_left(session: Session, address_index: bytes) -> bool:
    """Whether the owner of the address, known to us or not, asked for nothing more."""
    found = session.get(Suppression, address_index, populate_existing=True)
    return found is not None and found.reason in {SuppressionReason.STOPPED, SuppressionReason.UNSUBSCRIBED}


def forget_suppression(session: Session, address_index: bytes) -> None:
    """Let the address be written to again: somebody proved it and agreed."""
    session.execute(delete(Suppression).where(Suppression.address_index == address_index))


def _record_will(
    session: Session, channel: Channel, address_index: bytes, *, given: bool, source: str, now: datetime
) -> None:
    """That the owner wants messages there or not, to the words that were agreed to."""
    wording = agreed_wording(session, address_index)
    record_consent(
        session, channel=channel, address_index=address_index, given=given, wording=wording, source=source, at=now
    )


def _locked(session: Session, contact_point_id: int) -> ContactPoint | None:
    return session.scalar(
        select(ContactPoint)
        .where(ContactPoint.id == contact_point_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
