"""Texts that arrive: STOP and START."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from owl.delivery.models import InboundText
from owl.foundation.database import transaction
from owl.foundation.notices import Channel
from owl.households.contact_points import index_of
from owl.households.models import ContactPoint, SuppressionReason
from owl.households.suppressing import lift_suppression, suppress

# https://help.twilio.com/articles/223134027: the words that Twilio itself takes as opting out and in again.
STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"})
START = frozenset({"START", "YES", "UNSTOP"})


def take_inbound_text(*, sid: str, sender: str, body: str, now: datetime) -> None:
    """Suppress the sender's number at STOP, lift that at START. A repeated or unknown text changes nothing.

    `sender` in E.164.
    """
    word = body.strip().strip(".!").upper()
    if word not in STOP | START:
        return
    with transaction() as session:
        text = insert(InboundText).values(sid=sid, received_at=now)
        if session.execute(text.on_conflict_do_nothing().returning(InboundText.sid)).scalar() is None:
            return
        index = index_of(Channel.SMS, sender)
        contact_point_id = session.scalar(sa.select(ContactPoint.id).where(ContactPoint.address_index == index))
        if contact_point_id is None:
            return
        if word in STOP:
            suppress(session, contact_point_id, reason=SuppressionReason.STOPPED, source=f"text {word}", now=now)
        else:
            lift_suppression(session, contact_point_id, source=f"text {word}", now=now)
