"""Results: sealed until the close, and never so few homes that they point at somebody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from owl.consultations.balloting import cast_ballot
from owl.consultations.builtin_question import turnout
from owl.consultations.issues import Issue
from owl.consultations.results import StillOpen, results
from owl.foundation.errors import NotFound
from owl.messages.models import Message
from tests import factories
from tests.factories import NOW

CLOSE = NOW + timedelta(days=14)


def home_says(session: Session, message: Message, *issues: str, words: str = "") -> None:
    delivery = factories.delivery(session, of=message)
    cast_ballot(message.id, delivery.seq, issues, words, named=False, now=NOW)


def test_before_the_close_nobody_sees_more_than_how_many_took_part(session: Session) -> None:
    message = factories.consultation(session, valid_until=CLOSE)
    home_says(session, message, "drugs")
    with pytest.raises(StillOpen, match="before the question closes on Sunday 6 December, 14:05"):
        results(session, message.id, now=CLOSE - timedelta(seconds=1))
    assert turnout(session, message.id) == 1


def test_after_the_close_issues_are_counted_and_small_groups_left_out(session: Session) -> None:
    message = factories.consultation(session, valid_until=CLOSE)
    for number in range(6):
        home_says(session, message, "speeding", *(["burglary"] if number < 5 else ["drugs"]))
    for _ in range(3):
        home_says(session, message, "drugs")

    found = results(session, message.id, now=CLOSE)

    assert found.homes == 9
    assert [(row.issue, row.homes) for row in found.rows[:2]] == [(Issue.SPEEDING, 6), (Issue.BURGLARY, 5)]
    assert {row.homes for row in found.rows[2:]} == {None}  # drugs, with four, and all that nobody chose
    assert len(found.rows) == len(Issue)


def test_words_are_shown_in_no_order_that_tells_who_came_first(session: Session) -> None:
    message = factories.consultation(session, valid_until=CLOSE)
    for words in ("Zebra crossing please", "", "A lamp in the alley"):
        home_says(session, message, "something_else", words=words)
    assert results(session, message.id, now=CLOSE).words == ("A lamp in the alley", "Zebra crossing please")


def test_a_message_that_asks_nothing_has_no_results(session: Session) -> None:
    with pytest.raises(NotFound):
        results(session, factories.message(session).id, now=CLOSE)
