"""The verbs of consultations and priorities."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from owl.consultations.consultation_models import ConsultationResult, ConsultationStatus, Source
from owl.consultations.priorities.models import DecisionDraft
from owl.consultations.priorities.wording import Typed as TypedDecision
from owl.consultations.writing import create_consultation
from tests import factories
from tests.accounts.places import HITCHIN
from tests.consultations.asking import announced, asking
from tests.consultations.boxes import open_consultation
from tests.consultations.counted import counted
from tests.factories import NOW
from tests.house.verbs.verb import P, Verb

NO_FIGURES: dict[str, Any] = {"ballots": {}, "homes": None, "areas": [], "neighbourhoods": {}, "items": []}
ISSUE = TypedDecision("Bins", "not_chosen", "It is not ours to do.", "3 of 90 homes")


def asked(session: Session) -> int:
    """A draft of a consultation."""
    return create_consultation(asking(), author_id=factories.user(session, areas=[HITCHIN]).id, now=NOW)


def announced_one(session: Session) -> int:
    return announced(session, factories.user(session, areas=[HITCHIN]).id).id


def an_issue(session: Session, **draft: Any) -> int:
    """With a draft of somebody else's."""
    issue = factories.raised_issue(session, neighbourhood_id=HITCHIN)
    words = {"issue": "Bins", "decision": "not_chosen", "reason": "No", "writer_ids": [0], "changed_at": NOW}
    session.add(DecisionDraft(issue_id=issue.id, **words | draft))
    session.commit()
    return issue.id


def published_results(session: Session) -> int:
    consultation = open_consultation(session, status=ConsultationStatus.PUBLISHED)
    session.add(ConsultationResult(consultation_id=consultation.id, figures=NO_FIGURES))
    session.commit()
    return consultation.id


def to_sign(session: Session) -> int:
    return an_issue(session, asked_at=NOW)


def a_priority(session: Session) -> int:
    issue = factories.raised_issue(session, neighbourhood_id=HITCHIN)
    factories.decision(session, issue)
    return issue.id


VERBS: dict[str, Verb] = {
    "consultations.announcing.announce_consultation": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, actor_id=who, version=1, now=NOW), asked
    ),
    "consultations.announcing.withdraw_consultation": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, actor_id=who, reason="", now=NOW), asked
    ),
    "consultations.paper.cast_on_paper": Verb(
        P.CONSULT, True,
        lambda do, who, it: do(
            who, it, {"q1": ["burglary"]}, source=Source.PAPER, form_key="k", now=NOW
        ),
        lambda session: open_consultation(session).id,
    ),
    "consultations.planning_the_year.plan_year": Verb(
        P.CONSULT, False, lambda do, who, it: do(2027, user_id=who, now=NOW)
    ),
    "consultations.priorities.deciding.draft_decision": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, ISSUE, version=1, actor_id=who, now=NOW), an_issue
    ),
    "consultations.priorities.deciding.raise_issue": Verb(
        P.CONSULT, True, lambda do, who, it: do(HITCHIN, ISSUE, actor_id=who, now=NOW)
    ),
    "consultations.priorities.deciding.throw_away": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, version=1, actor_id=who, now=NOW), an_issue
    ),
    "consultations.priorities.doing.check_half_way": Verb(
        P.CONSULT, True, lambda do, who, it: do(HITCHIN, {it: "Done"}, actor_id=who, now=NOW), a_priority
    ),
    "consultations.priorities.doing.take_words_out": Verb(
        P.SIGN, True, lambda do, who, it: do(it, number=1, because="A name", actor_id=who, now=NOW), a_priority
    ),
    "consultations.priorities.doing.write_update": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, "Done", "2026-11-22", actor_id=who, now=NOW), a_priority
    ),
    "consultations.priorities.raising.raise_from_results": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, HITCHIN, actor_id=who, now=NOW), published_results
    ),
    "consultations.priorities.signing.ask_for_signature": Verb(
        P.CONSULT, True, lambda do, who, it: do(HITCHIN, actor_id=who, now=NOW), an_issue
    ),
    "consultations.priorities.signing.return_decisions": Verb(
        P.SIGN, True, lambda do, who, it: do(HITCHIN, reason="Why?", inspector_id=who, now=NOW), to_sign
    ),
    "consultations.priorities.signing.sign_decisions": Verb(
        P.SIGN, True, lambda do, who, it: do(HITCHIN, {it: 1}, inspector_id=who, now=NOW), to_sign
    ),
    "consultations.publishing.publish_results": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, actor_id=who, now=NOW), lambda session: counted(session).id
    ),
    "consultations.remarks.look_at_remarks": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, {}, actor_id=who, now=NOW), lambda session: counted(session).id
    ),
    "consultations.writing.begin_new_version": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, user_id=who, now=NOW), announced_one
    ),
    "consultations.writing.create_consultation": Verb(
        P.CONSULT, True, lambda do, who, it: do(asking(), author_id=who, now=NOW)
    ),
    "consultations.writing.save_consultation": Verb(
        P.CONSULT, True, lambda do, who, it: do(it, asking(), user_id=who, version=1, now=NOW), asked
    ),
}  # fmt: skip
