"""One question of the form, as it was typed, in every language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from owl.consultations.lines import as_lines, options_from, texts_from
from owl.consultations.questions import Question, QuestionType
from owl.consultations.wording import TRANSLATED
from owl.foundation.errors import BadInput
from owl.foundation.languages import Language

LONGEST_NUMBER = 3  # figures


@dataclass(frozen=True, slots=True)
class Said:
    """What a question says in one language."""

    text: str = ""
    lines: str = ""  # options or statements, one on a line
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class QuestionSheet:
    """The fields of one question. `said` holds English and every other language."""

    id: str
    type: QuestionType
    required: bool = False
    most: str = ""
    lowest: str = "1"
    highest: str = "5"
    said: Mapping[Language, Said] = field(default_factory=dict)

    @classmethod
    def typed(cls, form: MultiDict[str, str], name: str, kind: QuestionType) -> QuestionSheet:
        """What was sent for the question of this id."""
        said = {
            language: Said(*(form.get(_field(name, part, language), "") for part in ("text", "lines", "low", "high")))
            for language in (Language.ENGLISH, *TRANSLATED)
        }
        lowest, highest = form.get(f"{name}_lowest", "1"), form.get(f"{name}_highest", "5")
        return cls(name, kind, bool(form.get(f"{name}_required")), form.get(f"{name}_most", ""), lowest, highest, said)

    @classmethod
    def kept(cls, question: Question, texts: Mapping[Language, Mapping[str, str]]) -> QuestionSheet:
        """What the draft holds; `texts` by language, with the names of Question.texts."""
        said = {Language.ENGLISH: _said(question, question.texts)}
        said |= {language: _said(question, texts.get(language, {})) for language in TRANSLATED}
        most, lowest, highest = question.most, str(question.lowest), str(question.highest)
        return cls(question.id, question.type, question.required, str(most or ""), lowest, highest, said)

    def question(self, kept: Question | None) -> Question:
        """The question that this makes, in English; `kept`: as it was. Raises BadInput for its id."""
        english = self.said[Language.ENGLISH]
        was = (*kept.options, *kept.statements) if kept else ()
        lines = options_from(english.lines, was)
        is_scale = self.type is QuestionType.SCALE
        return Question(
            self.id,
            self.type,
            english.text,
            required=self.required,
            options=lines if self.type.has_options else (),
            most=self._number(self.most) if self.type.has_options and self.most.strip() else None,
            lowest=self._number(self.lowest) if is_scale else 1,
            highest=self._number(self.highest) if is_scale else 5,
            low=english.low if is_scale else "",
            high=english.high if is_scale else "",
            statements=lines if self.type is QuestionType.STATEMENTS else (),
        )

    def texts_in(
        self, language: Language, question: Question, kept: Question | None, before: Mapping[str, str]
    ) -> dict[str, str]:
        """What it says in another language; lines left alone follow their options. `kept`, `before`: as it was.

        Raises BadInput for "q1_pl" where there are too many lines.
        """
        said = self.said.get(language, Said())
        options = (*question.options, *question.statements)
        if kept is not None and said.lines.split() == _said(kept, before).lines.split():
            lines = {option.id: before.get(f"{self.id}.{option.id}", "") for option in options}
        else:
            lines = texts_from(said.lines, options, field=f"{self.id}_{language.value}")
        ends = {"low": said.low, "high": said.high} if question.type is QuestionType.SCALE else {}
        return {self.id: said.text} | {f"{self.id}.{name}": text for name, text in (lines | ends).items()}

    def _number(self, typed: str) -> int:
        typed = typed.strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_NUMBER):
            raise BadInput({self.id: f"“{typed[:20]}” is no whole number. Use figures."})
        return int(typed)


def _field(name: str, part: str, language: Language) -> str:
    return f"{name}_{part}" if language is Language.ENGLISH else f"{name}_{part}_{language.value}"


def _said(question: Question, texts: Mapping[str, str]) -> Said:
    options = (*question.options, *question.statements)
    own = {option.id: texts.get(f"{question.id}.{option.id}", "") for option in options}
    lines = as_lines(options, own) if any(own.values()) else ""
    name = question.id
    return Said(texts.get(name, ""), lines, texts.get(f"{name}.low", ""), texts.get(f"{name}.high", ""))
