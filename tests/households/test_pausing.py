"""A pause ends on a day that exists, after today and within a year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput
from owl.households.models import Subscriber
from owl.households.pausing import end_pause, pause_messages, read_day
from owl.households.queries import subscriber_row
from tests import factories
from tests.factories import NOW

TODAY = date(2026, 11, 22)


def typed(day: str, month: str, year: str) -> dict[str, str]:
    return {"day": day, "month": month, "year": year}


@pytest.mark.parametrize(
    ("parts", "moment"),
    [
        (typed("23", "11", "2026"), datetime(2026, 11, 23, tzinfo=UTC)),
        (typed(" 1", "07 ", "27"), datetime(2027, 6, 30, 23, tzinfo=UTC)),  # summer time in London
        (typed("22", "11", "2027"), datetime(2027, 11, 22, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_midnight_in_london(parts: dict[str, str], moment: datetime) -> None:
    assert read_day(parts, today=TODAY) == moment


@pytest.mark.parametrize(
    ("parts", "sentence"),
    [
        (typed("", "", ""), "Enter the day"),
        (typed("", "3", "2027"), "in figures"),
        (typed("1", "March", "2027"), "in figures"),
        (typed("-1", "3", "2027"), "in figures"),
        (typed("१", "3", "2027"), "in figures"),
        (typed("1", "3", "2" * 5000), "in figures"),
        (typed("31", "2", "2027"), "no such day"),
        (typed("0", "1", "2027"), "no such day"),
        (typed("1", "1", "0"), "after today"),
        (typed("22", "11", "2026"), "after today"),
        (typed("24", "11", "2027"), "12 months"),
    ],
)
def test_a_day_that_can_not_be_is_refused_with_the_reason(parts: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as refusal:
        read_day(parts, today=TODAY)
    assert list(refusal.value.fields) == ["until"]


@given(
    st.fixed_dictionaries({name: st.text(max_size=6) | st.integers(-9, 9999).map(str) for name in typed("", "", "")})
)
def test_anything_at_all_is_a_day_within_a_year_or_refused(parts: dict[str, str]) -> None:
    try:
        moment = read_day(parts, today=TODAY)
    except BadInput as refusal:
        moment = None
        said = refusal.sentence
    if moment is None:
        assert said.endswith(".")
    else:
        assert datetime(2026, 11, 23, tzinfo=UTC) <= moment <= datetime(2027, 11, 23, tzinfo=UTC)


def test_a_pause_is_shown_until_it_is_over(session: Session) -> None:
    owner = factories.subscriber(session)
    until = pause_messages(owner.id, typed=typed("1", "12", "2026"), now=NOW)
    assert session.get_one(Subscriber, owner.id).paused_until == until
    assert subscriber_row(session, owner.id, now=NOW).paused_until == until
    assert subscriber_row(session, owner.id, now=until).paused_until is None
    end_pause(owner.id)
    assert subscriber_row(session, owner.id, now=NOW).paused_until is None
