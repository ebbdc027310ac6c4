"""Forgetting an address: the row stays without it, because deliveries count it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from owl.households.consent import agreed_wording, record_consent
from owl.households.contact_points import find_contact_point, hold_address
from owl.households.guest_models import TrainingGuest
from owl.households.models import ContactPoint, Joining, Proof, SuppressionReason
from owl.households.suppressing import note_suppression
from owl.households.talking import forget_talk


def erase_contact_point(session: Session, contact_point_id: int, *, source: str, now: datetime) -> None:
    """Wipe address and owner, and all that waited to be proved for this address.

    What stays is known by the blind index alone: that consent was taken back, and that nothing may be
    sent there. Belongs inside the caller's transaction.
    """
    index = session.scalar(select(ContactPoint.address_index).where(ContactPoint.id == contact_point_id))
    if index is None:
        return
    # In the order in which a proof takes its locks: joining, proof, address, contact point.
    asked_for = select(Proof.joining_id).where(Proof.address_index == index, Proof.joining_id.is_not(None))
    session.execute(delete(Joining).where(Joining.id.in_(asked_for)))
    session.execute(delete(Proof).where(Proof.address_index == index))
    session.execute(delete(TrainingGuest).where(TrainingGuest.address_index == index))
    hold_address(session, index)
    forget_talk(session, index)
    point = find_contact_point(session, index, lock=True)
    if point is None:
        return
    record_consent(
        session,
        channel=point.channel,
        address_index=index,
        given=False,
        wording=agreed_wording(session, index),
        source=source,
        at=now,
    )
    note_suppression(session, index, reason=SuppressionReason.UNSUBSCRIBED, now=now)
    point.address = point.address_index = point.subscriber_id = None
    point.suppressed_at, point.suppressed_reason = now, SuppressionReason.UNSUBSCRIBED
    session.flush()
