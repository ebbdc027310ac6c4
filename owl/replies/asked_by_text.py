"""What comes of each wish that is texted: steps of the verb in owl.replies.by_text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.geography.errors import NotAPostcode, OutsideHertfordshire, UnknownPostcode
from owl.geography.queries import Place, place_of
from owl.households.consent import TEXT_WORDING
from owl.households.consent_wording import consent_words
from owl.households.contact_points import is_in_use
from owl.households.joining_by_text import join_by_text, move_by_text
from owl.households.models import ContactPoint, Household, Subscription
from owl.households.own_homes import HaveThatHome
from owl.households.talk_models import TextTalk
from owl.households.talking import note_question, waits_for_yes
from owl.replies import text_sentences as say
from owl.replies.said_by_text import reply_by_text
from owl.replies.texted import Texted, Wish, postcode_in


@dataclass(frozen=True, slots=True)
class Asker:
    """Who texted. `point` is None for a number that we don't know; it may have left."""

    talk: TextTalk
    number: str  # E.164
    point: ContactPoint | None
    sid: str
    public_url: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """What we text back. `is_help`: to what we did not understand."""

    words: str
    is_help: bool = False


def answer_to(session: Session, asker: Asker, asked: Texted, *, now: datetime) -> Sentence | None:
    """Do what is asked; the answer, if one is needed."""
    match asked.wish:
        case Wish.JOIN:
            return Sentence(_join(session, asker, asked.rest, now))
        case Wish.MOVE:
            return Sentence(_move(session, asker, asked.rest, now))
        case Wish.YES if waits_for_yes(asker.talk, now=now):
            postcode = join_by_text(session, asker.talk, number=asker.number, now=now)
            return Sentence(say.welcome(postcode)) if postcode else None
        case Wish.HELP:
            return Sentence(say.help_for(asker.public_url))
        case Wish.YES | Wish.START:
            return Sentence(say.join_first(), is_help=True)
    said = reply_by_text(session, asker.point, asked.rest, sid=asker.sid, now=now)
    return Sentence(said) if said else Sentence(say.help_for(asker.public_url), is_help=True)


def _join(session: Session, asker: Asker, typed: str, now: datetime) -> str:
    if is_in_use(asker.point):
        return say.known_already(", ".join(_postcodes(session, asker.point)))
    place = _place(session, typed, asker.public_url)
    if isinstance(place, str):
        return place
    note_question(asker.talk, place, now=now)
    return say.ask_for_yes(place.postcode, place.neighbourhood_name, consent_words(TEXT_WORDING, [Channel.SMS]))


def _move(session: Session, asker: Asker, typed: str, now: datetime) -> str:
    point = asker.point
    if point is None or point.subscriber_id is None or not is_in_use(point):
        return say.join_first()
    place = _place(session, typed, asker.public_url)
    if isinstance(place, str):
        return place
    try:
        if not move_by_text(session, point.subscriber_id, place, now=now):
            return say.several_homes(asker.public_url)
    except HaveThatHome:
        return say.known_already(place.postcode)
    return say.moved(place.postcode, place.neighbourhood_name)


def _place(session: Session, typed: str, public_url: str) -> Place | str:
    """Where it is, or what is wrong with it."""
    try:
        return place_of(session, postcode_in(typed))
    except UnknownPostcode as error:
        return say.not_known(error.postcode, public_url)
    except OutsideHertfordshire as error:
        return say.not_ours(error.postcode)
    except NotAPostcode:
        return say.which_postcode()


def _postcodes(session: Session, point: ContactPoint | None) -> list[str]:
    asked = (
        sa.select(Household.postcode)
        .join(Subscription, Subscription.household_id == Household.id)
        .where(Subscription.subscriber_id == (point.subscriber_id if point else None))
        .order_by(Subscription.id)
    )
    return list(session.scalars(asked.limit(3)))
