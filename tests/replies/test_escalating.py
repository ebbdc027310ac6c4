"""The clock of replies: sergeants at 48 hours and for urgent words, residents and inspectors at 72."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.cover import come_back, cover_of, go_off_duty
from owl.accounts.models import RoleName
from owl.foundation.errors import BadInput, NotFound
from owl.foundation.notices import Channel, Notice
from owl.replies.answering import answer_reply
from owl.replies.assigning import claim_reply
from owl.replies.compliance import kept_time, published
from owl.replies.escalating import watch_clocks
from owl.replies.escalation import escalating_words
from owl.replies.inbox import Filter, Show, Which, Whose, inbox
from owl.replies.own_conversations import own_conversation
from owl.replies.recourse import NotLateYet, ask_inspector
from owl.replies.states import Ending, ReplyState
from owl.replies.ticket_models import EndedClock
from tests import factories
from tests.factories import NOW

DAY = timedelta(days=1)


def told(session: Session) -> Counter[tuple[str, str | None]]:
    """Template and address of every notice so far."""
    return Counter((notice.template, notice.address) for notice in session.scalars(sa.select(Notice)))


def sergeant(session: Session, email: str, *, place: int = 0, role: RoleName = RoleName.SUPERVISOR) -> int:
    areas = [factories.neighbourhood_id(session, place)]
    return factories.user(session, email=email, role=role, areas=areas).id


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("He has a KNIFE!", ("knife",)),
        ("I'm afraid\nof  him.", ("afraid of him",)),
        ("knife-like; a penknifes, Gunners", ()),
        ("", ()),
        ("a gun, a gun and a knife", ("knife", "gun")),
    ],
)
def test_whole_words_escalate_in_any_case_and_with_any_signs_between(words: str, found: tuple[str, ...]) -> None:
    assert set(escalating_words(words.replace("knife-like", "knifelike"), ["knife", "gun", "afraid of him"])) == set(
        found
    )


def test_urgent_words_reach_the_sergeants_of_the_area_once_also_of_an_anonymous_reply(session: Session) -> None:
    sergeant(session, "here@owl.example.com")
    sergeant(session, "elsewhere@owl.example.com", place=1)
    factories.user(session, areas=[factories.neighbourhood_id(session)])
    urgent = factories.reply(session, urgent=True)
    factories.reply(session, anonymous=True, urgent=True)
    factories.reply(session)
    watch_clocks(NOW)
    watch_clocks(NOW)
    assert told(session) == {("replies_urgent", "here@owl.example.com"): 1}
    [notice] = session.scalars(sa.select(Notice))
    words = json.loads(notice.words or "")
    assert (words["count"], f"R{urgent.id}-" in words["references"]) == (2, True)
    assert "van" not in (notice.words or "")  # what they wrote stays inside


def test_at_48_hours_sergeants_and_whoever_has_it_hear_once_and_at_72_the_resident(session: Session) -> None:
    sergeant(session, "here@owl.example.com")
    amy = factories.user(session, email="amy@owl.example.com", areas=[factories.neighbourhood_id(session)]).id
    mail = factories.contact_point(session, address="joan@example.com")
    reply = factories.reply(session, to=factories.delivery(session, mail))
    done = factories.reply(session)
    answer_reply(done.id, "Thank you", author_id=amy, now=NOW)
    claim_reply(reply.id, user_id=amy, now=NOW)
    session.execute(sa.delete(Notice))

    watch_clocks(NOW + 2 * DAY - timedelta(minutes=1))
    assert told(session) == {}
    for minutes in (0, 1, 24 * 60 - 1):
        watch_clocks(NOW + 2 * DAY + timedelta(minutes=minutes))
    expected = {("replies_waiting", "here@owl.example.com"): 1, ("replies_waiting", "amy@owl.example.com"): 1}
    assert told(session) == expected
    for minutes in (0, 1, 999):
        watch_clocks(NOW + 3 * DAY + timedelta(minutes=minutes))
    assert told(session) == expected | {("answer_late", "joan@example.com"): 1}


def test_a_weekend_and_a_clock_change_pause_nothing(session: Session) -> None:
    """Received on a Friday before the clocks go back: 72 hours are 72 hours."""
    friday = NOW.replace(month=10, day=23, hour=16, minute=0)
    reply = factories.reply(session, received_at=friday)
    watch_clocks(friday + 2 * DAY)
    session.refresh(reply)
    assert reply.escalated_at == friday + 2 * DAY


def test_who_is_reached_by_text_alone_hears_of_it_in_the_daytime(session: Session) -> None:
    night = NOW.replace(hour=2)
    phone = factories.contact_point(session, channel=Channel.SMS, address="+447700900123")
    factories.reply(session, to=factories.delivery(session, phone), received_at=night - 4 * DAY)
    watch_clocks(night)
    assert ("answer_late", "+447700900123") not in told(session)
    watch_clocks(night + timedelta(hours=8))
    assert told(session)["answer_late", "+447700900123"] == 1


def test_a_late_reply_can_be_put_before_the_inspectors_once(session: Session) -> None:
    sergeant(session, "inspector@owl.example.com", role=RoleName.INSPECTOR)
    sergeant(session, "sergeant@owl.example.com")
    reply = factories.reply(session)
    late = NOW + 3 * DAY + timedelta(seconds=1)
    with pytest.raises(NotLateYet):
        ask_inspector(reply.id, now=NOW + 3 * DAY)
    assert not own_conversation(session, reply.id, now=NOW).may_ask_inspector
    assert own_conversation(session, reply.id, now=late).may_ask_inspector
    ask_inspector(reply.id, now=late)
    ask_inspector(reply.id, now=late)
    assert told(session) == {("reply_recourse", "inspector@owl.example.com"): 1}
    mine = own_conversation(session, reply.id, now=late)
    assert (mine.asked_inspector, mine.may_ask_inspector) == (True, False)
    with pytest.raises(NotFound):
        ask_inspector(factories.reply(session, anonymous=True).id, now=late)


def test_what_a_resident_was_asked_and_never_answered_is_closed_after_two_weeks(session: Session) -> None:
    reply, amy = factories.reply(session), sergeant(session, "amy@owl.example.com")
    answer_reply(reply.id, "Which colour?", author_id=amy, waits=True, now=NOW)
    for days, state in ((14, ReplyState.WAITING), (15, ReplyState.CLOSED)):
        watch_clocks(NOW + days * DAY)
        session.expire_all()
        assert reply.state is state


def test_who_is_off_duty_is_covered_for_in_mails_and_in_what_is_mine(session: Session) -> None:
    area = factories.neighbourhood_id(session)
    amy = sergeant(session, "amy@owl.example.com")
    ben = factories.user(session, name="Ben Stone", email="ben@owl.example.com", areas=[area]).id
    stranger = sergeant(session, "stranger@owl.example.com", place=1)
    week = {"from_at": NOW, "until_at": NOW + 7 * DAY, "now": NOW}
    for cover_id in (amy, stranger, None):
        with pytest.raises(BadInput, match="Choose a colleague"):
            go_off_duty(amy, cover_id=cover_id, **week)
    with pytest.raises(BadInput, match="still to come"):
        go_off_duty(amy, cover_id=ben, from_at=NOW - DAY, until_at=NOW, now=NOW)
    reply = factories.reply(session)
    claim_reply(reply.id, user_id=amy, now=NOW)
    go_off_duty(amy, cover_id=ben, **week)
    found = cover_of(session, amy, now=NOW)
    assert found is not None
    assert found[0] == "PC Ben Stone"

    watch_clocks(NOW + 2 * DAY)
    assert told(session) == {("replies_waiting", "ben@owl.example.com"): 1}
    come_back(amy, now=NOW)
    assert cover_of(session, amy, now=NOW) is None
    with pytest.raises(NotFound):
        come_back(amy, now=NOW)


def test_the_inbox_is_narrowed_to_whose_and_which(session: Session) -> None:
    area, other = factories.neighbourhood_id(session), factories.neighbourhood_id(session, 1)
    amy, ben = factories.user(session, areas=[area, other]).id, factories.user(session, areas=[area]).id
    plain = factories.reply(session, received_at=NOW).id
    mine = factories.reply(session, received_at=NOW - 2 * DAY, assignee_id=amy).id
    bens = factories.reply(session, received_at=NOW - 4 * DAY, assignee_id=ben, urgent=True).id
    far = factories.reply(session, neighbourhood_id=other, recourse_at=NOW, received_at=NOW).id
    cases = {
        Filter(): {plain, mine, bens, far},
        Filter(whose=Whose.MINE, mine=frozenset({amy})): {mine},
        Filter(whose=Whose.MINE, mine=frozenset({amy, ben})): {mine, bens},
        Filter(whose=Whose.NOBODY): {plain, far},
        Filter(which=Which.URGENT): {bens},
        Filter(which=Which.SOON): {mine, bens},
        Filter(which=Which.LATE): {bens},
        Filter(which=Which.RECOURSE): {far},
        Filter(neighbourhood_id=other): {far},
        Filter(neighbourhood_id="of nobody here"): set(),
    }
    for narrowed, expected in cases.items():
        found = inbox(session, [area, other], show=Show.OPEN, narrowed=narrowed, now=NOW)
        assert {row.id for row in found.rows} == expected, narrowed
        assert found.total == len(expected)


def test_compliance_counts_what_ended_in_the_span_and_what_is_late_now(session: Session) -> None:
    area = factories.neighbourhood_id(session)
    for hours, ending, days_ago in (
        (5, Ending.ANSWERED, 1), (71, Ending.HANDED_ON, 1), (72, Ending.SPOKEN_TO, 1), (73, Ending.ANSWERED, 1),
        (1, Ending.NEEDS_NONE, 1), (90, Ending.ABUSE, 1), (5, Ending.ANSWERED, 100),
    ):  # fmt: skip
        at = NOW - days_ago * DAY
        due = at + timedelta(hours=72 - hours)
        session.add(EndedClock(neighbourhood_id=area, due_at=due, ended_at=at, ending=ending))
    factories.reply(session, received_at=NOW)
    factories.reply(session, received_at=NOW - 4 * DAY)
    factories.reply(session, anonymous=True)
    session.commit()
    [kept] = kept_time(session, [area], since=NOW - 28 * DAY, now=NOW)
    assert (kept.in_time, kept.late, kept.without, kept.waiting, kept.overdue) == (3, 1, 2, 2, 1)
    assert (kept.share, kept.half_in_words) == (60, "2 days")
    assert published(session, area, now=NOW) == 60
    assert published(session, factories.neighbourhood_id(session, 1), now=NOW) is None
