"""Words for the team that came by text: a reply to the message that it answers, or more for a conversation."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery
from owl.delivery.reached import WAS_REACHED
from owl.foundation.errors import OwlError
from owl.households.models import ContactPoint
from owl.messages.codes import read_code
from owl.messages.models import Message
from owl.replies import text_sentences as say
from owl.replies.adding import write_addition
from owl.replies.danger import speaks_of_danger
from owl.replies.models import Answer, Reply
from owl.replies.opening import open_link
from owl.replies.replying import Received, write_reply
from owl.replies.words import LONGEST, clean_words

ANSWERABLE = timedelta(days=30)  # after that nobody knows any more which text is meant


def reply_by_text(session: Session, point: ContactPoint | None, words: str, *, sid: str, now: datetime) -> str | None:
    """What to text back; None where there is nothing that the words could answer. A step of a verb's transaction."""
    words = clean_words(words[:LONGEST])
    if point is None or point.subscriber_id is None or not words:
        return None
    received = _received(session, point, words, sid=sid, now=now)
    if received is None:
        return None
    if speaks_of_danger(words):
        return say.call_999(received.reference)
    return say.has_your_words(received.reference, received.due_at)


def _received(session: Session, point: ContactPoint, words: str, *, sid: str, now: datetime) -> Received | None:
    last = _last_text(session, point, read_code(words), now)
    answered = _last_answer(session, point, now)
    try:
        if answered is not None and (last is None or last.changed_at < answered.written_at):
            return write_addition(session, answered.reply_id, words, form_key=sid, now=now)
        if last is not None:
            link = open_link(session, last.message_id, last.seq, now=now)
            return write_reply(session, link, words, anonymous=False, form_key=sid, by_text=True, now=now)
    except OwlError:  # its writer or its home was erased, or they wrote ten times today
        return None
    return None


def _last_text(session: Session, point: ContactPoint, code: str | None, now: datetime) -> Delivery | None:
    """The delivery that the words answer: of the message whose code they give, else the newest to this number."""
    recent = sa.select(Message.id).where(Message.approved_at > now - ANSWERABLE)
    asked = (
        sa.select(Delivery)
        .where(Delivery.message_id.in_(recent), Delivery.contact_point_id == point.id, WAS_REACHED)
        .order_by(Delivery.changed_at.desc(), Delivery.message_id.desc())
        .limit(1)
    )
    named = sa.select(Message.id).where(Message.code == code)
    if code is not None and (found := session.scalar(asked.where(Delivery.message_id.in_(named)))) is not None:
        return found
    return session.scalar(asked)


def _last_answer(session: Session, point: ContactPoint, now: datetime) -> Answer | None:
    """The team's newest answer to whoever has this number."""
    return session.scalar(
        sa.select(Answer)
        .join(Reply, Reply.id == Answer.reply_id)
        .where(Reply.subscriber_id == point.subscriber_id, Answer.written_at > now - ANSWERABLE)
        .order_by(Answer.id.desc())
        .limit(1)
    )
