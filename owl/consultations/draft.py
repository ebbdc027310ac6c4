"""What an officer has written of a consultation so far, as a value, and what it must be before it is announced."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from owl.consultations.consultation_models import Consultation
from owl.consultations.missing_words import missing_of_question, missing_of_wording
from owl.consultations.questions import LONGEST_QUESTION, Question, read_questions
from owl.consultations.typed_words import lines, one_line
from owl.consultations.wording import Wording, kept_wordings, wordings_of
from owl.foundation.errors import BadInput
from owl.foundation.languages import Language

LONGEST_TITLE = 90  # characters; an invitation puts some before it
LONGEST_INTRO = 3_000
SHORTEST, LONGEST = timedelta(hours=1), timedelta(days=366)  # that it is open


@dataclass(frozen=True, slots=True)
class ConsultationDraft:
    """A consultation before it is announced. `intro` is Markdown; times are aware UTC; `opens_at` None: at once."""

    title: str
    intro: str
    neighbourhood_ids: frozenset[str]
    questions: tuple[Question, ...]
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    wordings: Mapping[Language, Wording] = field(default_factory=dict)  # in other languages than English

    @classmethod
    def of(cls, consultation: Consultation) -> ConsultationDraft:
        """What the row holds."""
        return cls(
            consultation.title,
            consultation.intro,
            frozenset(consultation.neighbourhood_ids),
            read_questions(consultation.questions),
            consultation.opens_at,
            consultation.closes_at,
            wordings_of(consultation),
        )

    @property
    def english(self) -> Wording:
        """What it says to everybody for whom there is nothing else."""
        texts = {name: text for question in self.questions for name, text in question.texts.items()}
        return Wording(self.title, self.intro, texts)

    def tidied(self) -> ConsultationDraft:
        """The same as it can be kept, even unfinished. Raises BadInput."""
        known = self.english.texts
        draft = replace(
            self,
            title=one_line(self.title, "title", LONGEST_TITLE),
            intro=lines(self.intro, "intro", LONGEST_INTRO),
            wordings={language: _tidy(language, words, known) for language, words in self.wordings.items()},
        )
        read_questions([question.to_json() for question in self.questions])
        if not draft.neighbourhood_ids:
            raise BadInput({"neighbourhoods": "Choose at least one neighbourhood."})
        if draft.opens_at and draft.closes_at and draft.opens_at >= draft.closes_at:
            raise BadInput({"closes_at": "It must close after it opens."})
        return draft

    def columns(self) -> dict[str, Any]:
        """As the row holds it."""
        return {
            "title": self.title,
            "intro": self.intro,
            "questions": [question.to_json() for question in self.questions],
            "translations": kept_wordings(self.wordings),
            "neighbourhood_ids": sorted(self.neighbourhood_ids),
            "opens_at": self.opens_at,
            "closes_at": self.closes_at,
        }

    def missing(self, *, now: datetime) -> dict[str, str]:
        """By field, all that keeps it from being announced now."""
        faults: dict[str, str] = {}
        if not self.title:
            faults["title"] = "Enter a title. It is what residents see first."
        if not self.questions:
            faults["questions"] = "Add at least one question."
        for question in self.questions:
            faults |= missing_of_question(question)
        for language, words in self.wordings.items():
            faults |= missing_of_wording(language, words, self.english)
        return faults | self._missing_times(now)

    def _missing_times(self, now: datetime) -> dict[str, str]:
        if self.closes_at is None:
            return {"closes_at": "Enter when it closes."}
        if self.closes_at <= now:
            return {"closes_at": "Choose a time in the future."}
        opens_at = max(now, self.opens_at or now)
        if not SHORTEST <= self.closes_at - opens_at <= LONGEST:
            return {"closes_at": "It must be open for an hour at least, and a year at most."}
        return {}


def _tidy(language: Language, words: Wording, known: Mapping[str, str]) -> Wording:
    """A translation, without what is said in English no more."""
    return Wording(
        one_line(words.title, f"title_{language.value}", LONGEST_TITLE),
        lines(words.intro, f"intro_{language.value}", LONGEST_INTRO),
        {
            name: one_line(text, f"{name.partition('.')[0]}_{language.value}", LONGEST_QUESTION)
            for name, text in words.texts.items()
            if name in known and text.strip()
        },
    )
