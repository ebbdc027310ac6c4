from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from owl.consultations.answer_form import answers_from_form
from owl.consultations.answers import LONGEST_WORDS, read_answers
from owl.consultations.questions import Option, Question, QuestionType
from owl.foundation.errors import BadInput

THREE = (Option("a", "Burglary"), Option("b", "Speeding"), Option("c", "Scams"))
TWO = (Option("s1", "I know my officer."), Option("s2", "I feel safe."))
CHOOSE = Question("choose", QuestionType.CHOOSE, "What?", options=THREE, most=2)
RANK = Question("rank", QuestionType.RANK, "What first?", options=THREE)
SCALE = Question("scale", QuestionType.SCALE, "How safe?", lowest=0, highest=10)
STATEMENTS = Question("statements", QuestionType.STATEMENTS, "Do you agree?", statements=TWO)
NEEDED = Question("needed", QuestionType.STATEMENTS, "Do you agree?", required=True, statements=TWO)
WORDS = Question("words", QuestionType.WORDS, "What else?")
MORE = Question("more", QuestionType.WORDS, "Anything more?")
PLACE = Question("place", QuestionType.PLACE, "Where?")
ALL = (CHOOSE, RANK, SCALE, STATEMENTS, WORDS, MORE, PLACE)


def test_a_form_of_every_type_becomes_what_a_ballot_keeps() -> None:
    form = MultiDict(
        [
            *(("choose", "c"), ("choose", "a"), ("rank-1", "b"), ("rank-2", ""), ("rank-3", "a"), ("scale", "0")),
            *(("statements-s2", "pass"), ("words", "  By the\r\nstation\x00 "), ("more", " ")),
            *(("place-lat", "51.94812"), ("place-lon", "-0.27734"), ("place-ward", ""), ("csrf_token", "x")),
        ]
    )

    answers = read_answers(ALL, answers_from_form(ALL, form))

    assert answers == {
        "choose": ["a", "c"],
        "rank": ["b", "a"],
        "scale": 0,
        "statements": {"s2": "pass"},
        "words": "By the\nstation",
        "place": {"lat": 51.948, "lon": -0.277},
    }
    assert list(answers) == ["choose", "rank", "scale", "statements", "words", "place"]
    assert read_answers([PLACE], answers_from_form([PLACE], MultiDict({"place-ward": "E05004774"}))) == {
        "place": {"ward": "E05004774"}
    }


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("שלום \u200fעולם", "שלום \u200fעולם"),  # noqa: RUF001  # with a mark that its script needs
        ("می\u200cخواهم", "می\u200cخواهم"),  # noqa: RUF001
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("Ring \u202e321\u202c now", "Ring 321 now"),  # would be read as 123
        ("\u2066hidden\u2069\x07", "hidden"),
        ("\u200b\u200d\ufeff \u2060", None),
        ("<b>bold</b> {{ 7 * 7 }} =HYPERLINK(1)", "<b>bold</b> {{ 7 * 7 }} =HYPERLINK(1)"),
    ],
)
def test_words_of_every_script_stay_and_nothing_hides_in_them(typed: str, kept: str | None) -> None:
    assert read_answers([SCALE, WORDS], {"scale": 1, "words": typed}).get("words") == kept


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (CHOOSE, ["a", "b", "c"]),
        (CHOOSE, ["a", "a"]),
        (CHOOSE, ["d"]),
        (CHOOSE, [["a"]]),
        (CHOOSE, "a"),
        (RANK, ["a", "b", "a"]),
        (RANK, [None]),
        (SCALE, 11),
        (SCALE, -1),
        (SCALE, True),
        (SCALE, 4.0),
        (SCALE, "4"),
        (STATEMENTS, {"s3": "agree"}),
        (STATEMENTS, {"s1": "perhaps"}),
        (STATEMENTS, {"s1": ["agree"]}),
        (STATEMENTS, ["s1"]),
        (NEEDED, {"s1": "agree"}),
        (WORDS, "a" * (LONGEST_WORDS + 1)),
        (WORDS, ["a"]),
        (PLACE, {"lat": 91, "lon": 0}),
        (PLACE, {"lat": float("nan"), "lon": 0.0}),
        (PLACE, {"lat": 51.9, "lon": float("inf")}),
        (PLACE, {"lat": "51.9", "lon": -0.2}),
        (PLACE, {"lat": 51.9}),
        (PLACE, {"ward": ""}),
        (PLACE, {"ward": "E05'; drop"}),
        (PLACE, {"ward": ["E05004774"]}),
        (PLACE, {"postcode": "AL1 1AG"}),
    ],
)
def test_what_is_no_answer_is_refused_beside_its_question(question: Question, answer: Any) -> None:
    with pytest.raises(BadInput) as refused:
        read_answers([question], {question.id: answer})

    assert list(refused.value.fields) == [question.id]


def test_all_faults_are_told_at_once_and_a_question_that_must_be_answered_is_named() -> None:
    with pytest.raises(BadInput) as refused:
        read_answers([CHOOSE, SCALE, NEEDED], {"choose": ["d"], "scale": 11})

    assert list(refused.value.fields) == ["choose", "scale", "needed"]


def test_nothing_at_all_words_that_are_too_many_together_and_a_question_nobody_asked_are_refused() -> None:
    half = "a" * (LONGEST_WORDS // 2 + 1)
    for given_, field in [({}, "choose"), ({"words": half, "more": half}, "more"), ({"scale": 1, "other": "x"}, "")]:
        with pytest.raises(BadInput) as refused:
            read_answers(ALL, given_)
        assert list(refused.value.fields) == [field]


WILD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200)
@given(st.dictionaries(st.sampled_from([question.id for question in ALL]), WILD))
def test_whatever_comes_is_read_or_refused_and_what_was_read_reads_the_same_again(given_: dict[str, object]) -> None:
    try:
        answers = read_answers(ALL, given_)
    except BadInput:
        return
    assert read_answers(ALL, json.loads(json.dumps(answers))) == answers
