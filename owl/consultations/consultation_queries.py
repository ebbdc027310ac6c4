"""The consultations that a team sees: those that ask in one of its neighbourhoods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import areas_of
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.life_cycle import Phase, phase_of
from owl.foundation.errors import NotFound
from owl.messages.models import Message, MessageStatus
from owl.messages.voice_models import Voice

PAGE = 25  # consultations
S = ConsultationStatus


class Tab(StrEnum):
    """The parts of a team's list of consultations."""

    OPEN = "open"
    DRAFTS = "drafts"
    OVER = "over"

    @property
    def label(self) -> str:
        """For the screen."""
        return {"open": "Open and coming up", "drafts": "Drafts and planned", "over": "Closed"}[self.value]


@dataclass(frozen=True, slots=True)
class ConsultationRow:
    """A consultation in a list."""

    id: int
    slug: str
    title: str
    phase: Phase
    round: str | None
    neighbourhood_ids: tuple[str, ...]
    opens_at: datetime | None
    closes_at: datetime | None
    homes: int  # that have taken part


@dataclass(frozen=True, slots=True)
class ConsultationPage:
    """One page of a list."""

    rows: tuple[ConsultationRow, ...]
    number: int  # from 1
    has_next: bool


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A message that invites to a consultation."""

    id: int
    title: str
    status: MessageStatus
    homes: int | None
    at: datetime  # of its approval, or of its making


def consultations_in(session: Session, tab: Tab, *, user_id: int, now: datetime, page: int = 1) -> ConsultationPage:
    """One page of those under the tab that touch the user's areas: what comes next first, what is over last first."""
    counted = sa.select(sa.func.count()).where(Voice.consultation_id == Consultation.id).scalar_subquery()
    late_first = tab is Tab.OVER
    closes = Consultation.closes_at.desc() if late_first else Consultation.closes_at.asc()
    shown = (
        sa.select(Consultation, counted)
        .where(_touches(session, user_id), _of_tab(tab, now))
        .order_by(closes.nulls_last(), Consultation.id.desc())
        .limit(PAGE + 1)
        .offset((page - 1) * PAGE)
    )
    rows = [_row(consultation, homes, now) for consultation, homes in session.execute(shown)]
    return ConsultationPage(tuple(rows[:PAGE]), page, has_next=len(rows) > PAGE)


def consultation_for(session: Session, consultation_id: int, *, user_id: int) -> Consultation:
    """The consultation. Raises NotFound unless it asks in one of the user's areas."""
    found = sa.select(Consultation).where(Consultation.id == consultation_id, _touches(session, user_id))
    consultation = session.scalar(found)
    if consultation is None:
        raise NotFound("There is no such consultation, or it is not in your areas.")
    return consultation


def invitations_of(session: Session, consultation_id: int) -> list[InvitationRow]:
    """The messages that invite to it and were not put away, oldest first."""
    asked: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            Message.id, Message.title, Message.status, Message.homes,
            sa.func.coalesce(Message.approved_at, Message.created_at),
        )
        .where(Message.consultation_id == consultation_id, Message.status != MessageStatus.CANCELLED)
        .order_by(Message.id)
    )  # fmt: skip
    return [InvitationRow(*row) for row in session.execute(asked)]


def newer_version_of(session: Session, consultation_id: int) -> Consultation | None:
    """What asks instead of it; None where nothing does."""
    newer = (Consultation.replaces_id == consultation_id, Consultation.status.not_in([S.DRAFT, S.WITHDRAWN]))
    return session.scalar(sa.select(Consultation).where(*newer).order_by(Consultation.id.desc()).limit(1))


def _touches(session: Session, user_id: int) -> sa.ColumnElement[bool]:
    touches: sa.ColumnElement[bool] = Consultation.neighbourhood_ids.overlap(sorted(areas_of(session, user_id)))
    return touches


def _of_tab(tab: Tab, now: datetime) -> sa.ColumnElement[bool]:
    if tab is Tab.DRAFTS:
        return Consultation.status == S.DRAFT
    running: sa.ColumnElement[bool] = sa.and_(Consultation.status == S.ANNOUNCED, Consultation.closes_at > now)
    return running if tab is Tab.OPEN else sa.and_(Consultation.status != S.DRAFT, sa.not_(running))


def _row(consultation: Consultation, homes: int, now: datetime) -> ConsultationRow:
    return ConsultationRow(
        consultation.id, consultation.slug, consultation.title, phase_of(consultation, now), consultation.round,
        tuple(consultation.neighbourhood_ids), consultation.opens_at, consultation.closes_at, homes,
    )  # fmt: skip
