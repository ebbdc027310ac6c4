"""A form that somebody filled in, behind a link or off a sheet: its answers whole, or every fault at once."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from owl.consultations.answer_form import Form, answers_from_form
from owl.consultations.answered_places import check_places, wards_of_postcodes
from owl.consultations.answers import read_answers
from owl.consultations.asked import Asked
from owl.foundation.errors import BadInput


def read_filled_in(session: Session, asked: Asked, form: Form) -> dict[str, Any]:
    """The answers as a ballot keeps them. Raises BadInput by question."""
    given = answers_from_form(asked.questions, form)
    faults: dict[str, str] = {}
    try:
        given = wards_of_postcodes(session, asked.questions, form) | given  # a point or a ward says more
    except BadInput as fault:
        faults = fault.fields
    try:
        answers = read_answers(asked.questions, given)
    except BadInput as fault:
        raise BadInput(fault.fields | faults) from None
    if faults:
        raise BadInput(faults)
    check_places(session, asked.questions, answers, asked.neighbourhood_ids)
    return answers
