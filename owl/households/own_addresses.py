"""What a subscriber changes about how they are reached. Every verb checks that the address is theirs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.foundation.languages import gettext
from owl.foundation.notices import Channel
from owl.households.consent import MY_PAGE
from owl.households.contact_points import find_contact_point, index_of, is_in_use, parse_address, show_address
from owl.households.erasing import erase_contact_point
from owl.households.models import ContactPoint, Proof, SuppressionReason
from owl.households.proving import ask_for_proof, hold_asker
from owl.households.suppressing import lift_suppression


class OnlyAddress(Conflict):
    """The last address that reaches somebody can't be removed, only left."""

    def __init__(self) -> None:
        super().__init__(gettext("This is the only way we reach you. Add another address first, or leave OWL."))


def ask_for_address(subscriber_id: int, *, channel: Channel, typed: str, allow_drama: bool, now: datetime) -> None:
    """Send the address a link or code, with which the subscriber adds it. Raises BadInput."""
    address = parse_address(channel, typed, allow_drama=allow_drama)
    with transaction() as session:
        point = find_contact_point(session, index_of(channel, address))
        if point is not None and is_in_use(point) and point.subscriber_id == subscriber_id:
            field = "email" if channel is Channel.EMAIL else "mobile"
            raise BadInput({field: gettext("You get messages here already. Enter another one.")})
        ask_for_proof(session, channel=channel, address=address, subscriber_id=subscriber_id, now=now)


def address_asked_about(session: Session, subscriber_id: int, *, channel: Channel) -> str | None:
    """The address that the subscriber wants to add and that waits for its proof, as they write it."""
    asked = _asked_about(session, subscriber_id, channel)
    return show_address(channel, asked) if asked is not None else None


def ask_for_code_again(subscriber_id: int, *, now: datetime) -> None:
    """Send a new code to the mobile that the subscriber wants to add; quietly not, where it had enough today."""
    with transaction() as session:
        address = _asked_about(session, subscriber_id, Channel.SMS)
        if address is not None:
            ask_for_proof(session, channel=Channel.SMS, address=address, subscriber_id=subscriber_id, now=now)


def _asked_about(session: Session, subscriber_id: int, channel: Channel) -> str | None:
    return session.scalar(
        select(Proof.address)
        .where(Proof.subscriber_id == subscriber_id, Proof.channel == channel)
        .order_by(Proof.created_at.desc(), Proof.id.desc())
        .limit(1)
    )


def remove_address(subscriber_id: int, contact_point_id: int, *, now: datetime) -> None:
    """Forget the address. Raises NotFound, or OnlyAddress where nothing else reaches the subscriber."""
    with transaction() as session:
        hold_asker(session, None, subscriber_id)
        point = _contact_point(session, subscriber_id, contact_point_id)
        others = select(ContactPoint.id).where(
            ContactPoint.subscriber_id == subscriber_id,
            ContactPoint.id != contact_point_id,
            ContactPoint.suppressed_at.is_(None) if is_in_use(point) else ContactPoint.address_index.is_not(None),
        )
        if session.scalar(others.limit(1)) is None:
            raise OnlyAddress
        erase_contact_point(session, contact_point_id, source=MY_PAGE, now=now)


def start_again(subscriber_id: int, contact_point_id: int, *, now: datetime) -> None:
    """Use an address again that its owner had unsubscribed. Raises NotFound, or Conflict where that takes more."""
    with transaction() as session:
        point = _contact_point(session, subscriber_id, contact_point_id)
        reason = point.suppressed_reason
        if reason is not None and reason is not SuppressionReason.UNSUBSCRIBED:
            raise Conflict(gettext("A press is not enough to start again here. %(remedy)s", remedy=reason.remedy))
        lift_suppression(session, contact_point_id, source=MY_PAGE, now=now)


def _contact_point(session: Session, subscriber_id: int, contact_point_id: int) -> ContactPoint:
    found = session.scalar(
        select(ContactPoint)
        .where(ContactPoint.id == contact_point_id, ContactPoint.subscriber_id == subscriber_id)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFound(gettext("There is no such address on your page."))
    return found
