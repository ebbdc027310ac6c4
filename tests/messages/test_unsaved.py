"""What is typed and not saved: kept for its writer alone, and never over what was saved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput, NotFound
from owl.messages.composing import create_draft
from owl.messages.unsaved import LARGEST, MOST, end_unsaved, keep_unsaved, new_key, unsaved_fields, unsaved_of
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.factories import NOW
from tests.messages.drafts import draft

TYPED = {"title": ["Sheds"], "include": ["ward:A", "ward:B"], "valid_day": ["x"]}


@pytest.fixture
def officer_id(session: Session) -> int:
    return factories.user(session, areas=[HITCHIN]).id


def test_what_is_typed_comes_back_as_it_was_and_to_nobody_else(session: Session, officer_id: int) -> None:
    key, other_id = new_key(), factories.user(session, areas=[HITCHIN]).id
    assert keep_unsaved(key, TYPED, user_id=officer_id, message_id=None, now=NOW)
    assert unsaved_fields(session, key, user_id=officer_id, message_id=None) == TYPED
    assert [one.title for one in unsaved_of(session, user_id=officer_id, message_id=None)] == ["Sheds"]
    assert not keep_unsaved(key, {}, user_id=other_id, message_id=None, now=NOW), "a key that was guessed"
    end_unsaved(key, user_id=other_id, now=NOW)
    assert unsaved_of(session, user_id=other_id, message_id=None) == []
    with pytest.raises(NotFound):
        unsaved_fields(session, key, user_id=other_id, message_id=None)
    assert unsaved_fields(session, key, user_id=officer_id, message_id=None) == TYPED


@pytest.mark.parametrize("is_late", [False, True])
def test_what_comes_after_it_was_saved_is_not_kept(session: Session, officer_id: int, is_late: bool) -> None:
    key = new_key()
    if not is_late:
        keep_unsaved(key, TYPED, user_id=officer_id, message_id=None, now=NOW)
    end_unsaved(key, user_id=officer_id, now=NOW)
    assert not keep_unsaved(key, TYPED, user_id=officer_id, message_id=None, now=NOW)
    assert unsaved_of(session, user_id=officer_id, message_id=None) == []


def test_too_much_and_the_drafts_of_others_are_refused_and_the_oldest_goes(session: Session, officer_id: int) -> None:
    elsewhere = create_draft(
        draft(audience=draft().audience.of([])), author_id=factories.user(session, areas=[HATFIELD]).id, now=NOW
    )
    for key, fields, message_id, refusal in (
        ("short", TYPED, None, BadInput),
        (new_key(), {"body": ["x" * LARGEST]}, None, BadInput),
        (new_key(), TYPED, elsewhere, NotFound),
    ):
        with pytest.raises(refusal):
            keep_unsaved(key, fields, user_id=officer_id, message_id=message_id, now=NOW)
    for number in range(MOST + 2):
        fields = {"title": [str(number)]}
        keep_unsaved(new_key(), fields, user_id=officer_id, message_id=None, now=NOW + timedelta(minutes=number))
    kept = [one.title for one in unsaved_of(session, user_id=officer_id, message_id=None)]
    assert kept == [str(number) for number in range(MOST + 1, 1, -1)]
