"""How often a number is answered by text, so that nobody can run up our costs or be flooded in another's name."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from owl.geography.queries import Place
from owl.households.contact_points import hold_address
from owl.households.talk_models import TextTalk

DAY = timedelta(days=1)
KEPT = timedelta(days=2)  # after the last text
TEXTS_A_DAY = 30  # of one number; what comes after is not read, but for STOP
ANSWERS_A_DAY = 6
TO_CONFIRM = timedelta(days=1)


def begin_talk(session: Session, address_index: bytes, *, now: datetime) -> TextTalk:
    """The talk with this number, its text counted, held until the transaction ends."""
    hold_address(session, address_index)
    talk = session.get(TextTalk, address_index, populate_existing=True)
    if talk is None:
        talk = TextTalk(address_index=address_index, counted_from=now, texts=0, answers=0)
        session.add(talk)
    elif now - talk.counted_from >= DAY:
        talk.counted_from, talk.texts, talk.answers = now, 0, 0
    talk.last_at, talk.texts = now, talk.texts + 1
    return talk


def may_read(talk: TextTalk) -> bool:
    """Whether the number has not texted too often today."""
    return talk.texts <= TEXTS_A_DAY


def may_answer(talk: TextTalk) -> bool:
    """Whether one more answer may go out today. One that does is counted."""
    if talk.answers >= ANSWERS_A_DAY:
        return False
    talk.answers += 1
    return True


def may_help(talk: TextTalk, *, now: datetime) -> bool:
    """Whether words that were not understood are answered: once a day. That is noted."""
    if talk.helped_at is not None and now - talk.helped_at < DAY:
        return False
    talk.helped_at = now
    return True


def note_question(talk: TextTalk, place: Place, *, now: datetime) -> None:
    """Remember for which place the number was asked whether it wants to join."""
    talk.asked_at, talk.postcode = now, place.postcode
    talk.neighbourhood_id, talk.ward_code = place.neighbourhood_id, place.ward_code


def waits_for_yes(talk: TextTalk, *, now: datetime) -> bool:
    """Whether a YES would answer that question."""
    return talk.asked_at is not None and now - talk.asked_at <= TO_CONFIRM


def end_question(talk: TextTalk) -> None:
    """Forget it."""
    talk.asked_at = talk.postcode = talk.neighbourhood_id = talk.ward_code = None


def forget_talks(session: Session, *, now: datetime) -> None:
    """Forget the numbers that have not texted for two days. Belongs inside the caller's transaction."""
    session.execute(delete(TextTalk).where(TextTalk.last_at <= now - KEPT))


def forget_talk(session: Session, address_index: bytes) -> None:
    """Forget one number's talk. Belongs inside the caller's transaction."""
    session.execute(delete(TextTalk).where(TextTalk.address_index == address_index))
