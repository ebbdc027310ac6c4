"""Joining with nothing but texts: JOIN and a postcode, a question, YES. Steps of a verb's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.geography.queries import Place
from owl.households.choices import Kind
from owl.households.consent import BY_TEXT, TEXT_WORDING
from owl.households.models import Subscription
from owl.households.own_homes import move_to
from owl.households.registering import register
from owl.households.talk_models import TextTalk
from owl.households.talking import end_question

# What is worth a text to everybody; the rest is chosen on the own page.
KINDS = (Kind.CRIME_ALERT, Kind.WITNESS_APPEAL, Kind.MISSING_PERSON)


def join_by_text(session: Session, talk: TextTalk, *, number: str, now: datetime) -> str | None:
    """The postcode for which the number (E.164) gets messages now; None where it reaches somebody already.

    The text that said yes is the proof that the number is theirs, and the evidence of their consent.
    """
    answers = {
        "name": None,
        "house": None,
        "postcode": talk.postcode,
        "neighbourhood_id": talk.neighbourhood_id,
        "ward_code": talk.ward_code,
        "kinds": [kind.value for kind in KINDS],
        "wording": TEXT_WORDING,
    }
    joined_for = talk.postcode
    end_question(talk)
    registered = register(session, answers, Channel.SMS, number, now, source=BY_TEXT)
    return joined_for if registered is not None else None


def move_by_text(session: Session, subscriber_id: int, place: Place, *, now: datetime) -> bool:
    """Move the subscriber's home to the place; False where they have several, so that nobody can tell which.

    Raises HaveThatHome.
    """
    homes = session.scalars(select(Subscription).where(Subscription.subscriber_id == subscriber_id)).all()
    if len(homes) != 1:
        return False
    move_to(session, homes[0], place, None, now)
    return True
