"""An issue is decided, signed by somebody else, shown, worked on, looked at half-way and changed; nothing is lost."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.consultations.priorities.acting import ChangedMeanwhile, OnlyPractising
from owl.consultations.priorities.board import BoardRow, board, draft_of
from owl.consultations.priorities.deciding import draft_decision, raise_issue, throw_away
from owl.consultations.priorities.doing import NothingShown, check_half_way, take_words_out, write_update
from owl.consultations.priorities.freshness import Age
from owl.consultations.priorities.history import history_of
from owl.consultations.priorities.models import Decision, DecisionDraft, Freshness, RaisedIssue
from owl.consultations.priorities.queries import published_priorities
from owl.consultations.priorities.signing import (
    OwnWords,
    Undecided,
    ask_for_signature,
    return_decisions,
    sign_decisions,
)
from owl.consultations.priorities.watching import watch_priorities
from owl.consultations.priorities.wording import Typed
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.foundation.notices import Notice
from tests import factories
from tests.factories import NOW

HERE, ELSEWHERE = "hitchin-urban", "welwyn-hatfield-south"
DAY = timedelta(days=1)
COUNCIL = "Hertfordshire County Council"
REFUSED = Typed("Bins", "not_chosen", "It is not the police's to do.", "3 of 90 homes")


def officer(session: Session, **fields: object) -> User:
    return factories.user(session, areas=[HERE], **fields)  # type: ignore[arg-type]


def inspector(session: Session, **fields: object) -> User:
    return officer(session, role=RoleName.INSPECTOR, **fields)


def chosen(owner: User) -> Typed:
    return Typed(
        "Speeding in Oak Street", "chosen", "Most homes asked for it.", "62 of 90 homes", "Stop drivers after school.",
        owner=str(owner.id), until="2027-03-22",
    )  # fmt: skip


def sign(session: Session, signer: User, now: datetime = NOW, asker: User | None = None) -> None:
    ask_for_signature(HERE, actor_id=(asker or signer).id, now=now)
    waits = session.scalars(sa.select(DecisionDraft).where(DecisionDraft.asked_at.is_not(None)))
    sign_decisions(HERE, {draft.issue_id: draft.version for draft in waits}, inspector_id=signer.id, now=now)


def told(session: Session) -> Counter[tuple[str, str | None]]:
    return Counter((notice.template, notice.address) for notice in session.scalars(sa.select(Notice)))


def row(session: Session, now: datetime) -> BoardRow:
    [found] = board(session, [HERE], now)
    return found


def test_nothing_is_shown_before_somebody_else_has_signed_and_every_change_is_kept(session: Session) -> None:
    amy, kim, second = officer(session), inspector(session, email="kim@owl.example.com"), inspector(session)
    issue = raise_issue(HERE, chosen(amy), actor_id=amy.id, now=NOW)
    raise_issue(HERE, REFUSED, actor_id=amy.id, now=NOW)
    assert ask_for_signature(HERE, actor_id=amy.id, now=NOW) == 2
    assert told(session)["priorities_to_sign", "kim@owl.example.com"] == 1
    assert not published_priorities(session, HERE).chosen
    sign(session, kim, asker=amy)
    shown = published_priorities(session, HERE)
    assert ([one.issue_id for one in shown.chosen], len(shown.not_chosen)) == ([issue], 1)

    change = replace(chosen(amy), action="Put up a sign as well.")
    draft_decision(issue, change, version=0, actor_id=kim.id, now=NOW + DAY)
    assert published_priorities(session, HERE).chosen[0].action == "Stop drivers after school."
    with pytest.raises(OwnWords):
        sign(session, kim, NOW + DAY)
    sign(session, second, NOW + DAY, asker=kim)

    assert published_priorities(session, HERE).chosen[0].action == "Put up a sign as well."
    before = history_of(session, issue)
    assert [(one.number, one.action) for one in before] == [
        (2, "Put up a sign as well."), (1, "Stop drivers after school."),
    ]  # fmt: skip
    assert before[1].signer.endswith(kim.name)

    end = Typed("Speeding in Oak Street", "ended", "A crossing was built. Nobody speeds any more.")
    draft_decision(issue, end, version=0, actor_id=amy.id, now=NOW + 2 * DAY)
    sign(session, kim, NOW + 2 * DAY, asker=amy)
    assert [one.issue_id for one in published_priorities(session, HERE).ended] == [issue]
    draft_decision(issue, chosen(amy), version=0, actor_id=amy.id, now=NOW + 2 * DAY)
    with pytest.raises(BadInput):  # what has ended can be chosen anew, not end twice
        draft_decision(issue, end, version=1, actor_id=amy.id, now=NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"issue": " "}, "issue"),
        ({"issue": "x" * 151}, "issue"),
        ({"issue": "a\u202eb"}, "issue"),
        ({"decision": "perhaps"}, "decision"),
        ({"decision": "ended"}, "decision"),  # never was chosen
        ({"reason": ""}, "reason"),
        ({"evidence": " \n"}, "evidence"),
        ({"action": "x" * 1001}, "action"),
        ({"action": "a\x07b"}, "action"),
        ({"owner": ""}, "owner"),
        ({"owner": "²"}, "owner"),
        ({"owner": "999999999"}, "owner"),
        ({"until": "2026-11-22"}, "until"),
        ({"until": "2027-11-23"}, "until"),
        ({"until": "2027-02-30"}, "until"),
        ({"until": "soon"}, "until"),
        ({"decision": "passed_on", "passed_to": ""}, "passed_to"),
        ({"decision": "passed_on", "passed_to": "The Mayor"}, "passed_to"),
    ],
)
def test_a_decision_that_is_not_whole_is_refused_beside_the_field(
    session: Session, change: dict[str, str], field: str
) -> None:
    amy = officer(session)
    with pytest.raises(BadInput) as refusal:
        raise_issue(HERE, replace(chosen(amy), **change), actor_id=amy.id, now=NOW)
    assert set(refusal.value.fields) == {field}


def test_only_an_officer_of_the_place_answers_for_a_priority_and_it_is_passed_to_a_body_with_its_address(
    session: Session,
) -> None:
    amy, far = officer(session), factories.user(session, areas=[ELSEWHERE])
    with pytest.raises(BadInput, match="officer of this neighbourhood"):
        raise_issue(HERE, chosen(far), actor_id=amy.id, now=NOW)
    issue = raise_issue(HERE, replace(REFUSED, decision="passed_on", passed_to=COUNCIL), actor_id=amy.id, now=NOW)
    sign(session, inspector(session), asker=amy)
    [passed] = published_priorities(session, HERE).passed_on
    assert (passed.issue_id, passed.passed_to_address) == (issue, "https://www.hertfordshire.gov.uk")
    with pytest.raises(Refused):
        raise_issue(HERE, REFUSED, actor_id=far.id, now=NOW)
    with pytest.raises(NotFound):
        write_update(issue, "They answered.", "2026-11-22", actor_id=far.id, now=NOW)
    learner = officer(session, training=True)
    with pytest.raises(OnlyPractising):
        raise_issue(HERE, REFUSED, actor_id=learner.id, now=NOW)


def test_what_was_not_seen_is_neither_overwritten_nor_signed(session: Session) -> None:
    amy, ben, kim = officer(session), officer(session), inspector(session)
    issue = raise_issue(HERE, REFUSED, actor_id=amy.id, now=NOW)
    draft_decision(issue, REFUSED, version=1, actor_id=ben.id, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        draft_decision(issue, REFUSED, version=1, actor_id=amy.id, now=NOW)
    ask_for_signature(HERE, actor_id=amy.id, now=NOW)
    draft = draft_of(session, issue)
    assert draft is not None
    assert (draft.version, set(draft.writer_ids)) == (3, {amy.id, ben.id})
    draft_decision(issue, replace(REFUSED, reason="We can't."), version=3, actor_id=ben.id, now=NOW)
    with pytest.raises(ChangedMeanwhile):  # a change waits for nobody: it is to be asked for again
        sign_decisions(HERE, {issue: 3}, inspector_id=kim.id, now=NOW)
    ask_for_signature(HERE, actor_id=ben.id, now=NOW)
    with pytest.raises(ChangedMeanwhile):
        sign_decisions(HERE, {issue: 3}, inspector_id=kim.id, now=NOW)
    sign_decisions(HERE, {issue: 5}, inspector_id=kim.id, now=NOW)
    with pytest.raises(ChangedMeanwhile):  # pressed twice
        sign_decisions(HERE, {issue: 5}, inspector_id=kim.id, now=NOW)


def test_an_inspector_returns_what_must_change_and_its_writers_hear_of_it(session: Session) -> None:
    amy, kim = officer(session, email="amy@owl.example.com"), inspector(session)
    issue = raise_issue(HERE, REFUSED, actor_id=amy.id, now=NOW)
    with pytest.raises(ChangedMeanwhile):  # nobody has asked
        return_decisions(HERE, reason="Why?", inspector_id=kim.id, now=NOW)
    ask_for_signature(HERE, actor_id=amy.id, now=NOW)
    with pytest.raises(BadInput):
        return_decisions(HERE, reason=" ", inspector_id=kim.id, now=NOW)
    return_decisions(HERE, reason="Say whose it is.", inspector_id=kim.id, now=NOW)
    draft = draft_of(session, issue)
    assert draft is not None
    assert (draft.asked_at, draft.returned_because) == (None, "Say whose it is.")
    assert told(session)["priorities_returned", "amy@owl.example.com"] == 1
    assert row(session, NOW).returned == 1


def test_every_issue_is_decided_and_what_residents_asked_for_is_not_thrown_away(session: Session) -> None:
    amy = officer(session)
    with pytest.raises(Undecided):
        ask_for_signature(HERE, actor_id=amy.id, now=NOW)
    typed = raise_issue(HERE, Typed("Dogs"), actor_id=amy.id, now=NOW)
    with pytest.raises(Undecided, match="Dogs"):
        ask_for_signature(HERE, actor_id=amy.id, now=NOW)
    throw_away(typed, version=1, actor_id=amy.id, now=NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(RaisedIssue)) == 0

    gone = officer(session)
    raise_issue(HERE, chosen(gone), actor_id=amy.id, now=NOW)
    gone.active = False
    session.commit()
    with pytest.raises(Undecided, match="has left"):
        ask_for_signature(HERE, actor_id=amy.id, now=NOW)


def test_a_check_half_way_says_what_was_done_about_each_priority_and_keeps_them_fresh(session: Session) -> None:
    amy, kim = officer(session), inspector(session, email="kim@owl.example.com")
    with pytest.raises(NothingShown):
        check_half_way(HERE, {}, actor_id=amy.id, now=NOW)
    first = raise_issue(HERE, chosen(amy), actor_id=amy.id, now=NOW)
    with pytest.raises(NothingShown):
        write_update(first, "We began.", "2026-11-22", actor_id=amy.id, now=NOW)
    sign(session, kim, asker=amy)
    second = raise_issue(HERE, replace(chosen(amy), issue="Parking"), actor_id=amy.id, now=NOW + 40 * DAY)
    sign(session, kim, NOW + 40 * DAY, asker=amy)
    for words, day in ((" ", "2026-12-31"), ("Done.", "2027-06-01"), ("Done.", "2020-01-01")):
        with pytest.raises(BadInput):
            write_update(first, words, day, actor_id=amy.id, now=NOW + 41 * DAY)
    write_update(second, "We spoke to drivers.", "2027-01-02", actor_id=amy.id, now=NOW + 41 * DAY)
    session.execute(sa.delete(Notice))

    watch_priorities(NOW + 60 * DAY)
    assert told(session) == {}
    for days in (61, 62, 78, 79, 91):  # the first one's two months count, whatever was signed since
        watch_priorities(NOW + days * DAY)
    to = "kim@owl.example.com"
    assert told(session) == {("priorities_check", to): 1, ("priorities_alarm", to): 1}
    assert [row(session, NOW + days * DAY).age for days in (60, 61, 78, 92)] == [
        Age.FRESH, Age.CHECK_DUE, Age.ALARM, Age.STALE,
    ]  # fmt: skip

    later = NOW + 80 * DAY
    with pytest.raises(ChangedMeanwhile):
        check_half_way(HERE, {first: "We stopped drivers."}, actor_id=amy.id, now=later)
    with pytest.raises(BadInput) as refusal:
        check_half_way(HERE, {first: "", second: ""}, actor_id=amy.id, now=later)
    assert set(refusal.value.fields) == {f"words-{first}"}  # of the other something was said lately
    check_half_way(HERE, {first: "We stopped drivers.", second: ""}, actor_id=amy.id, now=later)
    assert [update.done_on for update in published_priorities(session, HERE).chosen[0].updates] == [date(2027, 2, 10)]
    assert row(session, later).age is Age.FRESH
    assert session.get_one(Freshness, HERE).alarm_told_at is None


def test_words_that_name_somebody_are_taken_out_with_a_reason_and_once(session: Session) -> None:
    amy, kim = officer(session), inspector(session)
    issue = raise_issue(HERE, chosen(amy), actor_id=amy.id, now=NOW)
    sign(session, kim, asker=amy)
    update = write_update(issue, "We spoke to A. Smith.", "2026-11-22", actor_id=amy.id, now=NOW)
    with pytest.raises(Refused):
        take_words_out(issue, update_id=update, because="A name.", actor_id=amy.id, now=NOW)
    with pytest.raises(NotFound):
        take_words_out(issue, because="A name.", actor_id=kim.id, now=NOW)
    take_words_out(issue, update_id=update, because="A name.", actor_id=kim.id, now=NOW)
    with pytest.raises(Conflict):
        take_words_out(issue, update_id=update, because="A name.", actor_id=kim.id, now=NOW)
    [shown] = published_priorities(session, HERE).chosen[0].updates
    assert (shown.words, shown.taken_out_because) == ("", "A name.")
    take_words_out(issue, number=1, because="A name.", actor_id=kim.id, now=NOW)
    assert history_of(session, issue)[0].reason == ""
    assert published_priorities(session, HERE).chosen == ()


def test_the_table_itself_refuses_a_signature_under_ones_own_words(session: Session) -> None:
    kim = inspector(session)
    with pytest.raises(sa.exc.IntegrityError, match="four_eyes"):
        factories.decision(session, writer_ids=[kim.id], signer_id=kim.id, decision=Decision.NOT_CHOSEN)
