"""Deciding about an issue: drafts that belong to the team, until an inspector signs them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.colleagues import acts_there
from owl.accounts.models import User
from owl.accounts.permissions import Permission
from owl.consultations.priorities.acting import ChangedMeanwhile, issue_for, may_act, record
from owl.consultations.priorities.models import Decision, DecisionDraft, RaisedIssue, SignedDecision
from owl.consultations.priorities.wording import Read, Typed, read
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict
from owl.replies.lists import entry_named
from owl.replies.ticket_models import ListName


class MustBeDecided(Conflict):
    """What residents asked for gets an answer, even if it is no."""

    def __init__(self) -> None:
        super().__init__("Residents asked for this, so it can't be thrown away. Decide about it, and say why.")


def raise_issue(neighbourhood_id: str, typed: Typed, *, actor_id: int, now: datetime) -> int:
    """The id of an issue that the team heard of, with what it has decided so far. Raises BadInput or Refused."""
    words = read(typed, now=now)
    with transaction() as session:
        may_act(session, actor_id, Permission.CONSULT, neighbourhood_id)
        issue = RaisedIssue(neighbourhood_id=neighbourhood_id, raised_at=now)
        session.add(issue)
        session.flush()
        columns = _columns(session, issue, words)
        session.add(DecisionDraft(issue_id=issue.id, writer_ids=[actor_id], changed_at=now, **columns))
        record(session, "raise issue", actor_id, now, issue_id=issue.id)
        return issue.id


def draft_decision(issue_id: int, typed: Typed, *, version: int, actor_id: int, now: datetime) -> None:
    """Keep what the team decides, or changes, about the issue; what is shown stays until it is signed.

    `version`: of the draft that the writer was shown; 0: there was none. A draft that waits for a signature waits no
    more. Raises BadInput, NotFound, Refused or ChangedMeanwhile.
    """
    words = read(typed, now=now)
    with transaction() as session:
        issue = issue_for(session, issue_id, user_id=actor_id, lock=True)
        may_act(session, actor_id, Permission.CONSULT, issue.neighbourhood_id)
        draft = session.get(DecisionDraft, issue_id, populate_existing=True)
        if (draft.version if draft else 0) != version:
            raise ChangedMeanwhile
        columns = _columns(session, issue, words)
        if draft is None:
            session.add(DecisionDraft(issue_id=issue_id, writer_ids=[actor_id], changed_at=now, **columns))
        else:
            writers = sorted({*draft.writer_ids, actor_id})
            for name, value in {**columns, "writer_ids": writers, "asked_at": None, "changed_at": now}.items():
                setattr(draft, name, value)
        record(session, "draft decision", actor_id, now, issue_id=issue_id)


def throw_away(issue_id: int, *, version: int, actor_id: int, now: datetime) -> None:
    """Forget the draft; an issue that the team typed, and of which nothing was signed, goes with it.

    Raises NotFound, Refused, ChangedMeanwhile, or MustBeDecided for what residents asked for.
    """
    with transaction() as session:
        issue = issue_for(session, issue_id, user_id=actor_id, lock=True)
        may_act(session, actor_id, Permission.CONSULT, issue.neighbourhood_id)
        draft = session.get(DecisionDraft, issue_id, populate_existing=True)
        if draft is None or draft.version != version:
            raise ChangedMeanwhile
        signed = session.scalar(sa.select(sa.exists().where(SignedDecision.issue_id == issue_id)))
        if not signed and issue.consultation_id is not None:
            raise MustBeDecided
        session.delete(draft)
        session.flush()
        if not signed:
            session.delete(issue)
        record(session, "throw decision away", actor_id, now, issue_id=issue_id)


def _columns(session: Session, issue: RaisedIssue, words: Read) -> dict[str, Any]:
    """Raises BadInput for an owner, a body or an end that can't be."""
    faults: dict[str, str] = {}
    address = None
    if words.owner_id is not None:
        there = acts_there(Permission.CONSULT, [issue.neighbourhood_id])
        if session.scalar(sa.select(User.id).where(User.id == words.owner_id, there)) is None:
            faults["owner"] = "Choose an officer of this neighbourhood."
    if words.passed_to is not None:
        body = entry_named(session, ListName.BODIES, words.passed_to)
        if body is None:
            faults["passed_to"] = "Choose whom you pass it on to from the list."
        address = body.address or None if body else None
    if words.decision is Decision.ENDED and not _was_chosen(session, issue.id):
        faults["decision"] = "Only what was chosen before can end."
    if faults:
        raise BadInput(faults)
    return {
        "issue": words.issue, "decision": words.decision, "reason": words.reason, "evidence": words.evidence,
        "action": words.action, "owner_id": words.owner_id, "until": words.until, "passed_to": words.passed_to,
        "passed_to_address": address,
    }  # fmt: skip


def _was_chosen(session: Session, issue_id: int) -> bool:
    last = sa.select(SignedDecision.decision).where(SignedDecision.issue_id == issue_id)
    return session.scalar(last.order_by(SignedDecision.number.desc()).limit(1)) is Decision.CHOSEN
