"""When residents can meet their team, and where else it writes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from owl.accounts.meetings import (
    MOST_AT_ONCE,
    MeetingChanged,
    TypedMeeting,
    add_meetings,
    cancel_meeting,
    change_meeting,
    meetings_since,
)
from owl.accounts.page_models import Network
from owl.accounts.social_accounts import accounts_of, is_page_of, save_accounts
from owl.accounts.teams import team_of
from owl.foundation.errors import BadInput
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.factories import NOW

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def typed(begins: datetime | None = NOW + DAY, ends: datetime | None = NOW + DAY + HOUR, **words: str) -> TypedMeeting:
    return TypedMeeting(
        words.get("title", "Street surgery"), words.get("place", "Market Place"), words.get("words", ""), begins, ends
    )


def test_a_meeting_is_added_for_months_changed_by_one_and_cancelled_for_all_to_see(session: Session) -> None:
    officer = factories.user(session, areas=[HITCHIN])
    assert add_meetings(HITCHIN, typed(), again=[NOW + 29 * DAY], actor_id=officer.id, now=NOW) == 2
    factories.meeting(session, HATFIELD, ends_at=NOW, begins_at=NOW - HOUR)

    first, second = meetings_since(session, [HITCHIN], since=NOW)
    assert second.ends_at - second.begins_at == HOUR
    change_meeting(first.id, typed(place="The library"), version=first.version, actor_id=officer.id, now=NOW)
    cancel_meeting(second.id, actor_id=officer.id, now=NOW)

    changed, cancelled = meetings_since(session, None, since=NOW)
    assert (changed.place, changed.version, changed.uid) == ("The library", 2, first.uid)
    assert (cancelled.cancelled_at, cancelled.version, cancelled.neighbourhood) == (NOW, 2, "Hitchin Urban")
    with pytest.raises(MeetingChanged):
        change_meeting(first.id, typed(), version=first.version, actor_id=officer.id, now=NOW)
    with pytest.raises(MeetingChanged):
        change_meeting(second.id, typed(), version=2, actor_id=officer.id, now=NOW)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (typed(begins=None), "begins"),
        (typed(begins=NOW - HOUR), "begins"),
        (typed(begins=NOW + 3650 * DAY), "begins"),
        (typed(ends=None), "ends"),
        (typed(ends=NOW + DAY), "ends"),
        (typed(ends=NOW + 3 * DAY), "ends"),
        (typed(title=" "), "title"),
        (typed(place="x" * 121), "place"),
        (typed(title="a\u202eb"), "title"),
        (typed(words="x" * 1001), "words"),
    ],
)
def test_a_meeting_that_nobody_could_come_to_is_refused_by_field(given: TypedMeeting, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        add_meetings(HITCHIN, given, actor_id=1, now=NOW)
    assert set(refused.value.fields) == {field}


def test_no_more_is_repeated_than_anybody_plans() -> None:
    for again in ([NOW + DAY] * MOST_AT_ONCE, [NOW + 600 * DAY]):
        with pytest.raises(BadInput, match="Repeat it"):
            add_meetings(HITCHIN, typed(), again=again, actor_id=1, now=NOW)


def test_a_team_shows_its_pages_elsewhere_and_takes_one_off(session: Session) -> None:
    officer, team = factories.user(session, areas=[HITCHIN]), team_of(session, HITCHIN)
    both = {"x": "https://x.com/hitchinpolice", "facebook": "https://www.facebook.com/hitchin"}
    save_accounts(HITCHIN, both, actor_id=officer.id, now=NOW)
    assert [row.network for row in accounts_of(session, team.id)] == [Network.FACEBOOK, Network.X]
    save_accounts(HITCHIN, {"x": both["x"], "facebook": ""}, actor_id=officer.id, now=NOW)
    assert [row.address for row in accounts_of(session, team.id)] == ["https://x.com/hitchinpolice"]


@pytest.mark.parametrize(
    "address",
    [
        "http://x.com/us",
        "https://x.com",
        "https://x.com.evil.example/us",
        "https://x.com@evil.example/us",
        "https://evil.example/x.com",
        "javascript:alert(1)",
        "https://x.com/a b",
        "https://x.com:99999/us",
        "https://\u0445.com/us",
        "https://x.com/" + "a" * 200,
    ],
)
def test_what_only_looks_like_a_page_there_is_refused(address: str) -> None:
    assert not is_page_of(Network.X, address)
    with pytest.raises(BadInput):
        save_accounts(HITCHIN, {"x": address}, actor_id=1, now=NOW)
