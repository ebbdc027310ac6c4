"""What a consultation asks: questions of six types, as values, and how they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from owl.consultations.consultation_models import Consultation
from owl.consultations.typed_words import one_line, whole_number
from owl.foundation.errors import BadInput
from owl.foundation.languages import Language

MOST_QUESTIONS = 20
MOST_OPTIONS = 20  # or statements, of one question
LONGEST_QUESTION = 300  # characters
LONGEST_OPTION = 150
SCALE_ENDS = range(11)
ID = re.compile(r"[a-z][a-z0-9_]{0,29}")


class QuestionType(StrEnum):
    """How a question is answered."""

    CHOOSE = "choose"  # up to `most` of the options
    RANK = "rank"  # up to `most` of the options, the most important first
    SCALE = "scale"  # a whole number from `lowest` to `highest`
    STATEMENTS = "statements"  # agree, disagree or pass on each
    WORDS = "words"  # free text
    PLACE = "place"  # a point on the map, or a ward from a list

    @property
    def has_options(self) -> bool:
        """Whether it is answered by taking some of a list."""
        return self in {QuestionType.CHOOSE, QuestionType.RANK}


@dataclass(frozen=True, slots=True)
class Option:
    """An option to choose or rank, or a statement to agree with. The id is what ballots hold."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question. What doesn't belong to its type is as it stands here."""

    id: str
    type: QuestionType
    text: str
    required: bool = False
    options: tuple[Option, ...] = ()
    most: int | None = None  # how many options may be taken; None: all
    lowest: int = 1  # of a scale, with what it means
    highest: int = 5
    low: str = ""
    high: str = ""
    statements: tuple[Option, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As the column holds it."""
        kept: dict[str, Any] = {"id": self.id, "type": self.type.value, "text": self.text, "required": self.required}
        if self.type.has_options:
            kept |= {"options": _listed(self.options), "most": self.most}
        if self.type is QuestionType.SCALE:
            kept |= {"from": self.lowest, "to": self.highest, "low": self.low, "high": self.high}
        if self.type is QuestionType.STATEMENTS:
            kept |= {"statements": _listed(self.statements)}
        return kept

    def in_words(self, texts: Mapping[str, str]) -> Question:
        """The same question, saying what `texts` says: by "q1", "q1.a", "q4.s1", "q3.low" and "q3.high"."""
        return replace(
            self,
            text=texts.get(self.id, self.text),
            low=texts.get(f"{self.id}.low", self.low),
            high=texts.get(f"{self.id}.high", self.high),
            options=tuple(replace(one, text=texts.get(f"{self.id}.{one.id}", one.text)) for one in self.options),
            statements=tuple(replace(one, text=texts.get(f"{self.id}.{one.id}", one.text)) for one in self.statements),
        )

    @property
    def texts(self) -> dict[str, str]:
        """All that it says, by the names that in_words takes."""
        ends = {f"{self.id}.low": self.low, f"{self.id}.high": self.high} if self.type is QuestionType.SCALE else {}
        parts = {f"{self.id}.{one.id}": one.text for one in (*self.options, *self.statements)}
        return {self.id: self.text} | ends | parts


def questions_of(consultation: Consultation, language: Language = Language.ENGLISH) -> tuple[Question, ...]:
    """What the consultation asks, in this language where it was translated, else in English."""
    texts = (consultation.translations or {}).get(language.value, {}).get("texts", {})
    return tuple(question.in_words(texts) for question in read_questions(consultation.questions))


def read_questions(kept: object) -> tuple[Question, ...]:
    """The questions that JSON holds; words may still be missing. Raises BadInput by the question's id."""
    if not isinstance(kept, list) or len(kept) > MOST_QUESTIONS:
        raise BadInput({"questions": f"Ask {MOST_QUESTIONS} questions at most."})
    questions = tuple(_read(one) for one in kept)
    if len({question.id for question in questions}) < len(questions):
        raise BadInput({"questions": "Two questions have the same name. Load the page again."})
    return questions


def _read(kept: object) -> Question:
    kept = kept if isinstance(kept, dict) else {}
    name = _id(kept.get("id"), "questions")
    if kept.get("type") not in list(QuestionType):
        raise BadInput({name: "Choose how this question is answered."})
    question = Question(
        id=name,
        type=QuestionType(kept["type"]),
        text=one_line(kept.get("text"), name, LONGEST_QUESTION),
        required=kept.get("required") is True,
        options=_options(kept.get("options", []), name),
        most=whole_number(kept.get("most"), name, range(1, MOST_OPTIONS + 1)),
        lowest=whole_number(kept.get("from", 1), name, SCALE_ENDS) or 0,
        highest=whole_number(kept.get("to", 5), name, SCALE_ENDS) or 0,
        low=one_line(kept.get("low", ""), name, LONGEST_OPTION),
        high=one_line(kept.get("high", ""), name, LONGEST_OPTION),
        statements=_options(kept.get("statements", []), name),
    )
    if question.lowest >= question.highest:
        raise BadInput({name: "The scale must go up: choose a larger number for its end."})
    return question


def _options(kept: object, question: str) -> tuple[Option, ...]:
    if not isinstance(kept, list) or len(kept) > MOST_OPTIONS:
        raise BadInput({question: f"A question can have {MOST_OPTIONS} answers to choose from at most."})
    found = [one if isinstance(one, dict) else {} for one in kept]
    options = tuple(
        Option(_id(one.get("id"), question), one_line(one.get("text"), question, LONGEST_OPTION)) for one in found
    )
    if len({option.id for option in options}) < len(options):
        raise BadInput({question: "Two answers of this question have the same name. Load the page again."})
    return options


def _id(kept: object, field: str) -> str:
    if not isinstance(kept, str) or not ID.fullmatch(kept):
        raise BadInput({field: "A question or an answer has no name. Load the page again."})
    return kept


def _listed(options: Iterable[Option]) -> list[dict[str, str]]:
    return [{"id": option.id, "text": option.text} for option in options]
