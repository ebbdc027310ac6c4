"""What every act of a team on its priorities begins with: who may, on which issue, and a line in the audit."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.accounts.permissions import Permission, areas_of, require
from owl.consultations.priorities.models import RaisedIssue
from owl.foundation.audit import record_act
from owl.foundation.errors import Conflict, NotFound, Refused


class OnlyPractising(Refused):
    """What somebody in training writes is for nobody's eyes."""

    def __init__(self) -> None:
        super().__init__("You are in training: what you did here would be shown to residents, so nothing was changed.")


class ChangedMeanwhile(Conflict):
    """Somebody else was there after this page was opened."""

    def __init__(self) -> None:
        super().__init__("This was changed after you opened it, so nothing was done. Look at it again.")


def may_act(session: Session, user_id: int, permission: Permission, neighbourhood_id: str) -> User:
    """The user, who may. Raises Refused or OnlyPractising."""
    user = require(session, user_id, permission, [neighbourhood_id])
    if user.training:
        raise OnlyPractising
    return user


def issue_for(session: Session, issue_id: int, *, user_id: int, lock: bool = False) -> RaisedIssue:
    """The issue, in a neighbourhood of the user's. Raises NotFound."""
    mine = sa.select(RaisedIssue).where(
        RaisedIssue.id == issue_id, RaisedIssue.neighbourhood_id.in_(areas_of(session, user_id))
    )
    issue = session.scalar(mine.with_for_update() if lock else mine)
    if issue is None:
        raise NotFound("There is no such issue, or it is not in your areas.")
    return issue


def record(
    session: Session, act: str, actor_id: int, now: datetime, *, issue_id: int | None, **details: str | int
) -> None:
    """Write it into the audit: about an issue, or about a neighbourhood among the details."""
    subject = "issue" if issue_id is not None else "priorities"
    record_act(session, act, actor_id=actor_id, subject=subject, subject_id=issue_id, now=now, **details)
