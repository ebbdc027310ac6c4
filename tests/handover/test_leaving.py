"""Somebody leaves: access ends, and a colleague goes on with what was in hand."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.changing_users import OwnAccess
from owl.accounts.models import RoleName
from owl.consultations.priorities.deciding import raise_issue
from owl.consultations.priorities.models import DecisionDraft
from owl.consultations.priorities.signing import ask_for_signature, sign_decisions
from owl.consultations.priorities.wording import Typed
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput, NotFound, Refused
from owl.foundation.notices import Notice
from owl.handover.leaving import let_go
from owl.handover.unfinished import successors, unfinished_of
from owl.messages.models import MessageEditor, MessageStatus
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN, NORTH_HERTS
from tests.consultations.asking import drafted
from tests.factories import NOW


def test_a_colleague_goes_on_with_the_drafts_and_never_the_leaver(session: Session) -> None:
    leaver = factories.user(session, areas=[HITCHIN])
    colleague = factories.user(session, areas=[NORTH_HERTS])
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    common = {"author_id": leaver.id, "neighbourhood_ids": [HITCHIN], "approved_at": None}
    draft = factories.message(session, status=MessageStatus.DRAFT, submitted_at=None, **common)
    waiting = factories.message(session, status=MessageStatus.AWAITING_APPROVAL, audience_hash=b"x", **common)
    sent = factories.message(session, author_id=leaver.id, neighbourhood_ids=[HITCHIN])
    ticket = factories.reply(session, neighbourhood_id=HITCHIN, assignee_id=leaver.id)
    version = draft.version

    left = let_go(leaver.id, successor_id=colleague.id, actor_id=chief.id, now=NOW)

    session.expire_all()
    assert (left.drafts, left.replies) == (2, 1)
    assert ticket.assignee_id == colleague.id
    assert (draft.author_id, waiting.author_id, sent.author_id) == (colleague.id, colleague.id, leaver.id)
    assert draft.version == version + 1, "a page of the leaver's that is still open saves nothing"
    assert not leaver.active
    wrote = session.execute(sa.select(MessageEditor.message_id, MessageEditor.user_id)).all()
    assert set(map(tuple, wrote)) == {(draft.id, leaver.id), (waiting.id, leaver.id)}
    assert unfinished_of(session, leaver.id).is_nothing
    [told] = session.scalars(sa.select(Notice))
    assert (told.template, told.address) == ("handed_over", colleague.email)
    [row] = session.scalars(sa.select(Audit).where(Audit.act == "hand over"))
    assert (row.subject_id, row.actor_id, row.details) == (
        leaver.id,
        chief.id,
        {"to": colleague.id, "drafts": 2, "replies": 1, "consultations": 0, "priorities": 0},
    )


def test_only_who_may_write_in_all_of_the_areas_can_take_over_and_else_nothing_changes(session: Session) -> None:
    leaver = factories.user(session, areas=[HITCHIN, HATFIELD])
    chief = factories.user(session, role=RoleName.ADMINISTRATOR, areas=[HITCHIN, HATFIELD])
    part, gone = (
        factories.user(session, areas=[HITCHIN]),
        factories.user(session, areas=[HITCHIN, HATFIELD], active=False),
    )
    able = factories.user(session, areas=[NORTH_HERTS, HATFIELD])
    draft = factories.message(
        session,
        author_id=leaver.id,
        status=MessageStatus.DRAFT,
        neighbourhood_ids=[HITCHIN, HATFIELD],
        approved_at=None,
    )

    assert [one.id for one in successors(session, [HITCHIN, HATFIELD], instead_of=leaver.id)] == [able.id]
    for unfit in (None, part.id, gone.id, chief.id, leaver.id, 10**9):
        with pytest.raises(BadInput):
            let_go(leaver.id, successor_id=unfit, actor_id=chief.id, now=NOW)
    session.expire_all()
    assert leaver.active
    assert draft.author_id == leaver.id


def test_whoever_has_nothing_in_hand_leaves_without_a_successor(session: Session) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    leaver = factories.user(session, areas=[HITCHIN])
    assert let_go(leaver.id, successor_id=None, actor_id=chief.id, now=NOW).is_nothing
    session.expire_all()
    assert not leaver.active


def test_an_administrator_cannot_leave_by_their_own_hand_nor_anybody_by_somebody_elses(session: Session) -> None:
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    inspector = factories.user(session, role=RoleName.INSPECTOR, areas=[HITCHIN])
    with pytest.raises(OwnAccess):
        let_go(chief.id, successor_id=None, actor_id=chief.id, now=NOW)
    with pytest.raises(Refused):
        let_go(chief.id, successor_id=None, actor_id=inspector.id, now=NOW)
    with pytest.raises(NotFound):
        let_go(10**9, successor_id=None, actor_id=chief.id, now=NOW)


def test_a_colleague_goes_on_with_what_residents_were_to_be_asked_and_with_priorities(session: Session) -> None:
    leaver, colleague = (factories.user(session, areas=[HITCHIN]) for _ in range(2))
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    inspector = factories.user(session, role=RoleName.INSPECTOR, areas=[HITCHIN])
    planned = drafted(session, leaver.id)
    speeding = Typed(
        "Speeding", "chosen", "Most homes asked for it.", "62 of 90 homes", "Stop drivers.", owner=str(leaver.id),
        until="2027-03-22",
    )  # fmt: skip
    shown = raise_issue(HITCHIN, speeding, actor_id=leaver.id, now=NOW)
    ask_for_signature(HITCHIN, actor_id=leaver.id, now=NOW)
    sign_decisions(HITCHIN, {shown: 2}, inspector_id=inspector.id, now=NOW)

    left = let_go(leaver.id, successor_id=colleague.id, actor_id=chief.id, now=NOW)

    session.expire_all()
    assert (left.consultations, left.priorities) == (1, 1)
    assert planned.author_id == colleague.id
    [waiting] = session.scalars(sa.select(DecisionDraft))
    assert (waiting.issue_id, waiting.owner_id, waiting.issue, waiting.asked_at) == (
        shown, colleague.id, "Speeding", None,
    )  # fmt: skip
    assert unfinished_of(session, colleague.id).priorities == 1
    assert unfinished_of(session, leaver.id).is_nothing
    sent = session.scalars(sa.select(Notice.words).where(Notice.template == "handed_over")).one()
    assert '"priorities": 1' in (sent or "")
