from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from owl.foundation.languages import Language
from owl.households.choices import Kind
from owl.messages.current import CURRENT
from owl.messages.listed import ListedMessage
from owl.messages.models import MessageStatus
from owl.messages.public_lists import PAGE, all_for_all, current_for_all
from tests import factories
from tests.factories import NOW


def current(session: Session) -> tuple[ListedMessage, ...]:
    return current_for_all(session, ["radlett"], language=Language.ENGLISH, most=5, now=NOW)


def shown(session: Session, **fields: Any) -> bool:
    ours = {"kind": Kind.GOOD_NEWS, "neighbourhood_ids": ["radlett"], "approved_at": NOW} | fields
    factories.message(session, **ours)
    return bool(current(session))


@pytest.mark.parametrize("kind", [Kind.GOOD_NEWS, Kind.EVENT, Kind.PREVENTION_ADVICE, Kind.CRIME_ALERT])
def test_what_is_for_all_is_shown(session: Session, kind: Kind) -> None:
    assert shown(session, kind=kind)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": Kind.MISSING_PERSON},
        {"kind": Kind.CONSULTATION_INVITATION},
        {"kind": Kind.CRIME_ALERT, "audience": {"include": ["sector:WD7 7"], "exclude": [], "channels": ["email"]}},
        {"kind": Kind.WITNESS_APPEAL, "names_a_person": True},
    ],
)
def test_what_went_to_some_is_not_shown_to_all(session: Session, fields: dict[str, Any]) -> None:
    assert not shown(session, **fields)


def test_what_was_written_later_is_shown_with_it_and_the_past_is_paged(session: Session) -> None:
    for number in range(PAGE + 1):
        old = NOW - timedelta(days=100 + number)
        sent = factories.message(session, kind=Kind.EVENT, neighbourhood_ids=["radlett"], approved_at=old)
    factories.message(session, kind=Kind.UPDATE, follows_id=sent.id, title="More", approved_at=NOW)
    pages = [all_for_all(session, ["radlett"], language=Language.ENGLISH, page=page, now=NOW) for page in (1, 2)]
    assert [(len(page.rows), page.has_next) for page in pages] == [(PAGE, True), (1, False)]
    assert [later.title for later in pages[1].rows[0].later] == ["More"]
    assert current(session) == ()


@pytest.mark.parametrize("status", set(MessageStatus) - {MessageStatus.SENDING, MessageStatus.SENT})
def test_what_was_not_sent_or_was_taken_back_is_not_shown(session: Session, status: MessageStatus) -> None:
    assert not shown(session, status=status)


@pytest.mark.parametrize(
    "fields", [{"valid_until": NOW}, {"approved_at": NOW - CURRENT}, {"neighbourhood_ids": ["royston"]}]
)
def test_what_is_old_or_elsewhere_is_not_shown(session: Session, fields: dict[str, Any]) -> None:
    assert not shown(session, **fields)


def test_what_still_holds_is_shown_newest_first(session: Session) -> None:
    shown(session, title="Older", approved_at=NOW - timedelta(days=2), valid_until=NOW + timedelta(hours=1))
    shown(session, title="Newer")
    assert [message.title for message in current(session)] == ["Newer", "Older"]


def test_an_end_that_was_set_counts_for_more_than_its_age(session: Session) -> None:
    assert shown(session, approved_at=NOW - 2 * CURRENT, valid_until=NOW + timedelta(days=1))


def test_what_was_stood_down_is_over_as_soon_as_people_are_told(session: Session) -> None:
    sent = factories.message(session, kind=Kind.GOOD_NEWS, neighbourhood_ids=["radlett"], approved_at=NOW)
    stand_down = factories.message(
        session, kind=Kind.STAND_DOWN, follows_id=sent.id, status=MessageStatus.AWAITING_APPROVAL, approved_at=None
    )
    assert current(session)
    stand_down.status = MessageStatus.SENDING
    session.commit()
    assert current(session) == ()
