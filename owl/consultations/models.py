"""Ballots: what homes say their team should concentrate on."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

import owl.consultations.consultation_models  # noqa: F401  # what a message invites to
from owl.foundation.database import EncryptedText, Model


class Ballot(Model):
    """One home's answers. Holds no home, no contact point and no time finer than the day."""

    __tablename__ = "ballot"
    __table_args__ = (Index(None, "message_id"),)  # the count after the close

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)  # random: tells no order
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    neighbourhood_id: Mapped[str] = mapped_column(ForeignKey("neighbourhood.id"))
    issues: Mapped[list[str]]  # up to three of owl.consultations.issues.Issue
    words: Mapped[str | None] = mapped_column("words_encrypted", EncryptedText("ballot.words"))
    day: Mapped[date]


class TookPart(Model):
    """That a home took part, not how: one voice a household."""

    __tablename__ = "took_part"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(primary_key=True)
