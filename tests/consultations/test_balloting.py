"""One voice a home, and no way back from the answer to the home."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.consultations.balloting import AlreadyTookPart, ConsultationClosed, cast_ballot
from owl.consultations.issues import Issue, chosen_issues
from owl.consultations.models import Ballot, TookPart
from owl.delivery.models import Delivery
from owl.foundation.errors import BadInput, NotFound
from owl.replies.models import Reply
from owl.replies.opening import LinkExpired
from owl.replies.replying import Received
from tests import factories
from tests.factories import NOW

CLOSE = NOW + timedelta(days=14)


def vote(
    delivery: Delivery, *issues: str, words: str = "", named: bool = False, later: timedelta = timedelta()
) -> Received | None:
    return cast_ballot(delivery.message_id, delivery.seq, issues or ["burglary"], words, named=named, now=NOW + later)


def asked(session: Session) -> Delivery:
    return factories.delivery(session, of=factories.consultation(session, valid_until=CLOSE))


def test_a_ballot_holds_the_answer_and_nothing_that_leads_to_the_home(session: Session) -> None:
    delivery = asked(session)

    vote(delivery, "speeding", "burglary", words="Slow them down in Bury Mead Road.")

    raw = dict(session.execute(sa.text("SELECT * FROM ballot")).mappings().one())
    assert set(raw) == {"id", "message_id", "neighbourhood_id", "issues", "words_encrypted", "day"}
    assert isinstance(raw["id"], uuid.UUID)
    assert raw["id"].version == 4  # random, so it tells no order
    assert (raw["issues"], raw["day"]) == (["burglary", "speeding"], date(2026, 11, 22))
    assert b"Bury Mead" not in bytes(raw["words_encrypted"])
    took_part = dict(session.execute(sa.text("SELECT * FROM took_part")).mappings().one())
    assert took_part == {"message_id": delivery.message_id, "household_id": delivery.household_id}
    assert session.scalars(sa.select(Reply)).all() == []


def test_words_under_a_name_become_a_reply_and_stay_out_of_the_ballot(session: Session) -> None:
    delivery = asked(session)

    received = vote(delivery, words="Please call on us.", named=True)

    (reply,) = session.scalars(sa.select(Reply))
    assert received is not None
    assert received.due_at == NOW + timedelta(hours=72)
    assert (reply.words, reply.subscriber_id is None) == ("Please call on us.", False)
    assert session.scalars(sa.select(Ballot)).one().words is None


def test_a_name_without_words_leaves_no_reply(session: Session) -> None:
    assert vote(asked(session), words="  ", named=True) is None
    assert session.scalars(sa.select(Reply)).all() == []


def test_a_home_has_one_voice_whoever_presses(session: Session) -> None:
    home = factories.household(session)
    message = factories.consultation(session, valid_until=CLOSE)
    one, other = (factories.delivery(session, of=message, home=home) for _ in range(2))
    vote(one)
    with pytest.raises(AlreadyTookPart, match="Each home has one voice"):
        vote(other, "drugs", words="Mine too", named=True)
    assert len(session.scalars(sa.select(Ballot)).all()) == 1
    assert session.scalars(sa.select(Reply)).all() == []


def test_of_twenty_presses_at_once_one_counts(app: Flask, committed: Session) -> None:
    delivery = asked(committed)
    message_id, seq = delivery.message_id, delivery.seq

    def press(_: int) -> bool:
        with app.app_context():
            try:
                cast_ballot(message_id, seq, ["drugs"], "", named=False, now=NOW)
            except AlreadyTookPart:
                return False
            return True

    with ThreadPoolExecutor(8) as pool:
        counted = sum(pool.map(press, range(20)))

    assert counted == 1
    assert committed.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 1
    assert committed.scalar(sa.select(sa.func.count()).select_from(TookPart)) == 1


def test_after_the_close_a_ballot_is_refused(session: Session) -> None:
    delivery = asked(session)
    with pytest.raises(ConsultationClosed, match="closed on Sunday 6 December 2026"):
        vote(delivery, later=timedelta(days=14))
    vote(delivery, later=timedelta(days=14, seconds=-1))


def test_a_question_without_a_closing_date_takes_answers_as_long_as_its_links_work(session: Session) -> None:
    delivery = factories.delivery(session, of=factories.consultation(session, finished_at=NOW))
    with pytest.raises(LinkExpired):
        vote(delivery, later=timedelta(days=61))
    vote(delivery, later=timedelta(days=59))


def test_a_message_that_asks_nothing_takes_no_ballot(session: Session) -> None:
    with pytest.raises(NotFound):
        vote(factories.delivery(session))


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([], "Choose what"),
        (["burglary", "drugs", "scams", "speeding"], "up to three. You have chosen 4"),
        (["burglary", "witches"], "from the list"),
    ],
)
def test_none_four_or_unknown_issues_are_refused_beside_the_list(values: list[str], told: str) -> None:
    with pytest.raises(BadInput, match=told) as refusal:
        chosen_issues(values)
    assert set(refusal.value.fields) == {"issues"}


@given(st.lists(st.sampled_from([issue.value for issue in Issue]), min_size=1, max_size=3))
def test_one_to_three_issues_are_taken_once_each_in_the_order_of_the_list(values: list[str]) -> None:
    chosen = chosen_issues(values)
    assert chosen == sorted(set(chosen), key=list(Issue).index)
    assert {issue.value for issue in chosen} == set(values)
