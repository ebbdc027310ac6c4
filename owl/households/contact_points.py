"""Contact points, found by a blind index: the address itself is never searched for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from owl.foundation.database import contact_keys
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext
from owl.foundation.notices import Channel
from owl.households.email_addresses import index_form, parse_email, show_email
from owl.households.models import ContactPoint, SuppressionReason
from owl.households.phone_numbers import parse_mobile, show_mobile
from owl.households.typed_text import LONGEST

ALL_ADDRESSES = 0x6F776C61  # any number of our own; the advisory lock of whoever writes a list of them


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


def parse_any_address(text: str, *, allow_drama: bool) -> tuple[Channel, str]:
    """What was typed, an email address or a mobile number, as it is stored. Raises BadInput."""
    typed = text[:LONGEST]
    if "@" in typed:
        return Channel.EMAIL, parse_email(text)
    if not any(letter.isdigit() for letter in typed):
        raise BadInput({"contact": gettext("Enter your email address or your mobile number.")})
    return Channel.SMS, parse_mobile(text, allow_drama=allow_drama)


def show_address(channel: Channel, address: str) -> str:
    """A stored address as its owner writes it."""
    return show_email(address) if channel is Channel.EMAIL else show_mobile(address)


def index_of(channel: Channel, address: str) -> bytes:
    """The 32 bytes under which a stored address is found."""
    form = index_form(address) if channel is Channel.EMAIL else address
    return contact_keys().blind_index(form, context=channel.value)


def find_contact_point(session: Session, address_index: bytes, *, lock: bool = False) -> ContactPoint | None:
    """The contact point with this address, or None. `lock` keeps others from changing it until the commit."""
    asked = select(ContactPoint).where(ContactPoint.address_index == address_index)
    asked = asked.with_for_update() if lock else asked
    return session.scalar(asked.execution_options(populate_existing=True))


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


def hold_address(session: Session, address_index: bytes) -> None:
    """Let one transaction at a time decide about this address, whether it has a row or not."""
    key = int.from_bytes(address_index[:8], "big", signed=True)
    session.execute(select(func.pg_advisory_xact_lock_shared(ALL_ADDRESSES), func.pg_advisory_xact_lock(key)))


def hold_all_addresses(session: Session) -> None:
    """Let nobody else decide about any address until the commit: for a list of thousands, and for seconds."""
    session.execute(select(func.pg_advisory_xact_lock(ALL_ADDRESSES)))


def is_in_use(point: ContactPoint | None) -> bool:
    """Whether the address reaches somebody now: it has an owner who has not stopped it."""
    return point is not None and point.subscriber_id is not None and point.suppressed_at is None
