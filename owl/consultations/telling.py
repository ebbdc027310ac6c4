"""Results beside the words that were asked: what pages, files and other parts of OWL read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation, ConsultationStatus, Source
from owl.consultations.counted_answers import first_few
from owl.consultations.figures import Figures, ItemFigures, OptionFigures
from owl.consultations.questions import Question, QuestionType, questions_of
from owl.consultations.weighting import Area
from owl.consultations.working_out import figures_for
from owl.foundation.errors import NotFound
from owl.foundation.languages import Language, gettext, mark
from owl.geography.models import Neighbourhood, Ward

STANCES = {"agree": mark("Agree"), "disagree": mark("Disagree"), "pass": mark("Pass")}
SOURCES: Mapping[Source, str] = {
    Source.INVITED: mark("Homes we wrote to"),
    Source.OPEN: mark("The open page"),
    Source.PAPER: mark("On paper"),
    Source.DOORSTEP: mark("At the door"),
}


@dataclass(frozen=True, slots=True)
class ToldItem:
    """A question, or one statement of it, as one source of ballots answered it."""

    source: Source
    ballots: int
    rows: tuple[tuple[str, OptionFigures], ...]  # with the words of each option

    @property
    def shown(self) -> tuple[tuple[str, OptionFigures], ...]:
        """What a table can show."""
        return tuple((words, row) for words, row in self.rows if row.is_told)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The answers of which nothing is told."""
        return tuple(words for words, row in self.rows if not row.is_told)


@dataclass(frozen=True, slots=True)
class Told:
    """A question, or one statement of it, with all that was answered."""

    question: Question
    statement: str  # its words; empty for a whole question
    items: tuple[ToldItem, ...]  # invited homes first

    @property
    def first(self) -> int:
        """Of a ranking, how many of each ballot count; 0 where nothing is ranked."""
        return first_few(self.question) if self.question.type is QuestionType.RANK else 0

    @property
    def has_order(self) -> bool:
        """Whether answers stand in an order of their own, as steps do; else the most chosen comes first."""
        return self.question.type in {QuestionType.SCALE, QuestionType.STATEMENTS}

    @property
    def takes_one(self) -> bool:
        """Whether nobody gave two answers. So where nearly all gave one, fewer than five gave the others."""
        return self.has_order or self.question.type is QuestionType.PLACE or self.question.most == 1


@dataclass(frozen=True, slots=True)
class Results:
    """All that may be told of a consultation."""

    consultation: Consultation
    figures: Figures
    told: tuple[Told, ...]
    neighbourhoods: Mapping[str, str]  # their names
    wards: Mapping[str, str]

    def name_of(self, area: Area) -> str:
        """The wards of an area; the neighbourhoods where it is whole ones."""
        several = len(area.neighbourhoods) > 1
        known, ids = (self.neighbourhoods, area.neighbourhoods) if several else (self.wards, area.wards)
        return ", ".join(sorted(known[one] for one in ids if one in known)) or gettext("Ward not known")


def results_of(session: Session, consultation: Consultation, language: Language = Language.ENGLISH) -> Results:
    """The results. Raises NotFound before the count: nobody has any."""
    figures = figures_for(session, consultation.id)
    if figures is None:
        raise NotFound(gettext("There are no results yet."))
    codes = {code for area in figures.areas for code in area.wards}
    codes |= {row.option for item in figures.items for row in item.options}
    wards = _names(session, sa.select(Ward.code, Ward.name).where(Ward.code.in_(codes)))
    here = sa.select(Neighbourhood.id, Neighbourhood.name)
    known = _names(session, here.where(Neighbourhood.id.in_(consultation.neighbourhood_ids)))
    asked = questions_of(consultation, language)
    told = tuple(one for question in asked for one in _told(question, figures.items, wards))
    return Results(consultation, figures, told, known, wards)


def published_results(session: Session, slug: str, language: Language = Language.ENGLISH) -> Results:
    """The results for all to see. Raises NotFound until they are published."""
    consultation = session.scalar(sa.select(Consultation).where(Consultation.slug == slug))
    if consultation is None or consultation.status is not ConsultationStatus.PUBLISHED:
        raise NotFound(gettext("There are no results yet."))
    return results_of(session, consultation, language)


def _told(question: Question, items: Iterable[ItemFigures], wards: Mapping[str, str]) -> Iterable[Told]:
    own = [item for item in items if item.question == question.id]
    if question.type is QuestionType.STATEMENTS:
        stances = {name: gettext(words) for name, words in STANCES.items()}
        for statement in question.statements:
            about = [one for one in own if one.statement == statement.id]
            yield Told(question, statement.text, _items(about, stances, in_order=True))
    elif question.type is not QuestionType.WORDS:
        steps = question.type is QuestionType.SCALE
        yield Told(question, "", _items(own, _labels(question, wards), in_order=steps))


def _items(items: Iterable[ItemFigures], labels: Mapping[str, str], *, in_order: bool = False) -> tuple[ToldItem, ...]:
    """`in_order`: as the labels stand, else the most chosen first."""
    order = {option: place for place, option in enumerate(labels)} if in_order else {}
    return tuple(
        ToldItem(
            item.source,
            item.ballots,
            tuple(
                (labels.get(row.option, row.option), row)
                for row in sorted(item.options, key=lambda one: order.get(one.option, 0))
            ),
        )
        for item in items
    )


def _labels(question: Question, wards: Mapping[str, str]) -> dict[str, str]:
    if question.type is not QuestionType.SCALE:
        return {option.id: option.text for option in question.options} | dict(wards)
    ends = {question.lowest: question.low, question.highest: question.high}
    steps = range(question.lowest, question.highest + 1)
    return {str(step): f"{step} ({ends[step]})" if ends.get(step) else str(step) for step in steps}


def _names(session: Session, asked: sa.Select[str, str]) -> dict[str, str]:
    return {code: name for code, name in session.execute(asked)}  # noqa: C416  # rows are no pairs to mypy
