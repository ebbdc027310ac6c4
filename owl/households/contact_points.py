"""Contact points, found by a blind index: the address itself is never searched for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from owl.foundation.database import contact_keys
from owl.foundation.notices import Channel
from owl.households.email_addresses import index_form, parse_email, show_email
from owl.households.models import ContactPoint, SuppressionReason
from owl.households.phone_numbers import parse_mobile, show_mobile


@dataclass(frozen=True, slots=True)
class ContactPointRow:
    """One way to reach a subscriber, as its owner sees it."""

    id: int
    channel: Channel
    address: str  # as people write it, not E.164
    verified_at: datetime
    suppressed_reason: SuppressionReason | None


def parse_address(channel: Channel, text: str, *, allow_drama: bool) -> str:
    """What was typed, as it is stored. Raises NotAMobile or NotAnEmailAddress."""
    return parse_email(text) if channel is Channel.EMAIL else parse_mobile(text, allow_drama=allow_drama)


def show_address(channel: Channel, address: str) -> str:
    """A stored address as its owner writes it."""
    return show_email(address) if channel is Channel.EMAIL else show_mobile(address)


def index_of(channel: Channel, address: str) -> bytes:
    """The 32 bytes under which a stored address is found."""
    form = index_form(address) if channel is Channel.EMAIL else address
    return contact_keys().blind_index(form, context=channel.value)


def find_contact_point(session: Session, address_index: bytes) -> ContactPoint | None:
    """The contact point with this address, or None."""
    return session.scalar(select(ContactPoint).where(ContactPoint.address_index == address_index))


def contact_points_of(session: Session, subscriber_id: int) -> list[ContactPointRow]:
    """All that reaches the subscriber, the oldest first."""
    found = session.scalars(
        select(ContactPoint).where(ContactPoint.subscriber_id == subscriber_id).order_by(ContactPoint.id)
    )
    return [
        ContactPointRow(
            point.id,
            point.channel,
            show_address(point.channel, point.address),
            point.verified_at,
            point.suppressed_reason,
        )
        for point in found
        if point.address is not None
    ]
