"""What teams decided to work on."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.consultations.priorities.models import Decision, PriorityUpdate, RaisedIssue, SignedDecision
from tests.factories.accounts import user
from tests.factories.start import NOW


def raised_issue(session: Session, **fields: Any) -> RaisedIssue:
    """An issue of which nothing is decided."""
    row = RaisedIssue(**{"neighbourhood_id": "hitchin-urban", "raised_at": NOW} | fields)
    session.add(row)
    session.commit()
    return row


def decision(session: Session, of: RaisedIssue | None = None, **fields: Any) -> SignedDecision:
    """A priority that was signed; with `of`, the next that was decided of an issue."""
    of = of or raised_issue(session)
    before = session.scalar(sa.select(sa.func.max(SignedDecision.number)).where(SignedDecision.issue_id == of.id))
    given = {"decision": Decision.CHOSEN, "number": (before or 0) + 1, "signed_at": NOW} | fields
    if given["decision"] is Decision.CHOSEN:
        given = {"until": date(2027, 3, 22), "action": "Patrol after school."} | given
    given.setdefault("owner_id", user(session, areas=[of.neighbourhood_id]).id)
    given.setdefault("signer_id", user(session, role=RoleName.INSPECTOR, areas=[of.neighbourhood_id]).id)
    words = {"issue": "Speeding in Oak Street", "reason": "Most homes asked for it.", "writer_ids": [given["owner_id"]]}
    row = SignedDecision(issue_id=of.id, **words | given)
    session.add(row)
    session.commit()
    return row


def priority_update(session: Session, of: RaisedIssue, **fields: Any) -> PriorityUpdate:
    """Something that was done about an issue."""
    given = {"words": "We stopped twelve drivers.", "done_on": date(2026, 11, 20), "written_at": NOW} | fields
    given.setdefault("writer_id", user(session, areas=[of.neighbourhood_id]).id)
    row = PriorityUpdate(issue_id=of.id, **given)
    session.add(row)
    session.commit()
    return row
