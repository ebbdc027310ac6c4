"""What a resident does with a feedback link: rate the message, write back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.foundation.clock import london_day, show_time, start_of_day
from owl.foundation.database import transaction
from owl.foundation.events import EventName, record_events
from owl.foundation.languages import gettext, speaking
from owl.foundation.notices import Channel, send_notice
from owl.households.models import Subscriber
from owl.households.reading import reading_of
from owl.replies.clock import ANSWERED_WITHIN
from owl.replies.daily_cap import hold_daily_cap
from owl.replies.escalation import escalates
from owl.replies.links import conversation_token
from owl.replies.models import MessageRating, Rating, Reply
from owl.replies.opening import OpenedLink, PersonErased, open_link
from owl.replies.reaching import address_for_answer
from owl.replies.references import reference_of
from owl.replies.words import clean_words


@dataclass(frozen=True, slots=True)
class Received:
    """What the resident is told of a reply."""

    reply_id: int
    reference: str
    due_at: datetime | None  # None: anonymous, can't be answered


def rate_message(message_id: int, seq: int, rating: Rating, *, now: datetime) -> None:
    """Record what the delivery's recipient thinks of the message; the last press counts.

    Raises NotFound, LinkExpired or PersonErased.
    """
    with transaction() as session:
        open_link(session, message_id, seq, now=now)
        pressed = {"rating": rating, "rated_on": london_day(now)}
        session.execute(
            insert(MessageRating)
            .values(message_id=message_id, seq=seq, **pressed)
            .on_conflict_do_update(index_elements=["message_id", "seq"], set_=pressed)
        )


def reply_to_message(
    message_id: int, seq: int, words: str, *, anonymous: bool, form_key: str, now: datetime
) -> Received:
    """Write back about the message. The same form on the same link is the same reply, however often it comes.

    Raises BadInput, NotFound, LinkExpired, PersonErased, or TooMany after ten in a day.
    """
    words = clean_words(words, empty=gettext("Write your reply, or choose one of the buttons above."))
    hold_daily_cap(message_id, seq, form_key)
    with transaction() as session:
        link = open_link(session, message_id, seq, now=now)
        return write_reply(session, link, words, anonymous=anonymous, form_key=form_key, now=now)


def write_reply(
    session: Session,
    link: OpenedLink,
    words: str,
    *,
    anonymous: bool,
    form_key: str,
    by_text: bool = False,
    now: datetime,
) -> Received:
    """Add the reply, or find it where this form has brought it already; a step of a verb's transaction.

    An anonymous one holds no person and no time finer than the day. Who gives a name gets a mail with a link to it.
    """
    recipient = link.recipient
    key = hashlib.sha256(f"{recipient.message_id}.{recipient.seq}.{form_key}".encode(errors="replace")).hexdigest()
    added = session.scalar(
        insert(Reply)
        .values(
            message_id=recipient.message_id,
            subscriber_id=None if anonymous else _hold(session, link.subscriber_id),
            neighbourhood_id=link.neighbourhood_id,
            idempotency_key=key,
            words=words,
            urgent=escalates(session, words),
            received_at=start_of_day(now) if anonymous else now,
            due_at=None if anonymous else now + ANSWERED_WITHIN,
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(Reply.id)
    )
    row = session.execute(sa.select(Reply.id, Reply.due_at).where(Reply.idempotency_key == key)).one()
    received = Received(row.id, reference_of(row.id), row.due_at)
    if added is not None and row.due_at is not None and not by_text:  # a text is answered by text
        _tell_by_mail(session, link, received, now)
    if added is not None and not anonymous:  # of an anonymous one nobody keeps the hour
        record_events(session, EventName.REPLY_RECEIVED, [added])
    return received


def _tell_by_mail(session: Session, link: OpenedLink, received: Received, now: datetime) -> None:
    """A text would cost more than it tells: those whom only texts reach have the link on the page of thanks."""
    reached_by = address_for_answer(session, link.subscriber_id)
    if reached_by is None or reached_by.channel is not Channel.EMAIL or reached_by.address is None:
        return
    with speaking(reading_of(session, link.subscriber_id).language):
        due = show_time(received.due_at or now)
    send_notice(
        session, "reply_received", channel=Channel.EMAIL, address=reached_by.address, now=now, title=link.title,
        team=link.team_name, reference=received.reference, due=due,
        token=conversation_token(received.reply_id),
    )  # fmt: skip


def _hold(session: Session, subscriber_id: int) -> int:
    """The id, of somebody who can't be forgotten before the reply is there."""
    held = sa.select(Subscriber.id).where(Subscriber.id == subscriber_id).with_for_update(read=True, key_share=True)
    if session.scalar(held) is None:
        raise PersonErased
    return subscriber_id
