"""The clock's part in repeating messages: making the drafts whose time has come. A person still sends them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.training import in_training
from owl.foundation.audit import record_act
from owl.foundation.clock import london_day, show_time
from owl.foundation.database import db, transaction
from owl.foundation.notices import Channel, send_notice
from owl.messages.editing import note_saved
from owl.messages.models import Message, MessageStatus
from owl.messages.picturing import copy_pictures
from owl.messages.recurrence import Pattern
from owl.messages.recurring_models import RecurringDraft
from owl.messages.repeating import MOST_DAYS_BEFORE, pattern_of
from owl.messages.translations import as_kept, translations_of

MADE_BEFORE = timedelta(days=7)  # the message goes out: its author has so long to look at it
DATE, TIME = "{date}", "{time}"  # in the words, where those of the next meeting belong


def make_drafts(*, now: datetime) -> int:
    """Make every draft whose time has come; how many. Twice, or by two clocks at once, is the same as once.

    What could not be made in time because no clock ran is left out: nobody is reminded of what is over.
    """
    in_reach = london_day(now) + MADE_BEFORE + timedelta(days=MOST_DAYS_BEFORE + 1)
    waits = sa.select(RecurringDraft).where(RecurringDraft.ended_at.is_(None), RecurringDraft.next_on <= in_reach)
    due = [(row.id, row.next_on) for row in db.session().scalars(waits) if _is_due(row, now)]
    db.session().rollback()  # nothing was changed: each draft has a transaction of its own
    return sum(_make(recurring_id, day, now) for recurring_id, day in due)


def _is_due(row: RecurringDraft, now: datetime) -> bool:
    return pattern_of(row).goes_out(row.next_on) - MADE_BEFORE <= now


def _make(recurring_id: int, day: date, now: datetime) -> int:
    with transaction() as session:
        row = session.get(RecurringDraft, recurring_id, with_for_update=True, populate_existing=True)
        if row is None or row.ended_at is not None or row.next_on != day:  # another clock was faster
            return 0
        pattern = pattern_of(row)
        row.next_on = pattern.after(day)
        if row.until is not None and row.next_on > row.until:
            row.ended_at = now
        if pattern.goes_out(day) <= now:
            return 0
        _write(session, row, pattern, day, now)
    return 1


def _write(session: Session, row: RecurringDraft, pattern: Pattern, day: date, now: datetime) -> None:
    of = session.get_one(Message, row.message_id)
    begins = pattern.begins(day)
    said = [_filled(words, begins) for words in (of.title, of.body, of.sms_text or "")]
    others = (
        replace(one, title=_filled(one.title, begins), body=_filled(one.body, begins),
                sms_text=_filled(one.sms_text, begins))
        for one in translations_of(of)
    )  # fmt: skip
    draft = Message(
        kind=of.kind, severity=of.severity, status=MessageStatus.DRAFT, title=said[0], body=said[1],
        sms_text=said[2] or None, translations=as_kept(others), partner_id=of.partner_id, audience=of.audience,
        neighbourhood_ids=of.neighbourhood_ids, author_id=row.author_id, names_a_person=of.names_a_person,
        training=of.training or in_training(session, row.author_id), created_at=now,
        send_at=pattern.goes_out(day), valid_until=begins,
    )  # fmt: skip
    session.add(draft)
    session.flush()
    copy_pictures(session, of.id, draft.id, now=now)
    note_saved(session, draft.id, user_id=row.author_id, now=now)
    record_act(session, "make draft again", actor_id=None, subject="message", subject_id=draft.id, now=now, of=of.id)
    author = session.get_one(User, row.author_id)
    if author.active:
        send_notice(
            session, "draft_made", channel=Channel.EMAIL, address=author.email, now=now, title=draft.title,
            send_at=show_time(pattern.goes_out(day)), message_id=draft.id,
        )  # fmt: skip


def _filled(words: str, begins: datetime) -> str:
    day, _, clock = show_time(begins).rpartition(", ")
    return words.replace(DATE, day).replace(TIME, clock)
