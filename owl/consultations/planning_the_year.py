"""The yearly plan: a standing consultation for each neighbourhood every four months, made by one press."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, areas_of, require
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.draft import ConsultationDraft
from owl.consultations.life_cycle import Phase, phase_of
from owl.consultations.practising import check_real
from owl.consultations.rounds import Round, rounds_of
from owl.consultations.starting_questions import starting_questions, starting_wordings
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput
from owl.foundation.languages import Language

S = ConsultationStatus


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A neighbourhood's consultation in one round."""

    id: int
    neighbourhood_ids: tuple[str, ...]
    round: str
    phase: Phase
    opens_at: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Planned:
    """What a press came to."""

    made: int
    there: int  # already


def plan_year(year: int, *, user_id: int, now: datetime) -> Planned:
    """Draft a consultation for each of the user's neighbourhoods in each round of the year that can still be held.

    What is there already stays as it is, also when two press at once. Raises Refused or BadInput.
    """
    rounds = [each for each in rounds_of(year) if each.closes_at > now]
    if not rounds or year > now.year + 1:
        raise BadInput({"year": "Choose this year or the next."})
    with transaction() as session:
        require(session, user_id, Permission.CONSULT)
        check_real(session, user_id)  # the clock announces what is planned
        areas = sorted(areas_of(session, user_id))
        if not areas:
            raise BadInput({"year": "You have no neighbourhoods yet. Ask your administrator."})
        rows = [_row(each, area, user_id, now) for each in rounds for area in areas]
        made = session.scalars(insert(Consultation).on_conflict_do_nothing().returning(Consultation.id), rows).all()
        record_act(
            session, "plan year", actor_id=user_id, subject="consultation", subject_id=None, now=now,
            year=year, made=len(made),
        )  # fmt: skip
    return Planned(len(made), len(rows) - len(made))


def planned_in(session: Session, year: int, *, user_id: int, now: datetime) -> list[PlannedRow]:
    """What there is of the year's rounds in the user's areas, but for what was put away."""
    names = [each.name for each in rounds_of(year)]
    found = session.scalars(
        sa.select(Consultation).where(
            Consultation.round.in_(names),
            Consultation.status != S.WITHDRAWN,
            Consultation.neighbourhood_ids.overlap(sorted(areas_of(session, user_id))),
        )
    )
    return [
        PlannedRow(
            row.id, tuple(row.neighbourhood_ids), row.round or "", phase_of(row, now), row.opens_at, row.closes_at
        )
        for row in found
    ]


def _row(each: Round, neighbourhood_id: str, author_id: int, now: datetime) -> dict[str, Any]:
    return {
        "slug": f"draft-{secrets.token_hex(8)}",
        "status": S.DRAFT,
        "version": 1,
        "round": each.name,
        "author_id": author_id,
        "created_at": now,
        **ready_made({neighbourhood_id}, opens_at=max(now, each.opens_at), closes_at=each.closes_at).columns(),
    }


def ready_made(
    neighbourhood_ids: set[str], *, opens_at: datetime | None = None, closes_at: datetime | None = None
) -> ConsultationDraft:
    """What should your team work on, in every language."""
    wordings = starting_wordings()
    english = wordings.pop(Language.ENGLISH)
    return ConsultationDraft(
        english.title, english.intro, frozenset(neighbourhood_ids), starting_questions(), opens_at, closes_at, wordings
    )
