from __future__ import annotations

from typing import Any

import pytest

from owl.consultations.consultation_models import Consultation
from owl.consultations.questions import Option, Question, QuestionType, questions_of, read_questions
from owl.foundation.errors import BadInput
from owl.foundation.languages import Language

CHOOSE: dict[str, Any] = {
    "id": "q1",
    "type": "choose",
    "text": "What matters most?",
    "required": True,
    "options": [{"id": "a", "text": "Burglary"}, {"id": "b", "text": "Speeding"}],
    "most": 1,
}
SCALE: dict[str, Any] = {
    "id": "q2",
    "type": "scale",
    "text": "How safe do you feel?",
    "required": False,
    "from": 0,
    "to": 10,
    "low": "Not at all",
    "high": "Very",
}
STATEMENTS: dict[str, Any] = {
    "id": "q3",
    "type": "statements",
    "text": "Do you agree?",
    "required": False,
    "statements": [{"id": "s1", "text": "I know my officer."}],
}
WORDS: dict[str, Any] = {"id": "q4", "type": "words", "text": "What else?", "required": False}
PLACE: dict[str, Any] = {"id": "q5", "type": "place", "text": "Where?", "required": False}
RANK: dict[str, Any] = {**CHOOSE, "id": "q6", "type": "rank", "most": None}
ALL = [CHOOSE, SCALE, STATEMENTS, WORDS, PLACE, RANK]


def test_questions_of_every_type_are_kept_as_they_were_read() -> None:
    questions = read_questions(ALL)

    assert [question.to_json() for question in questions] == ALL
    assert questions[0] == Question(
        "q1",
        QuestionType.CHOOSE,
        "What matters most?",
        required=True,
        options=(Option("a", "Burglary"), Option("b", "Speeding")),
        most=1,
    )


def test_a_reader_gets_their_language_and_english_where_nobody_translated() -> None:
    texts = {"q1": "Co jest najważniejsze?", "q1.a": "Włamania", "q2.low": "Wcale", "q3.s1": "Znam policjanta."}
    consultation = Consultation(questions=ALL, translations={"pl": {"title": "", "intro": "", "texts": texts}})

    choose, scale, statements, *_ = questions_of(consultation, Language.POLISH)

    assert (choose.text, [option.text for option in choose.options]) == (texts["q1"], ["Włamania", "Speeding"])
    assert (scale.low, scale.high, statements.statements[0].text) == ("Wcale", "Very", "Znam policjanta.")
    assert questions_of(consultation, Language.ROMANIAN) == questions_of(consultation) == read_questions(ALL)


@pytest.mark.parametrize(
    ("kept", "field"),
    [
        ({}, "questions"),
        ([WORDS] * 21, "questions"),
        ([WORDS, WORDS], "questions"),
        ([None], "questions"),
        ([{**WORDS, "id": "Q 1"}], "questions"),
        ([{**WORDS, "type": "essay"}], "q4"),
        ([{**WORDS, "type": ["words"]}], "q4"),
        ([{**WORDS, "text": "x" * 301}], "q4"),
        ([{**WORDS, "text": "a\u202eb"}], "q4"),
        ([{**WORDS, "text": "a\x00b"}], "q4"),
        ([{**SCALE, "from": 5, "to": 5}], "q2"),
        ([{**SCALE, "to": 11}], "q2"),
        ([{**SCALE, "to": True}], "q2"),
        ([{**CHOOSE, "most": 0}], "q1"),
        ([{**CHOOSE, "most": 1.5}], "q1"),
        ([{**CHOOSE, "options": "ab"}], "q1"),
        ([{**CHOOSE, "options": [{"id": "a", "text": "x"}] * 2}], "q1"),
        ([{**CHOOSE, "options": [{"id": f"a{n}", "text": "x"} for n in range(21)]}], "q1"),
        ([{**CHOOSE, "options": [{"id": "a", "text": "x" * 151}]}], "q1"),
        ([{**STATEMENTS, "statements": [7]}], "q3"),
    ],
)
def test_what_cannot_be_asked_is_refused_beside_its_question(kept: object, field: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_questions(kept)

    assert list(refused.value.fields) == [field]
