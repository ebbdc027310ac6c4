"""What the form of a consultation holds: words as they were typed, and what the pressed button makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import time

from werkzeug.datastructures import MultiDict

from owl.consultations.consultation_models import Consultation
from owl.consultations.draft import ConsultationDraft
from owl.consultations.questions import ID, MOST_QUESTIONS, QuestionType
from owl.consultations.wording import TRANSLATED, Wording
from owl.foundation.errors import BadInput
from owl.foundation.languages import Language
from owl.messages.typed_moment import TypedMoment
from owl.web.addresses import version_in
from owl.web.team.question_sheet import QuestionSheet, Said

START_OF_DAY, END_OF_DAY = time(9), time(21)
NOT_TYPED = TypedMoment()


@dataclass(frozen=True, slots=True)
class ConsultationSheet:
    """The fields, as text. `said`: title and introduction in other languages."""

    title: str = ""
    intro: str = ""
    neighbourhoods: frozenset[str] = frozenset()
    opens: TypedMoment = NOT_TYPED
    closes: TypedMoment = NOT_TYPED
    questions: tuple[QuestionSheet, ...] = ()
    said: Mapping[Language, Said] = field(default_factory=dict)  # text: the title; lines: the introduction
    version: int = 0

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> ConsultationSheet:
        """What was sent."""
        return cls(
            form.get("title", ""),
            form.get("intro", ""),
            frozenset(form.getlist("neighbourhoods")),
            TypedMoment.typed(form, "opens"),
            TypedMoment.typed(form, "closes"),
            tuple(_questions(form)),
            {one: Said(form.get(f"title_{one.value}", ""), form.get(f"intro_{one.value}", "")) for one in TRANSLATED},
            version_in(form),
        )

    @classmethod
    def kept(cls, consultation: Consultation) -> ConsultationSheet:
        """What the draft holds."""
        draft = ConsultationDraft.of(consultation)
        texts = {language: words.texts for language, words in draft.wordings.items()}
        there = {one: draft.wordings.get(one, Wording()) for one in TRANSLATED}
        return cls(
            draft.title,
            draft.intro,
            draft.neighbourhood_ids,
            TypedMoment.of(draft.opens_at),
            TypedMoment.of(draft.closes_at),
            tuple(QuestionSheet.kept(question, texts) for question in draft.questions),
            {one: Said(words.title, words.intro) for one, words in there.items()},
            consultation.version,
        )

    def draft(self, before: ConsultationDraft) -> ConsultationDraft:
        """The draft that these words make of the one before. Raises BadInput with every fault."""
        faults: dict[str, str] = {}
        was = {question.id: question for question in before.questions}
        opens_at = closes_at = None
        try:
            opens_at = self.opens.read("opens_at", without_time=START_OF_DAY)
        except BadInput as error:
            faults |= error.fields
        try:
            closes_at = self.closes.read("closes_at", without_time=END_OF_DAY)
        except BadInput as error:
            faults |= error.fields
        questions = []
        texts: dict[Language, dict[str, str]] = {language: {} for language in TRANSLATED}
        for sheet in self.questions:
            try:
                question = sheet.question(was.get(sheet.id))
                questions.append(question)
                for language in TRANSLATED:
                    words = before.wordings.get(language, Wording()).texts
                    texts[language] |= sheet.texts_in(language, question, was.get(sheet.id), words)
            except BadInput as error:
                faults |= error.fields
        if faults:
            raise BadInput(faults)
        wordings = {one: Wording(said.text, said.lines, texts[one]) for one, said in self.said.items()}
        there = {one: words for one, words in wordings.items() if words.is_there}
        return ConsultationDraft(
            self.title, self.intro, self.neighbourhoods, tuple(questions), opens_at, closes_at, there
        )  # fmt: skip

    def after(self, act: str) -> ConsultationSheet:
        """The sheet with a question added, moved or taken out: "add:scale", "up:q2", "down:q2", "remove:q2"."""
        verb, _, which = act.partition(":")
        rows = list(self.questions)
        if verb == "add" and which in list(QuestionType):
            if len(rows) >= MOST_QUESTIONS:
                raise BadInput({"questions": f"Ask {MOST_QUESTIONS} questions at most."})
            return replace(self, questions=(*rows, _new(rows, QuestionType(which))))
        place = next((at for at, row in enumerate(rows) if row.id == which), None)
        if place is not None and verb == "remove":
            del rows[place]
        elif place is not None and verb in {"up", "down"}:
            row = rows.pop(place)
            rows.insert(max(0, place - 1) if verb == "up" else place + 1, row)
        return replace(self, questions=tuple(rows))


def _new(rows: list[QuestionSheet], kind: QuestionType) -> QuestionSheet:
    numbers = [int(row.id[1:]) for row in rows if row.id[1:].isdigit()]
    said = {language: Said() for language in (Language.ENGLISH, *TRANSLATED)}
    return QuestionSheet(f"q{max(numbers, default=0) + 1}", kind, said=said)


def _questions(form: MultiDict[str, str]) -> list[QuestionSheet]:
    """In the order in which they stood; what is no question of ours is left out."""
    found = []
    for entry in form.getlist("question")[:MOST_QUESTIONS]:
        name, _, kind = entry.partition(":")
        if ID.fullmatch(name) and kind in list(QuestionType):
            found.append(QuestionSheet.typed(form, name, QuestionType(kind)))
    return found
