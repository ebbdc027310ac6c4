"""What a ballot's form comes to before it is cast: its answers, and who should hear of it besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request

from owl.consultations.asked import Asked
from owl.consultations.filled_in import read_filled_in
from owl.consultations.questions import QuestionType
from owl.consultations.right_door import Door, doors, topics_in
from owl.foundation.database import db
from owl.foundation.errors import BadInput, OwlError
from owl.replies.danger import speaks_of_danger
from owl.web.ballot_fields import form_key

SHOWN = "shown"  # the field that says that the right door was offered
CHANGE = "change"  # the button that leads back to the form
AROUND = frozenset({"csrf_token", "form_key", SHOWN, CHANGE})  # fields that are no answers


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that can be cast, once its writer knows who else to tell."""

    answers: dict[str, Any]
    key: str  # of the form: the same form sent twice is one ballot
    in_danger: bool
    doors: Sequence[Door]

    @property
    def is_to_offer(self) -> bool:
        """Whether its writer is to be told first of a better door."""
        return bool(self.doors or self.in_danger) and SHOWN not in request.form


def read_form(asked: Asked) -> Filled:
    """The form of this request. Raises BadInput by question."""
    session = db.session()
    answers = read_filled_in(session, asked, request.form)
    words = words_typed(asked)
    offered = doors(session, asked.neighbourhood_ids, topics_in(words)) if words else []
    return Filled(answers, form_key(), speaks_of_danger(words), offered)


def words_typed(asked: Asked) -> str:
    """All that was written in this request's form, so that none of it is lost."""
    names = [question.id for question in asked.questions if question.type is QuestionType.WORDS]
    return "\n\n".join(words for name in names if (words := request.form.get(name, "").strip()))


def faults_of(fault: OwlError | None) -> Mapping[str, str]:
    """The sentences beside each field; under "" what belongs to none."""
    if fault is None:
        return {}
    return fault.fields if isinstance(fault, BadInput) else {"": fault.sentence}


def fields_to_carry() -> list[tuple[str, str]]:
    """Each field of this request's form with each of its values, for a page in between."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in AROUND]
