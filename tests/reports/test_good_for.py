"""The tally by team, kind and month: each message once, and once for each of its teams."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.clock import london_day, utc_now
from owl.households.choices import Kind
from owl.messages.models import Message, MessageStatus
from owl.reports.good_for import tally
from owl.reports.models import AreaTally, LedTo, MessageOutcome, MessageTally
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.browser import sign_in
from tests.factories import NOW


def went(session: Session, *areas: str, led_to: tuple[str, ...] = (), at: datetime = NOW, **fields: object) -> Message:
    """A message to 10 homes in each of the areas, with a rating and a reply."""
    message = factories.message(session, neighbourhood_ids=list(areas), approved_at=at, homes=10 * len(areas), **fields)
    session.add(MessageTally(message_id=message.id, counted_at=at, useful=1, replies=1))
    for area in areas:
        session.add(
            AreaTally(
                message_id=message.id, neighbourhood_id=area, homes_there=99, homes=10, reached=9, mails={}, texts={}
            )
        )
    if led_to:
        who = message.author_id
        session.add(MessageOutcome(message_id=message.id, led_to=list(led_to), recorded_by=who, recorded_at=at))
    session.commit()
    return message


def test_a_message_to_two_teams_counts_for_each_and_once_in_the_whole(session: Session) -> None:
    went(session, HITCHIN, HATFIELD, led_to=("arrest", "recovered"))
    went(session, HITCHIN)
    went(session, HITCHIN, kind=Kind.EVENT, led_to=("none",))
    counted = tally(session, [HITCHIN, HATFIELD], first=NOW.date(), last=NOW.date())
    whole = counted.whole
    assert (whole.messages, whole.homes, whole.replies, whole.unsaid, whole.useful_share) == (3, 40, 3, 1, 1)
    assert {one: count for one, count in whole.led_to.items() if count} == {
        LedTo.ARREST: 1, LedTo.RECOVERED: 1, LedTo.NONE: 1,
    }  # fmt: skip
    teams = [(name, of.messages, of.homes, of.led_to[LedTo.ARREST]) for name, of in counted.by_team()]
    assert teams == [("Hitchin Urban", 3, 30, 1), ("Welwyn Hatfield South", 1, 10, 1)]
    assert [(kind, of.messages) for kind, of in counted.by_kind()] == [(Kind.CRIME_ALERT, 2), (Kind.EVENT, 1)]
    only = tally(session, [HATFIELD], first=NOW.date(), last=NOW.date())
    assert (only.whole.messages, [name for name, _ in only.by_team()]) == (1, ["Welwyn Hatfield South"])
    assert tally(session, [HITCHIN], first=NOW.date(), last=NOW.date(), kind=Kind.EVENT).whole.messages == 1


@pytest.mark.parametrize(
    ("at", "month"),
    [
        (datetime(2026, 9, 30, 22, 59, tzinfo=UTC), date(2026, 9, 1)),
        (datetime(2026, 9, 30, 23, 0, tzinfo=UTC), date(2026, 10, 1)),  # midnight in London, in summer
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), date(2026, 12, 1)),
        (datetime(2027, 1, 1, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_months_are_those_of_london(session: Session, at: datetime, month: date) -> None:
    went(session, HITCHIN, at=at)
    counted = tally(session, [HITCHIN], first=date(2026, 1, 1), last=date(2027, 3, 31))
    assert [name for name, _ in counted.by_month()] == [month]
    assert tally(session, [HITCHIN], first=month, last=month).whole.messages == 1


def test_drafts_follow_ups_and_training_do_not_count(session: Session) -> None:
    first = went(session, HITCHIN)
    went(session, HITCHIN, kind="update", follows_id=first.id)
    went(session, HITCHIN, training=True)
    went(session, HITCHIN, status=MessageStatus.SCHEDULED)
    assert tally(session, [HITCHIN], first=NOW.date(), last=NOW.date()).whole.messages == 1


def test_the_page_and_the_file_show_the_readers_own_teams_whatever_is_asked(
    client: FlaskClient, session: Session
) -> None:
    went(session, HITCHIN, led_to=("found_safe",), at=utc_now())
    went(session, HATFIELD, led_to=("arrest",), at=utc_now())
    sign_in(client, session, factories.user(session, areas=[HITCHIN]))
    for query in ({}, {"team": HATFIELD}, {"from": "1066-10", "to": "'--", "kind": "digest", "team": "x" * 9000}):
        page = client.get("/team/reports", query_string=query).text
        assert "Hitchin Urban" in page
        assert "Welwyn Hatfield South" not in page
    lines = client.get("/team/reports/tally.csv").text.splitlines()
    assert lines[0].startswith("team,kind,month,messages,homes,replies,rated useful,rated not useful,found_safe,arrest")
    assert lines[1] == f"Hitchin Urban,Crime alert,{london_day(utc_now()):%Y-%m},1,10,1,1,0,1,0,0,0,0,0,0"
    assert len(lines) == 2


def test_where_nothing_went_out_the_page_says_what_will_be_there(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, areas=[HITCHIN]))
    assert "No messages went out in these months" in client.get("/team/reports").text
