"""From results to issues: each answer that residents could choose is one that the team decides about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission
from owl.consultations.consultation_models import Consultation, ConsultationStatus, Source
from owl.consultations.figures import Figures, OptionFigures
from owl.consultations.priorities.acting import may_act, record
from owl.consultations.priorities.models import DecisionDraft, RaisedIssue
from owl.consultations.priorities.wording import LONGEST_ISSUE
from owl.consultations.questions import questions_of
from owl.consultations.working_out import figures_for
from owl.foundation.database import transaction
from owl.foundation.errors import Conflict, NotFound


class NothingToRaise(Conflict):
    """The results are not published, or hold nothing that can be decided about."""


@dataclass(frozen=True, slots=True)
class Results:
    """A consultation whose answers are still to be taken up in a neighbourhood."""

    id: int
    title: str


def to_be_raised(session: Session, neighbourhood_id: str) -> list[Results]:
    """Consultations with published results of which nothing is taken up in the neighbourhood, the newest first."""
    taken = sa.exists().where(
        RaisedIssue.consultation_id == Consultation.id, RaisedIssue.neighbourhood_id == neighbourhood_id
    )
    found = session.execute(
        sa.select(Consultation.id, Consultation.title)
        .where(
            Consultation.status == ConsultationStatus.PUBLISHED,
            Consultation.neighbourhood_ids.contains([neighbourhood_id]),
            ~taken,
        )
        .order_by(Consultation.published_at.desc())
    )
    return [Results(*row) for row in found]


def raise_from_results(consultation_id: int, neighbourhood_id: str, *, actor_id: int, now: datetime) -> int:
    """Take up every answer of the consultation there, the most chosen first, with its figures; how many are new.

    Raises NotFound, Refused or NothingToRaise. Done twice, it takes up nothing twice.
    """
    with transaction() as session:
        may_act(session, actor_id, Permission.CONSULT, neighbourhood_id)
        consultation = session.get(Consultation, consultation_id)
        if consultation is None or neighbourhood_id not in consultation.neighbourhood_ids:
            raise NotFound("There is no such consultation here.")
        figures = figures_for(session, consultation_id)
        if consultation.status is not ConsultationStatus.PUBLISHED or figures is None:
            raise NothingToRaise("Publish the results first, so that residents can compare.")
        raised = 0
        for answer, words, evidence in _answers(consultation, figures, neighbourhood_id):
            row = insert(RaisedIssue).values(
                neighbourhood_id=neighbourhood_id, consultation_id=consultation_id, answer=answer,
                raised_in=neighbourhood_id, raised_at=now,
            )  # fmt: skip
            issue_id = session.scalar(row.on_conflict_do_nothing().returning(RaisedIssue.id))
            if issue_id is not None:
                raised += 1
                session.add(
                    DecisionDraft(
                        issue_id=issue_id, issue=words, evidence=evidence, writer_ids=[actor_id], changed_at=now
                    )
                )
        if not raised:
            raise NothingToRaise("All that residents could choose there is taken up already.")
        record(
            session, "raise from results", actor_id, now, issue_id=None,
            neighbourhood=neighbourhood_id, consultation=consultation_id, issues=raised,
        )  # fmt: skip
        return raised


def _answers(consultation: Consultation, figures: Figures, area: str) -> Iterator[tuple[str, str, str]]:
    """(answer, issue, evidence) of every option of every question with options."""
    asked = {question.id: question for question in questions_of(consultation) if question.type.has_options}
    told = {item.question: item for item in figures.of(Source.INVITED) if item.statement is None}
    for name, question in asked.items():
        item = told.get(name)
        known = {one.option: one for one in item.options} if item else {}
        order = {option: place for place, option in enumerate(known)}
        for option in sorted(question.options, key=lambda one: order.get(one.id, len(order))):
            evidence = _evidence(known.get(option.id), figures, consultation, area)
            yield f"{name}.{option.id}", option.text[:LONGEST_ISSUE], evidence


def _evidence(option: OptionFigures | None, figures: Figures, consultation: Consultation, area: str) -> str:
    """How many invited homes took it: here, where that may be told, else in all that were asked."""
    title = consultation.title
    if option is None or option.ballots is None:
        return f"Fewer than five homes chose it in “{title}”, or it can’t be told."
    here, of_here = (option.neighbourhoods or {}).get(area), figures.neighbourhoods.get(area)
    if here is not None and of_here is not None:
        return f"{here:,} of {of_here:,} homes here that answered “{title}” chose it."
    where = "" if len(consultation.neighbourhood_ids) == 1 else " in all places asked"
    return f"{option.ballots:,} of {figures.invited:,} homes{where} that answered “{title}” chose it."
