"""What of an answer is counted: each question becomes options, some of which each ballot takes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from owl.consultations.answers import STANCES
from owl.consultations.questions import Question, QuestionType
from owl.consultations.small_groups import Bounds

FIRST_FEW = 3  # of a ranking: how far down an option still counts


@dataclass(frozen=True, slots=True)
class Item:
    """Something to take options of: a question, or one of its statements."""

    question: str
    statement: str | None
    options: tuple[str, ...]
    bounds: Bounds

    def taken(self, answers: Mapping[str, Any]) -> Iterable[str]:
        """The options that a ballot with these answers takes."""
        answer = answers.get(self.question)
        if self.statement is not None:
            answer = (answer or {}).get(self.statement)
        if answer is None:
            return ()
        taken = answer[: self.bounds.most] if isinstance(answer, list) else [str(answer)]
        return [option for option in taken if option in self.options]


def items_of(questions: Iterable[Question]) -> tuple[Item, ...]:
    """All that is counted, in the order in which it was asked. Words and places are told another way."""
    asked = tuple(questions)
    return tuple(item for question in asked for item in _items(question, alone=len(asked) == 1))


def first_few(question: Question) -> int:
    """How many of a ranking count: up to three, and never more than half of what was to be ranked."""
    return max(1, min(FIRST_FEW, question.most or len(question.options), len(question.options) // 2))


def _items(question: Question, *, alone: bool) -> Iterator[Item]:
    least = int(question.required or alone)
    named = tuple(option.id for option in question.options)
    if question.type is QuestionType.CHOOSE:
        yield Item(question.id, None, named, Bounds(least, question.most or len(named)))
    elif question.type is QuestionType.RANK:
        yield Item(question.id, None, named, Bounds(least, first_few(question)))
    elif question.type is QuestionType.SCALE:
        steps = tuple(str(step) for step in range(question.lowest, question.highest + 1))
        yield Item(question.id, None, steps, Bounds(least, 1))
    elif question.type is QuestionType.STATEMENTS:
        for statement in question.statements:
            yield Item(question.id, statement.id, STANCES, Bounds(least, 1))
