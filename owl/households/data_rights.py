"""A subscriber's rights: to have all that we know of them (UK GDPR, 15 and 20), and to be forgotten (17)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.households.allowance_models import AllowanceUse
from owl.households.consent import MY_PAGE
from owl.households.contact_points import show_address
from owl.households.erasing import erase_contact_point
from owl.households.homes import forget_house
from owl.households.models import Consent, ContactPoint, Subscriber, Subscription
from owl.households.proving import hold_asker
from owl.households.queries import subscriber_row
from owl.households.reading import reading_of


def data_of(session: Session, subscriber_id: int, *, now: datetime) -> dict[str, Any]:
    """All that is held of the subscriber, ready for JSON. Raises NotFound."""
    row = subscriber_row(session, subscriber_id, now=now)
    since = session.get_one(Subscriber, subscriber_id).created_at
    reading = reading_of(session, subscriber_id)
    return {
        "what_this_is": "Everything that OWL holds about you.",
        "made_at": now.isoformat(),
        "name": row.name,
        "with_us_since": since.isoformat(),
        "language": reading.language.label,
        "large_text": reading.large_text,
        "paused_until": row.paused_until.isoformat() if row.paused_until else None,
        "homes": [
            {
                "postcode": home.postcode,
                "house": home.house,
                "neighbourhood": home.neighbourhood_name,
                "district": home.district_name,
                "kinds_of_message": [kind.label for kind in home.kinds],
            }
            for home in row.homes
        ],
        "addresses": [_address(session, point) for point in _points(session, subscriber_id)],
    }


def erase_subscriber(subscriber_id: int, *, now: datetime) -> None:
    """Forget the subscriber: name, homes, addresses, links and open pages. Counts of what was sent stay.

    Twice is the same as once.
    """
    with transaction() as session:
        hold_asker(session, None, subscriber_id)
        tied = select(Subscription.household_id).where(Subscription.subscriber_id == subscriber_id)
        household_ids = list(session.scalars(tied))
        for point in _points(session, subscriber_id):
            erase_contact_point(session, point.id, source=MY_PAGE, now=now)
        session.execute(delete(AllowanceUse).where(AllowanceUse.subscriber_id == subscriber_id))
        session.execute(delete(Subscriber).where(Subscriber.id == subscriber_id))
        forget_house(session, household_ids)


def _points(session: Session, subscriber_id: int) -> list[ContactPoint]:
    asked = select(ContactPoint).where(ContactPoint.subscriber_id == subscriber_id).order_by(ContactPoint.id)
    return list(session.scalars(asked))


def _address(session: Session, point: ContactPoint) -> dict[str, Any]:
    evidence = select(Consent).where(Consent.address_index == point.address_index).order_by(Consent.at, Consent.id)
    return {
        "channel": point.channel.label,
        "address": show_address(point.channel, point.address or ""),
        "proved_at": point.verified_at.isoformat(),
        "stopped_at": point.suppressed_at.isoformat() if point.suppressed_at else None,
        "why_stopped": point.suppressed_reason.label if point.suppressed_reason else None,
        "consent": [
            {
                "at": consent.at.isoformat(),
                "given": consent.given,
                "wording": consent.wording,
                "source": consent.source,
            }
            for consent in session.scalars(evidence)
        ],
    }
