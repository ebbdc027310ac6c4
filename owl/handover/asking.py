"""What somebody who leaves had in hand of consultations and priorities, and how a colleague goes on with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.priorities.models import Decision, DecisionDraft, RaisedIssue, SignedDecision
from owl.consultations.priorities.signing import KEPT


@dataclass(frozen=True, slots=True)
class Asking:
    """How much of it there is, and where."""

    consultations: int  # not announced yet
    priorities: int  # that they answer for, signed or being decided
    neighbourhood_ids: frozenset[str]


def asking_of(session: Session, user_id: int) -> Asking:
    """What the user has in hand now."""
    drafts = session.scalars(sa.select(Consultation.neighbourhood_ids).where(*_drafts(user_id))).all()
    owned = session.execute(
        sa.select(RaisedIssue.id, RaisedIssue.neighbourhood_id)
        .outerjoin(DecisionDraft, DecisionDraft.issue_id == RaisedIssue.id)
        .where(
            sa.or_(
                DecisionDraft.owner_id == user_id,
                sa.and_(DecisionDraft.owner_id.is_(None), RaisedIssue.id.in_(_signed_for(user_id))),
            )
        )
    ).all()
    return Asking(len(drafts), len(owned), frozenset(place for _, place in owned).union(*drafts))


def hand_over_asking(session: Session, user_id: int, successor_id: int, now: datetime) -> None:
    """Let the successor go on with it, inside the caller's transaction.

    What is signed can't be changed: a draft of each priority names the successor, for an inspector to sign.
    """
    later = {"version": Consultation.version + 1, "author_id": successor_id}
    unseen = {"synchronize_session": False}
    session.execute(sa.update(Consultation).where(*_drafts(user_id)).values(later), execution_options=unseen)
    held = sa.select(SignedDecision).where(SignedDecision.id.in_(_holding()), SignedDecision.owner_id == user_id)
    for signed in session.scalars(held.where(SignedDecision.decision == Decision.CHOSEN)):
        words = {name: getattr(signed, name) for name in KEPT} | {"issue_id": signed.issue_id, "version": 1}
        row = insert(DecisionDraft).values(words | {"owner_id": successor_id, "changed_at": now})
        session.execute(row.on_conflict_do_nothing())
    session.execute(
        sa.update(DecisionDraft)
        .where(DecisionDraft.owner_id == user_id)
        .values(owner_id=successor_id, changed_at=now, version=DecisionDraft.version + 1),
        execution_options=unseen,
    )


def _drafts(user_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (Consultation.author_id == user_id, Consultation.status == ConsultationStatus.DRAFT)


def _holding() -> sa.Select[int]:
    """The last decision about each issue."""
    last = sa.select(SignedDecision.id).ext(distinct_on(SignedDecision.issue_id))
    return last.order_by(SignedDecision.issue_id, SignedDecision.number.desc())


def _signed_for(user_id: int) -> sa.Select[int]:
    """Issues that are worked on, for which the user answers."""
    holds = (SignedDecision.id.in_(_holding()), SignedDecision.decision == Decision.CHOSEN)
    return sa.select(SignedDecision.issue_id).where(*holds, SignedDecision.owner_id == user_id)
