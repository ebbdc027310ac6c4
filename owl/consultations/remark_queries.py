"""Remarks to look at, and those that were, by theme."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import RedactionReason, Remark
from owl.consultations.grouping import Theme, told_themes

PAGE = 50  # remarks that are read
SHEET = 10  # that are looked at in one go


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """One remark. `kept`: what is to be published of it."""

    id: uuid.UUID
    question: str
    words: str
    kept: str
    because: RedactionReason | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far looking at remarks has come."""

    all: int
    waiting: int


@dataclass(frozen=True, slots=True)
class RemarkPage:
    """Remarks on a question under a theme, in an order that tells nothing."""

    rows: tuple[RemarkRow, ...]
    number: int  # from 1
    has_next: bool


def progress(session: Session, consultation_id: int) -> Progress:
    """Of all that was written."""
    waiting = sa.func.count().filter(Remark.looked_at_by_id.is_(None))
    of_these = (Remark.consultation_id == consultation_id, Remark.place.is_(None))
    return Progress(*session.execute(sa.select(sa.func.count(), waiting).where(*of_these)).one())


def to_look_at(session: Session, consultation_id: int) -> list[RemarkRow]:
    """The next that nobody has looked at."""
    nobody = (Remark.looked_at_by_id.is_(None), Remark.words.is_not(None))
    found = sa.select(Remark).where(Remark.consultation_id == consultation_id, *nobody)
    return [_row(remark) for remark in session.scalars(found.order_by(Remark.id).limit(SHEET))]


def themes_of(session: Session, consultation_id: int) -> dict[str, dict[Theme, int]]:
    """By question, how many remarks each theme has, as may be told; only of those that were looked at."""
    return {question: told_themes(counts) for question, counts in _counted(session, consultation_id).items()}


def reasons_of(session: Session, consultation_id: int) -> dict[str, list[RedactionReason]]:
    """By question, why remarks were left out whole."""
    gone = sa.or_(Remark.redacted.is_not(None), Remark.words.is_(None))
    found = sa.select(Remark.question, Remark.redacted_because).where(
        Remark.consultation_id == consultation_id, Remark.redacted_because.is_not(None), Remark.theme.is_(None), gone
    )
    reasons: defaultdict[str, set[RedactionReason]] = defaultdict(set)
    for question, because in session.execute(found.distinct()):
        if because is not None:
            reasons[question].add(because)
    return {question: sorted(these) for question, these in reasons.items()}


def remarks_about(
    session: Session,
    consultation_id: int,
    question: str,
    theme: Theme,
    *,
    page: int = 1,
) -> RemarkPage:
    """One page. Under OTHER stand those of all themes that are too small to be told."""
    told = themes_of(session, consultation_id).get(question, {})
    if theme not in told:
        return RemarkPage((), 1, has_next=False)
    others = [one for one in Theme if one is Theme.OTHER or one not in told]
    wanted = others if theme is Theme.OTHER else [theme]
    published = sa.select(Remark).where(
        Remark.consultation_id == consultation_id,
        Remark.question == question,
        Remark.theme.in_([one.value for one in wanted]),
    )
    found = session.scalars(published.order_by(Remark.id).limit(PAGE + 1).offset((page - 1) * PAGE))
    rows = [_row(remark) for remark in found]
    return RemarkPage(tuple(rows[:PAGE]), page, has_next=len(rows) > PAGE)


def first_remarks(
    session: Session, consultation_id: int, themes: Mapping[str, Mapping[Theme, int]], *, size: int
) -> dict[str, dict[Theme, list[RemarkRow]]]:
    """By question and theme, as `themes_of` told them, the first few that remarks_about has."""
    number = sa.func.row_number().over(partition_by=[Remark.question, Remark.theme], order_by=Remark.id)
    of_these = (Remark.consultation_id == consultation_id, Remark.theme.is_not(None))
    numbered = sa.select(Remark.id, number.label("number")).where(*of_these).subquery()
    first = sa.select(Remark).join(numbered, numbered.c.id == Remark.id).where(numbered.c.number <= size)
    found: defaultdict[str, defaultdict[Theme, list[RemarkRow]]] = defaultdict(lambda: defaultdict(list))
    for remark in session.scalars(first.order_by(Remark.id)):
        theme = Theme(remark.theme) if remark.theme else Theme.OTHER
        shown = theme if theme in themes.get(remark.question, {}) else Theme.OTHER
        if len(found[remark.question][shown]) < size:
            found[remark.question][shown].append(_row(remark))
    return {question: dict(by_theme) for question, by_theme in found.items()}


def _counted(session: Session, consultation_id: int) -> Mapping[str, Mapping[Theme, int]]:
    found = sa.select(Remark.question, Remark.theme, sa.func.count()).where(
        Remark.consultation_id == consultation_id, Remark.theme.is_not(None)
    )
    counts: defaultdict[str, dict[Theme, int]] = defaultdict(dict)
    for question, theme, number in session.execute(found.group_by(Remark.question, Remark.theme)):
        if theme is not None:
            counts[question][Theme(theme)] = number
    return counts


def _row(remark: Remark) -> RemarkRow:
    words = remark.words or ""
    kept = words if remark.redacted is None else remark.redacted
    return RemarkRow(remark.id, remark.question, words, kept, remark.redacted_because)
