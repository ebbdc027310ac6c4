"""How somebody reads what we send: in which language, and how large."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import BadInput
from owl.foundation.languages import Language, gettext
from owl.foundation.notices import Channel
from owl.households.contact_points import index_of
from owl.households.models import ContactPoint, Subscriber


class Reading(NamedTuple):
    """One person's way of reading."""

    language: Language = Language.ENGLISH
    large_text: bool = False


PLAIN = Reading()


def reading_of(session: Session, subscriber_id: int) -> Reading:
    """How the subscriber reads; PLAIN for nobody's id."""
    asked = select(Subscriber.language, Subscriber.large_text).where(Subscriber.id == subscriber_id)
    found = session.execute(asked).one_or_none()
    return Reading(*found) if found else PLAIN


def reading_at(session: Session, channel: Channel, address: str) -> Reading | None:
    """How whoever is reached there reads; None where the address is nobody's yet."""
    found = session.execute(
        select(Subscriber.language, Subscriber.large_text)
        .join(ContactPoint, ContactPoint.subscriber_id == Subscriber.id)
        .where(ContactPoint.address_index == index_of(channel, address))
    ).one_or_none()
    return Reading(*found) if found else None


def choose_reading(subscriber_id: int, *, language: str, large_text: bool) -> Reading:
    """Keep how the subscriber reads. Raises BadInput for a language that we don't speak."""
    if language not in {known.value for known in Language}:
        raise BadInput({"language": gettext("Choose a language.")})
    chosen = Reading(Language(language), large_text)
    with transaction() as session:
        session.execute(
            update(Subscriber)
            .where(Subscriber.id == subscriber_id)
            .values(language=chosen.language, large_text=chosen.large_text)
        )
    return chosen
