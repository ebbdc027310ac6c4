"""How an issue came to where it stands: every decision as it was signed, and who did what."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.accounts.models import User
from owl.consultations.priorities.models import Decision, RaisedIssue, SignedDecision, WordsTakenOut


@dataclass(frozen=True, slots=True)
class SignedRow:
    """One decision of an issue. Without its words where they were taken out."""

    issue_id: int
    number: int
    issue: str
    decision: Decision
    reason: str
    evidence: str
    action: str
    passed_to: str | None
    passed_to_address: str | None
    until: date | None
    owner_id: int | None
    owner: str | None  # rank and name, also after they have left: for colleagues only
    owner_is_there: bool
    writers: tuple[str, ...]  # for colleagues only
    signer: str
    signed_at: datetime
    taken_out_because: str | None


def history_of(session: Session, issue_id: int) -> list[SignedRow]:
    """What was signed of the issue, the newest first."""
    return _signed(session, SignedDecision.issue_id == issue_id)


def histories_in(session: Session, neighbourhood_id: str) -> dict[int, list[SignedRow]]:
    """The same of every issue of the neighbourhood that was changed after it was shown."""
    by_issue: dict[int, list[SignedRow]] = {}
    for row in _signed(session, RaisedIssue.neighbourhood_id == neighbourhood_id):
        by_issue.setdefault(row.issue_id, []).append(row)
    return {issue_id: rows for issue_id, rows in by_issue.items() if len(rows) > 1}


def _signed(session: Session, which: sa.ColumnElement[bool]) -> list[SignedRow]:
    of, owner, signer, writer = SignedDecision, aliased(User), aliased(User), aliased(User)
    writers = sa.select(sa.func.array_agg(_name(writer))).where(writer.id == sa.any_(of.writer_ids)).scalar_subquery()
    found = session.execute(
        sa.select(
            of.issue_id, of.number, of.issue, of.decision, of.reason, of.evidence, of.action, of.passed_to,
            of.passed_to_address, of.until, of.owner_id, sa.case((owner.id.is_not(None), _name(owner))),
            sa.func.coalesce(owner.active, sa.false()), writers, _name(signer), of.signed_at, WordsTakenOut.because,
        )
        .join(RaisedIssue, RaisedIssue.id == of.issue_id)
        .join(signer, signer.id == of.signer_id)
        .outerjoin(owner, owner.id == of.owner_id)
        .outerjoin(WordsTakenOut, WordsTakenOut.decision_id == of.id)
        .where(which)
        .order_by(of.issue_id, of.number.desc())
    )  # fmt: skip
    return [_row(list(values)) for values in found]


def _row(values: list[Any]) -> SignedRow:
    row = SignedRow(*[*values[:13], tuple(values[13] or ()), *values[14:]])
    return replace(row, issue="", reason="", evidence="", action="") if row.taken_out_because else row


def _name(user: type[User]) -> sa.ColumnElement[str]:
    return sa.func.concat_ws(" ", user.rank, user.name)
