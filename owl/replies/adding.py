"""What a resident does with the link to their conversation: read it, and add to it."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import NotFound, TooMany
from owl.foundation.languages import gettext
from owl.replies.clock import ANSWERED_WITHIN
from owl.replies.escalation import escalates
from owl.replies.holding import runs
from owl.replies.merging import goes_on_in
from owl.replies.models import Addition, Reply
from owl.replies.references import reference_of
from owl.replies.replying import Received
from owl.replies.states import ReplyState
from owl.replies.words import clean_words

ADDITIONS_A_DAY = 10
DAY = timedelta(days=1)


def add_to_reply(reply_id: int, words: str, *, form_key: str, now: datetime) -> Received:
    """Add the words to the resident's reply. The same form is the same addition, however often it comes.

    An answered reply waits again, for another 72 hours. Raises BadInput, NotFound, or TooMany after ten in a day.
    """
    words = clean_words(words, empty=gettext("Write what you want to add."))
    with transaction() as session:
        return write_addition(session, reply_id, words, form_key=form_key, now=now)


def write_addition(session: Session, reply_id: int, words: str, *, form_key: str, now: datetime) -> Received:
    """The same as a step of a verb's transaction, for words that are clean."""
    reply = _held(session, goes_on_in(session, reply_id))
    key = hashlib.sha256(f"{reply_id}+{form_key}".encode(errors="replace")).hexdigest()
    if session.scalar(sa.select(Addition.id).where(Addition.idempotency_key == key)) is None:
        _hold_daily_cap(session, reply_id, now)
        row = insert(Addition).values(reply_id=reply_id, idempotency_key=key, words=words, written_at=now)
        session.execute(row.on_conflict_do_nothing(index_elements=["idempotency_key"]))
        _wait_again(session, reply, words, now)
    return Received(reply_id, reference_of(reply_id), reply.due_at)


def _held(session: Session, reply_id: int) -> Reply:
    reply = session.get(Reply, reply_id, with_for_update=True, populate_existing=True)
    if reply is None or reply.subscriber_id is None:
        raise NotFound(gettext("We can't find that reply."))
    # Merged while we waited for it: no chain is longer than this.
    return reply if reply.merged_into_id is None else _held(session, reply.merged_into_id)


def _wait_again(session: Session, reply: Reply, words: str, now: datetime) -> None:
    """Put the reply before its team; where its clock had stopped, for another 72 hours."""
    if not runs(reply):
        reply.answered_at = reply.closed_because = reply.handed_to = None
        reply.escalated_at = reply.late_told_at = reply.recourse_at = None
        reply.due_at = now + ANSWERED_WITHIN
    if escalates(session, words):
        reply.urgent, reply.urgent_told = True, False
    reply.state = ReplyState.OPEN
    session.flush()


def _hold_daily_cap(session: Session, reply_id: int, now: datetime) -> None:
    today = sa.select(sa.func.count()).where(Addition.reply_id == reply_id, Addition.written_at > now - DAY)
    if (session.scalar(today) or 0) >= ADDITIONS_A_DAY:
        raise TooMany(gettext("You have written many times today. Please try again tomorrow, or call 101."))
