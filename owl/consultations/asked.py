"""A consultation as whoever may answer it finds it: what it asks, and whether it can be answered now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.life_cycle import Phase, phase_of
from owl.consultations.questions import Question, questions_of
from owl.consultations.wording import wording_of, written_in
from owl.foundation.errors import NotFound
from owl.foundation.languages import Language, gettext
from owl.geography.models import Neighbourhood
from owl.messages.models import Message

S = ConsultationStatus
MOST_LISTED = 100  # of a list for all


@dataclass(frozen=True, slots=True)
class Asked:
    """A consultation that was announced, in its reader's language."""

    id: int
    slug: str
    title: str
    intro: str  # Markdown
    questions: tuple[Question, ...]
    phase: Phase
    opens_at: datetime
    closes_at: datetime
    neighbourhood_ids: tuple[str, ...]
    newer_slug: str | None  # of what asks instead of it, once it is over
    written_in: Language  # its title and introduction: English where nobody translated them


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A consultation in a list for all."""

    slug: str
    title: str
    phase: Phase
    opens_at: datetime
    closes_at: datetime
    where: tuple[str, ...]  # names of its neighbourhoods
    written_in: Language


def asked_by_slug(session: Session, slug: str, *, language: Language, now: datetime) -> Asked:
    """The consultation at this address. Raises NotFound, also for one that was never announced."""
    return _asked(session, Consultation.slug == slug, language, now)


def asked_by_id(session: Session, consultation_id: int, *, language: Language, now: datetime) -> Asked:
    """The consultation with this number. Raises NotFound, also for one that was never announced."""
    return _asked(session, Consultation.id == consultation_id, language, now)


def asked_by_message(session: Session, message_id: int, *, language: Language, now: datetime) -> Asked | None:
    """What the message invites to; None where it invites to nothing, or to what was never announced."""
    invited_to = sa.select(Message.consultation_id).where(Message.id == message_id).scalar_subquery()
    try:
        return _asked(session, Consultation.id == invited_to, language, now)
    except NotFound:
        return None


def listed(session: Session, *, language: Language, now: datetime) -> list[AskedRow]:
    """What was announced and not withdrawn, the latest to close first."""
    announced = sa.select(Consultation).where(Consultation.status.in_([S.ANNOUNCED, S.COUNTED, S.PUBLISHED]))
    latest = announced.order_by(Consultation.closes_at.desc(), Consultation.id.desc()).limit(MOST_LISTED)
    names = _names(session)
    return [_row(consultation, names, language, now) for consultation in session.scalars(latest)]


def with_results(session: Session) -> list[AskedRow]:
    """Every consultation whose results are for all, in English: the latest to close first."""
    published = (
        sa.select(Consultation).where(Consultation.status == S.PUBLISHED).order_by(Consultation.closes_at.desc())
    )
    names = _names(session)
    return [_row(one, names, Language.ENGLISH, one.closes_at or one.created_at) for one in session.scalars(published)]


def _asked(session: Session, which: sa.ColumnElement[bool], language: Language, now: datetime) -> Asked:
    consultation = session.scalar(sa.select(Consultation).where(which))
    if consultation is None or consultation.opens_at is None or consultation.closes_at is None:
        raise NotFound(gettext("There is no such consultation."))
    phase = phase_of(consultation, now)
    if phase is Phase.DRAFT or consultation.box_key is None:
        raise NotFound(gettext("There is no such consultation."))
    words = wording_of(consultation, language)
    return Asked(
        id=consultation.id,
        slug=consultation.slug,
        title=words.title or consultation.title,
        intro=words.intro or consultation.intro,
        questions=questions_of(consultation, language),
        phase=phase,
        opens_at=consultation.opens_at,
        closes_at=consultation.closes_at,
        neighbourhood_ids=tuple(consultation.neighbourhood_ids),
        newer_slug=None if phase in {Phase.COMING, Phase.OPEN} else _newer(session, consultation.id),
        written_in=written_in(consultation, language),
    )


def _newer(session: Session, consultation_id: int) -> str | None:
    newer = (Consultation.replaces_id == consultation_id, Consultation.status.not_in([S.DRAFT, S.WITHDRAWN]))
    return session.scalar(sa.select(Consultation.slug).where(*newer).order_by(Consultation.id.desc()).limit(1))


def _names(session: Session) -> dict[str, str]:
    return dict(session.execute(sa.select(Neighbourhood.id, Neighbourhood.name)).all())


def _row(consultation: Consultation, names: dict[str, str], language: Language, now: datetime) -> AskedRow:
    return AskedRow(
        consultation.slug,
        wording_of(consultation, language).title or consultation.title,
        phase_of(consultation, now),
        consultation.opens_at or now,  # the table's own check: only a draft has none
        consultation.closes_at or now,
        tuple(names.get(area, area) for area in consultation.neighbourhood_ids),
        written_in(consultation, language),
    )
