"""Texts that arrive: joining, moving, stopping, and words for the team, each with one short answer at most."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.delivery.models import InboundText
from owl.foundation.database import transaction
from owl.foundation.languages import Language, speaking
from owl.foundation.notices import Channel, send_notice
from owl.households.contact_points import find_contact_point, index_of
from owl.households.models import ContactPoint, Subscriber, SuppressionReason
from owl.households.phone_numbers import NotAMobile, parse_mobile
from owl.households.suppressing import (
    forget_suppression,
    has_left,
    lift_suppression,
    note_suppression,
    suppress,
)
from owl.households.talk_models import TextTalk
from owl.households.talking import begin_talk, end_question, may_answer, may_help, may_read, waits_for_yes
from owl.replies.asked_by_text import Asker, Sentence, answer_to
from owl.replies.texted import Texted, Wish, read_text


def take_text(*, sid: str, sender: str, body: str, public_url: str, allow_drama: bool, now: datetime) -> None:
    """Do what the text asks for. The same text (`sid`) twice is the same as once. `sender` in E.164.

    Whoever stopped our texts gets no answer; others get six a day at most, and one a day to what we don't understand.
    """
    with transaction() as session:
        arrived = insert(InboundText).values(sid=sid, received_at=now).on_conflict_do_nothing()
        if session.scalar(arrived.returning(InboundText.sid)) is None:
            return
        talk = begin_talk(session, index_of(Channel.SMS, sender), now=now)
        point = find_contact_point(session, talk.address_index, lock=True)
        asked = read_text(body)
        if _stops_or_starts(session, point, talk, asked, now) or not may_read(talk):
            return
        if (not asked.rest and asked.wish is Wish.SAY) or not _is_mobile(sender, allow_drama=allow_drama):
            return
        with speaking(_language_of(session, point)):
            answer = answer_to(session, Asker(talk, sender, point, sid, public_url), asked, now=now)
            if answer is not None and _is_due(session, answer, asked, talk, now):
                send_notice(session, "text_answer", channel=Channel.SMS, address=sender, now=now, words=answer.words)


def _stops_or_starts(
    session: Session, point: ContactPoint | None, talk: TextTalk, asked: Texted, now: datetime
) -> bool:
    """Whether that was all: Twilio itself answers these words, and takes YES as START too."""
    if asked.wish is Wish.STOP:
        end_question(talk)
        if point is not None:
            suppress(session, point.id, reason=SuppressionReason.STOPPED, source="text STOP", now=now)
        else:
            note_suppression(session, talk.address_index, reason=SuppressionReason.STOPPED, now=now)
        return True
    again = asked.wish is Wish.START or (asked.wish is Wish.YES and not waits_for_yes(talk, now=now))
    if not again:
        return False
    if point is None:
        forget_suppression(session, talk.address_index)
        return False
    lift_suppression(session, point.id, source="text START", now=now)
    return True


def _is_mobile(sender: str, *, allow_drama: bool) -> bool:
    """Whether an answer would reach somebody here: no short codes, no landlines, nobody abroad."""
    try:
        parse_mobile(sender, allow_drama=allow_drama)
    except NotAMobile:
        return False
    return True


def _is_due(session: Session, answer: Sentence, asked: Texted, talk: TextTalk, now: datetime) -> bool:
    """Whether the answer may go out: to nobody who left, but for the question whether to join again. It is counted."""
    if asked.wish not in {Wish.JOIN, Wish.START} and has_left(session, talk.address_index):
        return False
    return (not answer.is_help or may_help(talk, now=now)) and may_answer(talk)


def _language_of(session: Session, point: ContactPoint | None) -> Language:
    owner = session.get(Subscriber, point.subscriber_id) if point is not None and point.subscriber_id else None
    return owner.language if owner is not None else Language.ENGLISH
