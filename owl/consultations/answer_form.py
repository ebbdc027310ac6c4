"""Answers as a form sends them, and the names of its fields: the same on paper, at the door and behind a link.

`q1` of choose, scale and words; `q1-1`, `q1-2` … of rank; `q1-s1` of statements; `q1-lat` and `q1-lon`, or `q1-ward`,
of a place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from werkzeug.datastructures import MultiDict

from owl.consultations.questions import Question, QuestionType

Form = MultiDict[str, str]
LONGEST_NUMBER = 30  # characters


def answers_from_form(questions: Iterable[Question], form: Form) -> dict[str, object]:
    """What the form says, for read_answers to check: what was left blank is left out."""
    given = {question.id: _GIVEN[question.type](question, form) for question in questions}
    return {name: answer for name, answer in given.items() if answer not in (None, "", [], {})}


def rank_fields(question: Question) -> list[str]:
    """The fields of a rank, the most important first."""
    return [f"{question.id}-{place}" for place in range(1, (question.most or len(question.options)) + 1)]


def _chosen(question: Question, form: Form) -> object:
    return list(form.getlist(question.id))


def _ranked(question: Question, form: Form) -> object:
    return [option for field in rank_fields(question) if (option := form.get(field))]


def _scaled(question: Question, form: Form) -> object:
    typed = form.get(question.id, "")
    return int(typed) if typed.isdecimal() and typed.isascii() and len(typed) <= LONGEST_NUMBER else typed


def _stances(question: Question, form: Form) -> object:
    fields = {one.id: form.get(f"{question.id}-{one.id}") for one in question.statements}
    return {name: stance for name, stance in fields.items() if stance}


def _words(question: Question, form: Form) -> object:
    return form.get(question.id, "")


def _place(question: Question, form: Form) -> object:
    latitude, longitude = form.get(f"{question.id}-lat", "").strip(), form.get(f"{question.id}-lon", "").strip()
    if latitude or longitude:
        return {"lat": _number(latitude), "lon": _number(longitude)}
    ward = form.get(f"{question.id}-ward", "")
    return {"ward": ward} if ward else None


def _number(typed: str) -> object:
    try:
        return float(typed) if len(typed) <= LONGEST_NUMBER else typed
    except ValueError:
        return typed


_GIVEN: Mapping[QuestionType, Callable[[Question, Form], object]] = {
    QuestionType.CHOOSE: _chosen,
    QuestionType.RANK: _ranked,
    QuestionType.SCALE: _scaled,
    QuestionType.STATEMENTS: _stances,
    QuestionType.WORDS: _words,
    QuestionType.PLACE: _place,
}
