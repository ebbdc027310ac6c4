from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from owl.households.choices import Kind
from owl.messages.current import CURRENT, current_messages
from owl.messages.models import MessageStatus
from tests import factories
from tests.factories import NOW


def shown(session: Session, **fields: Any) -> bool:
    ours = {"kind": Kind.GOOD_NEWS, "neighbourhood_ids": ["radlett"], "approved_at": NOW} | fields
    factories.message(session, **ours)
    return bool(current_messages(session, "radlett", now=NOW))


@pytest.mark.parametrize("kind", [Kind.GOOD_NEWS, Kind.EVENT, Kind.PREVENTION_ADVICE])
def test_what_is_for_all_is_shown(session: Session, kind: Kind) -> None:
    assert shown(session, kind=kind)


@pytest.mark.parametrize(
    "kind", [Kind.CRIME_ALERT, Kind.WITNESS_APPEAL, Kind.MISSING_PERSON, Kind.CONSULTATION_INVITATION]
)
def test_what_went_to_some_is_not_shown_to_all(session: Session, kind: Kind) -> None:
    assert not shown(session, kind=kind)


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
    assert [message.title for message in current_messages(session, "radlett", now=NOW)] == ["Newer", "Older"]


def test_an_end_that_was_set_counts_for_more_than_its_age(session: Session) -> None:
    assert shown(session, approved_at=NOW - 2 * CURRENT, valid_until=NOW + timedelta(days=1))


def test_what_was_stood_down_is_over_as_soon_as_people_are_told(session: Session) -> None:
    sent = factories.message(session, kind=Kind.GOOD_NEWS, neighbourhood_ids=["radlett"], approved_at=NOW)
    stand_down = factories.message(
        session, kind=Kind.STAND_DOWN, follows_id=sent.id, status=MessageStatus.AWAITING_APPROVAL, approved_at=None
    )
    assert current_messages(session, "radlett", now=NOW)
    stand_down.status = MessageStatus.SENDING
    session.commit()
    assert current_messages(session, "radlett", now=NOW) == []
