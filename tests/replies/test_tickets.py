"""What a team does with a reply besides answering it: claiming, noting, closing, handing on, merging."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.errors import BadInput, Conflict, OwlError, Refused
from owl.foundation.notices import Notice
from owl.replies.adding import add_to_reply
from owl.replies.answering import AlreadyAnswered, answer_reply, hand_over_reply
from owl.replies.assigning import TakenAlready, assign_reply, claim_reply, pass_on_replies
from owl.replies.closing import close_reply, reopen_reply
from owl.replies.conversations import conversation
from owl.replies.history import history_of
from owl.replies.holding import AddedMeanwhile, IsMerged
from owl.replies.merging import NotTheSamePerson, merge_replies
from owl.replies.models import Reply
from owl.replies.noting import add_note
from owl.replies.own_conversations import conversations_of, own_conversation
from owl.replies.references import reference_of
from owl.replies.states import Ending, ReplyState
from owl.replies.ticket_models import EndedClock, Note
from tests import factories
from tests.factories import NOW

SOON = NOW + timedelta(hours=1)
BODY = "Hertfordshire County Council"


def officer(session: Session, name: str = "Amy Field", place: int = 0) -> int:
    return factories.user(session, name=name, areas=[factories.neighbourhood_id(session, place)]).id


def two_of_one(session: Session, *, hours: int = 0) -> tuple[Reply, Reply]:
    """Two replies of one resident, the second so many hours later."""
    to = factories.delivery(session)
    later = NOW + timedelta(hours=hours)
    return factories.reply(session, to=to, words="One"), factories.reply(session, to=to, words="Two", received_at=later)


def ended(session: Session) -> list[tuple[Ending, datetime]]:
    found = session.execute(sa.select(EndedClock.ending, EndedClock.due_at).order_by(EndedClock.id))
    return [(row.ending, row.due_at) for row in found]


ACTS: dict[str, Callable[[int, int], None]] = {
    "claim": lambda reply, user: claim_reply(reply, user_id=user, now=SOON),
    "give": lambda reply, user: assign_reply(reply, to_id=user, user_id=user, now=SOON),
    "note": lambda reply, user: add_note(reply, "Note", author_id=user, now=SOON),
    "close": lambda reply, user: close_reply(reply, Ending.SPOKEN_TO, user_id=user, now=SOON),
    "reopen": lambda reply, user: reopen_reply(reply, user_id=user, now=SOON),
    "hand over": lambda reply, user: hand_over_reply(reply, BODY, author_id=user, now=SOON),
    "answer": lambda reply, user: answer_reply(reply, "Thank you", author_id=user, now=SOON),
    "merge": lambda reply, user: merge_replies(reply, reply, user_id=user, now=SOON),
}


def test_nobody_of_another_area_and_no_administrator_does_anything_with_a_reply(session: Session) -> None:
    reply = factories.reply(session)
    strangers = [officer(session, place=1), factories.user(session, role=RoleName.ADMINISTRATOR).id]
    for act in ACTS.values():
        for stranger in strangers:
            with pytest.raises(Refused):
                act(reply.id, stranger)


def test_one_of_two_takes_it_and_a_colleague_is_given_it_with_a_mail(session: Session) -> None:
    reply, amy, ben = factories.reply(session), officer(session), officer(session, "Ben Stone")
    claim_reply(reply.id, user_id=amy, now=SOON)
    claim_reply(reply.id, user_id=amy, now=SOON)  # pressed twice
    with pytest.raises(TakenAlready, match="PC Amy Field has taken this"):
        claim_reply(reply.id, user_id=ben, now=SOON)
    assign_reply(reply.id, to_id=ben, user_id=amy, now=SOON)
    [notice] = session.scalars(sa.select(Notice))
    assert (notice.template, json.loads(notice.words or "")["reply_id"]) == ("reply_assigned", reply.id)
    with pytest.raises(BadInput, match="answers for this neighbourhood"):
        assign_reply(reply.id, to_id=officer(session, place=1), user_id=ben, now=SOON)
    assert [act.words for act in history_of(session, reply.id)][:2] == [
        "PC Amy Field gave it to PC Ben Stone",
        "PC Amy Field took it",
    ]
    assert pass_on_replies(session, ben, to_id=None) == 1
    session.refresh(reply)
    assert reply.assignee_id is None


def test_an_answer_may_wait_for_the_resident_and_be_followed_by_another(session: Session) -> None:
    reply, amy = factories.reply(session), officer(session)
    answer_reply(reply.id, "Which colour?", author_id=amy, seen=0, written=0, waits=True, now=SOON)
    session.refresh(reply)
    assert (reply.state, ended(session)) == (ReplyState.WAITING, [(Ending.ANSWERED, NOW + timedelta(hours=72))])
    with pytest.raises(AlreadyAnswered, match="Your answer was not sent"):  # the same page, sent twice
        answer_reply(reply.id, "Which colour?", author_id=amy, seen=0, written=0, now=SOON)
    answer_reply(reply.id, "We found it.", author_id=amy, seen=0, written=1, now=SOON)
    session.refresh(reply)
    assert (reply.state, len(ended(session))) == (ReplyState.CLOSED, 1)  # one clock, one ending


@pytest.mark.parametrize("after", ["answer", "close"])
def test_what_is_added_opens_it_again_for_another_72_hours_with_the_words_that_escalate(
    session: Session, after: str
) -> None:
    reply, amy = factories.reply(session, urgent_told=True, recourse_at=NOW), officer(session)
    claim_reply(reply.id, user_id=amy, now=SOON)
    ACTS[after](reply.id, amy)
    add_to_reply(reply.id, "Now he has a KNIFE!", form_key="a", now=SOON)
    session.refresh(reply)
    assert (reply.state, reply.answered_at, reply.closed_because) == (ReplyState.OPEN, None, None)
    assert (reply.due_at, reply.recourse_at) == (SOON + timedelta(hours=72), None)
    assert (reply.urgent, reply.urgent_told, reply.assignee_id) == (True, False, amy)
    assert conversation(session, reply.id, [reply.neighbourhood_id]).escalating == ("knife",)


def test_a_reply_is_closed_without_an_answer_only_with_its_reason(session: Session) -> None:
    reply, amy = factories.reply(session), officer(session)
    for because in (None, Ending.ANSWERED, Ending.HANDED_ON):
        with pytest.raises(BadInput, match="Say why"):
            close_reply(reply.id, because, user_id=amy, now=SOON)
    add_to_reply(reply.id, "And a second thing", form_key="a", now=NOW)
    with pytest.raises(AddedMeanwhile):
        close_reply(reply.id, Ending.NEEDS_NONE, user_id=amy, seen=0, now=SOON)
    close_reply(reply.id, Ending.NEEDS_NONE, user_id=amy, seen=1, now=SOON)
    with pytest.raises(Conflict, match="closed already"):
        close_reply(reply.id, Ending.NEEDS_NONE, user_id=amy, now=SOON)
    assert [ending for ending, _ in ended(session)] == [Ending.NEEDS_NONE]
    mine = own_conversation(session, reply.id, now=SOON)
    assert (mine.due_at, mine.answered) == (None, False)
    reopen_reply(reply.id, user_id=amy, now=SOON)
    session.refresh(reply)
    assert (reply.state, reply.due_at) == (ReplyState.OPEN, NOW + timedelta(hours=72))  # no time was won


def test_a_note_is_for_the_team_and_goes_with_whoever_wrote(session: Session) -> None:
    reply, amy = factories.reply(session), officer(session)
    with pytest.raises(BadInput, match="Write your note"):
        add_note(reply.id, " \u200b", author_id=amy, now=SOON)
    add_note(reply.id, "Known to us", author_id=amy, now=SOON)
    [turn] = conversation(session, reply.id, [reply.neighbourhood_id]).answers
    assert (turn.kind, turn.author, turn.words) == ("note", "PC Amy Field", "Known to us")
    assert session.scalars(sa.select(Notice)).all() == []
    assert "Known to us" not in [turn.words for turn in own_conversation(session, reply.id, now=SOON).turns]
    raw = session.execute(sa.text("SELECT words_encrypted FROM reply_note")).scalar_one()
    assert b"Known" not in raw
    session.execute(sa.delete(Reply).where(Reply.id == reply.id))
    assert session.scalars(sa.select(Note.id)).all() == []


def test_handing_on_tells_the_resident_where_to_write_and_the_other_body_nothing(session: Session) -> None:
    reply, amy = factories.reply(session), officer(session)
    with pytest.raises(BadInput, match="Choose who this is for"):
        hand_over_reply(reply.id, "The moon", author_id=amy, now=SOON)
    hand_over_reply(reply.id, BODY, "It is a pothole.", author_id=amy, seen=0, written=0, now=SOON)
    [notice] = session.scalars(sa.select(Notice))
    words = json.loads(notice.words or "")["words"]
    assert words.startswith("It is a pothole.\n\nThis is for Hertfordshire County Council")
    assert words.endswith("https://www.hertfordshire.gov.uk")
    session.refresh(reply)
    assert (reply.state, reply.handed_to, ended(session)[0][0]) == (ReplyState.CLOSED, BODY, Ending.HANDED_ON)


def test_two_replies_of_one_resident_become_one_and_the_earlier_clock_holds(session: Session) -> None:
    first, second = two_of_one(session, hours=2)
    amy = officer(session)
    add_note(first.id, "A note", author_id=amy, now=SOON)
    merge_replies(second.id, first.id, user_id=amy, now=SOON + timedelta(hours=2))
    session.expire_all()
    assert (first.merged_into_id, first.state) == (second.id, ReplyState.CLOSED)
    assert (second.state, second.due_at) == (ReplyState.OPEN, NOW + timedelta(hours=72))
    assert ended(session) == []  # merging stops no clock
    found = conversation(session, second.id, [second.neighbourhood_id])
    assert [(turn.kind, turn.words) for turn in found.answers] == [("merged", "One"), ("note", "A note")]

    # The resident's old link leads to the one conversation, and what is added there is not lost.
    add_to_reply(first.id, "Three", form_key="a", now=SOON + timedelta(hours=3))
    mine = own_conversation(session, first.id, now=SOON + timedelta(hours=3))
    assert mine.reply_id == second.id
    assert {turn.words for turn in mine.turns} == {"One", "Two", "Three"}
    assert second.subscriber_id is not None
    assert len(conversations_of(session, second.subscriber_id, now=SOON)) == 1
    with pytest.raises(IsMerged, match=reference_of(second.id)):
        answer_reply(first.id, "Hello", author_id=amy, now=SOON)
    assert conversation(session, second.id, [second.neighbourhood_id]).additions == 1


def test_an_answered_reply_takes_over_the_clock_of_one_that_waits(session: Session) -> None:
    first, second = two_of_one(session)
    amy = officer(session)
    answer_reply(first.id, "Thank you", author_id=amy, now=SOON)
    merge_replies(first.id, second.id, user_id=amy, now=SOON)
    session.expire_all()
    assert (first.state, first.answered_at, first.due_at) == (ReplyState.OPEN, None, NOW + timedelta(hours=72))


def test_words_of_two_residents_are_never_made_one(session: Session) -> None:
    amy, reply = officer(session), factories.reply(session)
    others = [factories.reply(session).id, factories.reply(session, anonymous=True).id, reply.id]
    for other in others:
        with pytest.raises(NotTheSamePerson):
            merge_replies(reply.id, other, user_id=amy, now=SOON)
    anonymous = factories.reply(session, anonymous=True).id
    with pytest.raises(NotTheSamePerson):
        merge_replies(others[1], anonymous, user_id=amy, now=SOON)


def test_an_anonymous_reply_is_noted_and_closed_and_not_answered(session: Session) -> None:
    reply, amy = factories.reply(session, anonymous=True), officer(session)
    add_note(reply.id, "Passed to the drugs team", author_id=amy, now=SOON)
    for act in ("answer", "hand over"):
        with pytest.raises(OwlError, match="anonymous"):
            ACTS[act](reply.id, amy)
    close_reply(reply.id, Ending.NEEDS_NONE, user_id=amy, now=SOON)
    session.refresh(reply)
    assert (reply.state, ended(session)) == (ReplyState.CLOSED, [])  # it never had a clock
