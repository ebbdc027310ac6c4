"""What the team of the demo made of what residents asked for: decided, signed by an inspector, and acted on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.consultations.priorities.deciding import draft_decision
from owl.consultations.priorities.doing import write_update
from owl.consultations.priorities.models import Decision, DecisionDraft, RaisedIssue
from owl.consultations.priorities.raising import raise_from_results
from owl.consultations.priorities.signing import ask_for_signature, sign_decisions
from owl.consultations.priorities.wording import Typed
from owl.consultations.right_door import Topic, doors
from owl.embedded.demo_results import Before, demo_voice
from owl.embedded.demo_users import DemoUser
from owl.foundation.clock import london_day
from owl.foundation.database import db

DECIDED, SIGNED, FIRST_UPDATE = timedelta(days=36), timedelta(days=33), timedelta(days=19)  # ago
BETWEEN_UPDATES = timedelta(days=12)
TERM = timedelta(days=150)  # until the team decides anew


@dataclass(frozen=True, slots=True)
class TakenUp:
    """An answer that residents could choose, taken up as an issue."""

    issue_id: int
    option: str
    issue: str
    evidence: str


def decide_before(before: Before, users: Sequence[DemoUser], *, now: datetime) -> None:
    """Take up what residents asked for, answer each of it, sign it, and say what was done."""
    by_role = {user.role: user.id for user in users}
    officer_id, inspector_id = by_role[RoleName.OFFICER.value], by_role[RoleName.INSPECTOR.value]
    here = before.neighbourhood_id
    raise_from_results(before.consultation_id, here, actor_id=officer_id, now=now - DECIDED)
    [door] = doors(db.session(), [here], [Topic.BINS])
    taken_up = _taken_up(db.session(), here)
    db.session.rollback()
    for one in taken_up:
        typed = _typed(one, body=door.body, owner_id=officer_id, until=london_day(now - SIGNED + TERM))
        draft_decision(one.issue_id, typed, version=1, actor_id=officer_id, now=now - DECIDED)
    ask_for_signature(here, actor_id=officer_id, now=now - SIGNED)
    shown = dict(db.session().execute(sa.select(DecisionDraft.issue_id, DecisionDraft.version)).all())
    db.session.rollback()
    sign_decisions(here, shown, inspector_id=inspector_id, now=now - SIGNED)
    for one in taken_up:
        _say_what_was_done(one, officer_id=officer_id, now=now)


def _taken_up(session: Session, neighbourhood_id: str) -> list[TakenUp]:
    asked = (
        sa.select(RaisedIssue.id, RaisedIssue.answer, DecisionDraft.issue, DecisionDraft.evidence)
        .join(DecisionDraft, DecisionDraft.issue_id == RaisedIssue.id)
        .where(RaisedIssue.neighbourhood_id == neighbourhood_id)
        .order_by(RaisedIssue.id)
    )
    return [
        TakenUp(issue_id, (answer or "").partition(".")[2], issue, evidence)
        for issue_id, answer, issue, evidence in session.execute(asked)
    ]


def _typed(one: TakenUp, *, body: str, owner_id: int, until: date) -> Typed:
    said = demo_voice()["decided"][one.option]
    typed = Typed(one.issue, said["decision"], said["reason"], one.evidence)
    if typed.decision == Decision.CHOSEN:
        return replace(typed, action=said["action"], owner=str(owner_id), until=until.isoformat())
    return replace(typed, passed_to=body) if typed.decision == Decision.PASSED_ON else typed


def _say_what_was_done(one: TakenUp, *, officer_id: int, now: datetime) -> None:
    for number, words in enumerate(demo_voice()["decided"][one.option].get("did", ())):
        at = now - FIRST_UPDATE + number * BETWEEN_UPDATES
        write_update(one.issue_id, words, london_day(at).isoformat(), actor_id=officer_id, now=at)
