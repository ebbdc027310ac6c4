"""What a question or a translation still lacks before residents can be asked."""

from __future__ import annotations

from owl.consultations.questions import Question, QuestionType
from owl.consultations.wording import Wording
from owl.foundation.languages import Language

FEWEST_OPTIONS = 2


def missing_of_question(question: Question) -> dict[str, str]:
    """By the question's id, the first thing that it lacks."""
    return {question.id: why} if (why := _why_not(question)) else {}


def missing_of_wording(language: Language, words: Wording, english: Wording) -> dict[str, str]:
    """By field ("title_pl", "q1_pl"), what is said in English only. A translation is whole, or there is none."""
    if not words.is_there:
        return {}
    where, code = language.in_english, language.value
    faults: dict[str, str] = {}
    if english.title and not words.title:
        faults[f"title_{code}"] = f"Write the title in {where} as well, or delete all that is in {where}."
    if english.intro and not words.intro:
        faults[f"intro_{code}"] = f"Write the introduction in {where} as well."
    for name, text in english.texts.items():
        if text and not words.texts.get(name):
            field = f"{name.partition('.')[0]}_{code}"
            faults.setdefault(field, f"In {where}, “{text[:40]}” is missing.")
    return faults


def _why_not(question: Question) -> str | None:
    if not question.text:
        return "Write the question."
    if question.type.has_options and len(question.options) < FEWEST_OPTIONS:
        return "Give at least two answers to choose from, one on a line."
    if question.type is QuestionType.STATEMENTS and not question.statements:
        return "Give at least one statement, one on a line."
    if question.type is QuestionType.SCALE and not (question.low and question.high):
        return "Say what the lowest and the highest number mean."
    return _of_lines(question)


def _of_lines(question: Question) -> str | None:
    texts = [one.text.casefold() for one in (*question.options, *question.statements)]
    if not all(texts):
        return "One of the lines is empty."
    if len(set(texts)) < len(texts):
        return "Two of the lines say the same."
    if question.most is not None and question.most > len(question.options):
        return f"There are only {len(question.options)} answers: ask for as many or fewer."
    return None
