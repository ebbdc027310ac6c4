"""What somebody answers to a consultation: read whole, or refused with a sentence beside each question.

As a ballot keeps it: choose and rank ["a", "b"], scale 4, statements {"s1": "agree"}, words "…",
place {"lat": 51.948, "lon": -0.277} or {"ward": "E05004774"}. What was not answered is not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from owl.consultations.questions import Option, Question, QuestionType
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext
from owl.replies.words import clean_words

LONGEST_WORDS = 1_000  # characters, of all words of a ballot together: a sealed ballot has one size
STANCES = ("agree", "disagree", "pass")
PLACE_DIGITS = 3  # after the point: about a hundred metres, which names a stretch of road and no home
LATITUDES, LONGITUDES = (-90.0, 90.0), (-180.0, 180.0)
LONGEST_CODE = 20


def read_answers(questions: Iterable[Question], given: Mapping[str, object]) -> dict[str, Any]:
    """The answers as a ballot keeps them, in the order of the questions; a place to about a hundred metres.

    Whether a place lies where it may, owl.consultations.answered_places says. Raises BadInput by question.
    """
    asked = {question.id: question for question in questions}
    if not given.keys() <= asked.keys():
        raise BadInput(gettext("The questions have changed. Load the page again."))
    answers: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for question in asked.values():
        try:
            answer = _READERS[question.type](question, given[question.id]) if question.id in given else None
            if answer is not None and not _is_empty(answer):
                answers[question.id] = answer
            elif question.required:
                faults[question.id] = gettext("Answer “%(question)s”", question=question.text)
        except BadInput as fault:
            faults |= fault.fields
    faults = faults or _faults_of_all(asked, answers)
    if faults:
        raise BadInput(faults)
    return answers


def _faults_of_all(asked: Mapping[str, Question], answers: Mapping[str, Any]) -> dict[str, str]:
    if not answers:
        return {next(iter(asked), ""): gettext("Answer at least one question.")}
    written = [name for name in answers if asked[name].type is QuestionType.WORDS]
    used = sum(len(answers[name]) for name in written)
    if used > LONGEST_WORDS:
        return {written[-1]: _too_long(used)}
    return {}


def _too_long(used: int) -> str:
    return gettext(
        "Use %(longest)s characters or fewer in all. You have used %(length)s.",
        longest=f"{LONGEST_WORDS:,}",
        length=f"{used:,}",
    )


def _chosen(question: Question, given: object) -> list[str]:
    """In the order in which they are asked: the order of ticking tells nothing."""
    taken = set(_ranked(question, given))
    return [option.id for option in question.options if option.id in taken]


def _ranked(question: Question, given: object) -> list[str]:
    taken = [_known(question, question.options, one) for one in _list(question, given)]
    for option in question.options:
        if taken.count(option.id) > 1:
            raise BadInput({question.id: gettext("You chose “%(choice)s” twice.", choice=option.text)})
    most = question.most or len(question.options)
    if len(taken) > most:
        sentence = gettext("Choose up to %(most)s. You have chosen %(number)s.", most=most, number=len(taken))
        raise BadInput({question.id: sentence})
    return taken


def _scaled(question: Question, given: object) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and question.lowest <= given <= question.highest:
        return given
    raise _not_listed(question)


def _stances(question: Question, given: object) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise _not_listed(question)
    stances = {_known(question, question.statements, one): given[one] for one in given}
    if any(stance not in STANCES for stance in stances.values()):
        raise _not_listed(question)
    if question.required and len(stances) < len(question.statements):
        raise BadInput({question.id: gettext("Say what you think of each. “Pass” is fine.")})
    return {one.id: stances[one.id] for one in question.statements if one.id in stances}


def _words(question: Question, given: object) -> str:
    if not isinstance(given, str):
        raise _not_listed(question)
    return clean_words(given, field=question.id, longest=LONGEST_WORDS)


def _place(question: Question, given: object) -> dict[str, Any]:
    if isinstance(given, Mapping) and given.keys() == {"ward"}:
        ward = given["ward"]
        if isinstance(ward, str) and ward.isascii() and ward.isalnum() and len(ward) <= LONGEST_CODE:
            return {"ward": ward}
    if isinstance(given, Mapping) and given.keys() == {"lat", "lon"}:
        return {"lat": _degrees(question, given["lat"], LATITUDES), "lon": _degrees(question, given["lon"], LONGITUDES)}
    raise BadInput({question.id: gettext("Press the map again, or choose from the list.")})


def _degrees(question: Question, given: object, bounds: tuple[float, float]) -> float:
    if isinstance(given, int | float) and not isinstance(given, bool) and bounds[0] <= given <= bounds[1]:
        return round(float(given), PLACE_DIGITS)
    raise BadInput({question.id: gettext("Press the map again, or choose from the list.")})


def _known(question: Question, options: tuple[Option, ...], given: object) -> str:
    if isinstance(given, str) and any(option.id == given for option in options):
        return given
    raise _not_listed(question)


def _list(question: Question, given: object) -> list[object]:
    if isinstance(given, list):
        return given
    raise _not_listed(question)


def _not_listed(question: Question) -> BadInput:
    return BadInput({question.id: gettext("Choose from the list.")})


def _is_empty(answer: Any) -> bool:
    return answer in ("", [], {})


_READERS: Mapping[QuestionType, Callable[[Question, object], Any]] = {
    QuestionType.CHOOSE: _chosen,
    QuestionType.RANK: _ranked,
    QuestionType.SCALE: _scaled,
    QuestionType.STATEMENTS: _stances,
    QuestionType.WORDS: _words,
    QuestionType.PLACE: _place,
}
