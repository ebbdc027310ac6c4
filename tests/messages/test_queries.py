"""Who sees which message."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.errors import NotFound
from owl.messages.audience import Audience
from owl.messages.composing import create_draft
from owl.messages.models import MessageStatus
from owl.messages.queries import (
    PAGE,
    Tab,
    count_open,
    draft_for,
    message_for,
    messages_in,
    waiting_for_decision,
)
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN, LETCHWORTH
from tests.factories import NOW
from tests.messages.drafts import draft


def ids(session: Session, tab: Tab, user_id: int, page: int = 1) -> list[int]:
    return [row.id for row in messages_in(session, tab, user_id=user_id, page=page).rows]


def test_a_user_sees_messages_that_touch_their_areas_newest_first(session: Session) -> None:
    reader = factories.user(session, areas=[HITCHIN, LETCHWORTH]).id
    here = factories.message(session, neighbourhood_ids=[HITCHIN])
    partly = factories.message(session, neighbourhood_ids=[HATFIELD, LETCHWORTH])
    elsewhere = factories.message(session, neighbourhood_ids=[HATFIELD])

    assert ids(session, Tab.SENT, reader) == [partly.id, here.id]
    assert message_for(session, partly.id, user_id=reader).id == partly.id
    with pytest.raises(NotFound):
        message_for(session, elsewhere.id, user_id=reader)


def test_a_draft_is_open_to_whoever_may_write_for_all_its_areas(session: Session) -> None:
    author = factories.user(session, areas=[HITCHIN]).id
    colleague = factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN]).id
    others = [
        factories.user(session, areas=[LETCHWORTH]).id,
        factories.user(session, role=RoleName.ADMINISTRATOR).id,  # writes for no team
        factories.user(session, role=RoleName.COORDINATOR, areas=[HITCHIN]).id,
    ]
    of_the_team = create_draft(draft(), author_id=author, now=NOW)
    without_areas = create_draft(draft(audience=Audience.of([])), author_id=author, now=NOW)
    for user, drafts in (
        (author, [without_areas, of_the_team]),
        (colleague, [of_the_team]),
        *((o, []) for o in others),
    ):
        assert ids(session, Tab.DRAFTS, user) == drafts
        assert count_open(session, user_id=user)[Tab.DRAFTS] == len(drafts)
        for message_id in (of_the_team, without_areas):
            for look in (message_for, draft_for):
                if message_id in drafts:
                    assert look(session, message_id, user_id=user).id == message_id
                else:
                    with pytest.raises(NotFound):
                        look(session, message_id, user_id=user)


def test_a_user_without_areas_and_a_disabled_one_see_nothing(session: Session) -> None:
    factories.message(session, neighbourhood_ids=[HITCHIN])
    for blind in (factories.user(session), factories.user(session, areas=[HITCHIN], active=False)):
        assert ids(session, Tab.SENT, blind.id) == []


def test_pages_show_all_once(session: Session) -> None:
    author = factories.user(session, areas=[HITCHIN])
    made = [factories.message(session, author_id=author.id, neighbourhood_ids=[HITCHIN]).id for _ in range(PAGE + 1)]
    first, second = (messages_in(session, Tab.SENT, user_id=author.id, page=page) for page in (1, 2))
    assert [row.id for row in (*first.rows, *second.rows)] == made[::-1]
    assert (first.has_next, second.has_next) == (True, False)


def test_what_waits_for_a_decision_is_that_of_others_longest_waiting_first(session: Session) -> None:
    supervisor = factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN]).id
    waits = {"status": MessageStatus.AWAITING_APPROVAL, "neighbourhood_ids": [HITCHIN], "approved_at": None}
    second = factories.message(session, **waits, submitted_at=NOW)
    first = factories.message(session, **waits)
    own = factories.message(session, **waits, author_id=supervisor)
    assert [row.id for row in waiting_for_decision(session, user_id=supervisor)] == [first.id, second.id]
    assert ids(session, Tab.WAITING, supervisor) == [own.id, first.id, second.id]
    assert count_open(session, user_id=supervisor) == {Tab.WAITING: 3, Tab.DRAFTS: 0, Tab.GOING_OUT: 0}


def test_every_status_is_under_one_tab() -> None:
    shown = [status for tab in Tab for status in tab.statuses]
    assert sorted(shown) == sorted(MessageStatus)
