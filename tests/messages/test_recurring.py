"""Drafts that come again: made once, in time, with the next date in their words, and sent by nobody but a person."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.errors import BadInput, NotFound, Refused
from owl.foundation.notices import Notice
from owl.messages.calendar import entries
from owl.messages.composing import create_draft, submit_message
from owl.messages.models import Message, MessageStatus
from owl.messages.pictures import pictures_of
from owl.messages.recurrence import Pattern
from owl.messages.recurring import make_drafts
from owl.messages.recurring_models import Every, RecurringDraft
from owl.messages.repeating import end_repeating, repeat_message, repeated_in
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.factories import NOW
from tests.messages.drafts import draft, resident

DECEMBER_8 = date(2026, 12, 8)  # the second Tuesday
MEETING = Pattern(Every.MONTH, 2, clock=time(19), days_before=3, sends_at=time(18))


@pytest.fixture
def officer(session: Session) -> User:
    resident(session)
    return factories.user(session, areas=[HITCHIN])


def repeated(officer: User, **more: Any) -> int:
    of = create_draft(draft(title="Beat meeting on {date}", body="Come at {time}."), author_id=officer.id, now=NOW)
    given = {"pattern": MEETING, "first_on": DECEMBER_8, "until": None} | more
    return repeat_message(of, user_id=officer.id, now=NOW, **given)


def made(session: Session) -> list[Message]:
    return list(session.scalars(sa.select(Message).where(Message.send_at.is_not(None)).order_by(Message.id)))


def test_a_week_before_it_goes_out_a_draft_with_the_date_is_made_once_and_its_author_is_told(
    session: Session, officer: User
) -> None:
    recurring_id = repeated(officer)
    picture = factories.picture(session, session.get_one(RecurringDraft, recurring_id).message_id)
    goes_out = MEETING.goes_out(DECEMBER_8)
    assert goes_out.isoformat() == "2026-12-05T18:00:00+00:00"
    assert make_drafts(now=goes_out - timedelta(days=7, seconds=1)) == 0
    assert make_drafts(now=goes_out - timedelta(days=7)) == 1
    assert make_drafts(now=goes_out - timedelta(days=7)) == 0
    [message] = made(session)
    [copied] = pictures_of(session, message.id)
    assert copied.alt == "A white van"
    assert copied.name != picture.name, "a copy is put away with its own message"
    assert (message.title, message.body) == ("Beat meeting on Tuesday 8 December", "Come at 19:00.")
    assert (message.status, message.send_at) == (MessageStatus.DRAFT, goes_out)
    assert (message.author_id, message.valid_until) == (officer.id, MEETING.begins(DECEMBER_8))
    assert [notice.address for notice in session.scalars(sa.select(Notice))] == [officer.email]
    assert session.get_one(RecurringDraft, recurring_id).next_on == date(2027, 1, 12)
    submit_message(message.id, user_id=officer.id, version=message.version, now=goes_out - timedelta(days=6))


def test_what_was_missed_while_no_clock_ran_is_left_out(session: Session, officer: User) -> None:
    recurring_id = repeated(officer)
    late = datetime(2027, 1, 5, 12, tzinfo=NOW.tzinfo)
    assert make_drafts(now=late) == 0
    assert make_drafts(now=late) == 1
    assert [message.title for message in made(session)] == ["Beat meeting on Tuesday 12 January"]
    assert session.get_one(RecurringDraft, recurring_id).next_on == date(2027, 2, 9)


def test_it_ends_with_its_last_day_or_when_somebody_ends_it(session: Session, officer: User) -> None:
    repeated(officer, until=date(2026, 12, 31))
    ended = repeated(officer)
    end_repeating(ended, user_id=officer.id, now=NOW)
    assert make_drafts(now=datetime(2026, 12, 1, 12, tzinfo=NOW.tzinfo)) == 1
    assert repeated_in(session, user_id=officer.id) == []
    assert make_drafts(now=datetime(2027, 1, 6, 12, tzinfo=NOW.tzinfo)) == 0


def test_others_neither_repeat_nor_end_it(session: Session, officer: User) -> None:
    recurring_id = repeated(officer)
    stranger = factories.user(session, areas=[HATFIELD])
    with pytest.raises(NotFound):
        end_repeating(recurring_id, user_id=stranger.id, now=NOW)
    sent = factories.message(session, neighbourhood_ids=[HITCHIN, HATFIELD])
    with pytest.raises(Refused):
        repeat_message(sent.id, user_id=officer.id, pattern=MEETING, first_on=DECEMBER_8, until=None, now=NOW)
    for wrong in ({"first_on": date(2026, 11, 10)}, {"first_on": date(2029, 1, 9)}, {"until": date(2026, 12, 1)}):
        with pytest.raises(BadInput):
            repeated(officer, **wrong)


def test_the_calendar_shows_what_went_out_what_will_and_what_is_repeated(session: Session, officer: User) -> None:
    repeated(officer)
    factories.message(session, neighbourhood_ids=[HITCHIN], title="Went out")
    factories.message(
        session, neighbourhood_ids=[HITCHIN], title="Scheduled", status=MessageStatus.SCHEDULED,
        send_at=datetime(2026, 11, 30, 23, 30, tzinfo=NOW.tzinfo),
    )  # fmt: skip
    factories.message(session, neighbourhood_ids=[HATFIELD], title="Of others")
    days = entries(session, user_id=officer.id, first=date(2026, 11, 1), last=date(2026, 12, 31), now=NOW)
    assert {str(day): [(one.title, one.is_ahead) for one in found] for day, found in days.items()} == {
        "2026-11-22": [("Went out", False)],
        "2026-11-30": [("Scheduled", True)],
        "2026-12-05": [("Beat meeting on {date}", True)],
    }
