"""Places that people name: within the area that is asked about, and no finer than a ward or a hundred metres."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.answer_form import Form
from owl.consultations.questions import Question, QuestionType
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext
from owl.geography.inside import is_inside
from owl.geography.models import Neighbourhood, Postcode
from owl.geography.queries import WardRow, place_of, wards
from owl.messages.on_the_map import drawn
from owl.messages.shapes import Circle, position_of

NEAR_M = 250  # from a postcode of the area: boundaries are drawn around these, and places are rounded


def parts_of(session: Session, neighbourhood_ids: Sequence[str]) -> list[WardRow]:
    """The wards of these neighbourhoods, by name: the way to say where without a map."""
    here = sa.select(Postcode.ward_code).where(Postcode.neighbourhood_id.in_(neighbourhood_ids)).distinct()
    codes = set(session.scalars(here))
    return [ward for ward in wards(session) if ward.code in codes]


def districts_of(session: Session, neighbourhood_ids: Sequence[str]) -> list[str]:
    """The codes of the districts that these neighbourhoods lie in."""
    found = sa.select(Neighbourhood.district_code).where(Neighbourhood.id.in_(neighbourhood_ids)).distinct()
    return sorted(session.scalars(found))


def wards_of_postcodes(session: Session, questions: Iterable[Question], form: Form) -> dict[str, object]:
    """By question, the ward of the postcode that the form has in place of a point or a ward.

    The postcode itself goes no further. Raises BadInput by question.
    """
    found: dict[str, object] = {}
    faults: dict[str, str] = {}
    for question in questions:
        typed = form.get(f"{question.id}-postcode", "").strip()
        if question.type is QuestionType.PLACE and typed:
            try:
                found[question.id] = {"ward": place_of(session, typed).ward_code}
            except BadInput as fault:
                faults[question.id] = fault.sentence
    if faults:
        raise BadInput(faults)
    return found


def check_places(
    session: Session, questions: Iterable[Question], answers: Mapping[str, Any], neighbourhood_ids: Sequence[str]
) -> None:
    """Raises BadInput, beside its question, for a place that lies elsewhere: in the sea, or in another county."""
    asked = [question.id for question in questions if question.type is QuestionType.PLACE and question.id in answers]
    faults = {name: _elsewhere() for name in asked if not _lies_in(session, answers[name], neighbourhood_ids)}
    if faults:
        raise BadInput(faults)


def _elsewhere() -> str:
    return gettext("That place is outside the area we ask about. Choose a place inside it, or leave it out.")


def _lies_in(session: Session, place: Mapping[str, Any], neighbourhood_ids: Sequence[str]) -> bool:
    here = Postcode.neighbourhood_id.in_(neighbourhood_ids)
    if "ward" in place:
        return bool(session.scalar(sa.select(sa.exists().where(here, Postcode.ward_code == place["ward"]))))
    around = Circle(position_of(place["lon"], place["lat"]), NEAR_M)
    if session.scalar(sa.select(sa.exists().where(here, *drawn([around])))):
        return True
    boundaries = session.scalars(
        sa.select(Neighbourhood.boundary).where(
            Neighbourhood.id.in_(neighbourhood_ids), Neighbourhood.boundary.is_not(None)
        )
    )
    return any(
        is_inside(boundary, longitude=place["lon"], latitude=place["lat"]) for boundary in boundaries if boundary
    )
