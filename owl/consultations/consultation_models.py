"""Consultations, their keys, the sealed box of each, and what was in it once it was counted. See docs/adr/0049."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, EncryptedText, Model

PRIVATE_KEY = "consultation_signing_key.private_key"  # what a signing key is sealed for


class ConsultationStatus(StrEnum):
    """Where a consultation is in its life. Whether it is open, the clock says: opens_at ≤ now < closes_at."""

    DRAFT = "draft"
    ANNOUNCED = "announced"  # its times and keys are made; it opens and closes by the clock
    COUNTED = "counted"  # the box was opened once, shuffled and its key destroyed
    PUBLISHED = "published"  # its results are for all to see
    WITHDRAWN = "withdrawn"  # it asks no more, and what lay in its box was destroyed unread


class Source(StrEnum):
    """How a ballot came; each is counted apart."""

    INVITED = "invited"  # by the link of an invitation: one for each home
    OPEN = "open"  # by the link on the public page: nobody knows who
    PAPER = "paper"  # typed in from a sheet
    DOORSTEP = "doorstep"  # taken down at the door


class RedactionReason(StrEnum):
    """Why some of what a resident wrote is not published."""

    NAMES_SOMEBODY = "names_somebody"
    POINTS_AT_SOMEBODY = "points_at_somebody"
    VICTIM = "victim"
    BEFORE_COURT = "before_court"
    ABUSE = "abuse"
    NO_ANSWER = "no_answer"


class Consultation(Model):
    """Questions to residents of one or more neighbourhoods, with a time to open and a time to close."""

    __tablename__ = "consultation"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint(
            "status IN ('draft', 'withdrawn') OR (opens_at IS NOT NULL AND closes_at IS NOT NULL)",
            name="announced_whole",
        ),
        Index(None, "neighbourhood_ids", postgresql_using="gin"),  # those of a neighbourhood's page
        Index(None, "closes_at", postgresql_where="status = 'announced'"),  # which are to be counted
        # The year's plan: made by two presses at once, it is there once.
        Index(
            None,
            "round",
            "neighbourhood_ids",
            unique=True,
            postgresql_where="round IS NOT NULL AND status <> 'withdrawn'",
        ),
        Index(None, "replaces_id"),  # what asks instead
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)  # of its public page
    status: Mapped[ConsultationStatus] = mapped_column(Choice(ConsultationStatus), default=ConsultationStatus.DRAFT)
    version: Mapped[int] = mapped_column(default=1)  # counts saves
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("consultation.id"))  # of which this is a new version
    round: Mapped[str | None]  # of the yearly plan: "2027-1"; None: made by hand
    title: Mapped[str]
    intro: Mapped[str]  # Markdown subset of owl.messages.markdown
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)  # owl.consultations.questions.Question
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # by language: title, intro, questions
    neighbourhood_ids: Mapped[list[str]]  # where it asks, and who may see it before it opens
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime]
    withdrawn_because: Mapped[str | None]  # for its public page
    box_key: Mapped[bytes | None]  # public; the private half lies outside the database until the close
    counted_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict


class SigningKey(Model):
    """Signs, blindly, one ballot for each invited home of a ward. Its private half is destroyed at the close."""

    __tablename__ = "consultation_signing_key"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    ward_code: Mapped[str] = mapped_column(primary_key=True)  # "": homes placed by hand, in no known ward
    public_key: Mapped[bytes]  # SubjectPublicKeyInfo, DER; shown on the public page
    private_key: Mapped[str | None] = mapped_column(EncryptedText(PRIVATE_KEY))  # PEM


class SealedBallot(Model):
    """A ballot as it lies in the box: of one size, unreadable until the count, and gone after it."""

    __tablename__ = "sealed_ballot"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)  # of the code by which its writer finds it counted
    source: Mapped[Source] = mapped_column(Choice(Source))
    sealed: Mapped[bytes]  # ward and answers


class CountedBallot(Model):
    """One ballot after the count: no home, no code, no time; all of a consultation were written shuffled, at once."""

    __tablename__ = "counted_ballot"
    __table_args__ = (Index(None, "consultation_id"),)  # the results

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)  # random: tells no order
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    source: Mapped[Source] = mapped_column(Choice(Source))
    neighbourhood_id: Mapped[str | None]  # None: fewer than five of its source there
    ward_code: Mapped[str | None]  # None: fewer than five of its source there
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)  # by question, but for words and places


class Remark(Model):
    """Words or a place from a ballot, torn off at the count: nothing leads back to the ballot's other answers."""

    __tablename__ = "remark"
    __table_args__ = (
        Index(None, "consultation_id", "question", "theme"),  # the results
        Index(
            "ix_remark_to_look_at",
            "consultation_id",
            postgresql_where="looked_at_by_id IS NULL AND words_encrypted IS NOT NULL",
        ),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"))
    question: Mapped[str]  # its id within the consultation
    source: Mapped[Source] = mapped_column(Choice(Source))
    neighbourhood_id: Mapped[str | None]  # None: fewer than five ballots of its source there
    words: Mapped[str | None] = mapped_column("words_encrypted", EncryptedText("remark.words"))
    place: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # to about a hundred metres, or a ward
    redacted: Mapped[str | None] = mapped_column("redacted_encrypted", EncryptedText("remark.redacted"))  # "": nothing
    redacted_because: Mapped[RedactionReason | None] = mapped_column(Choice(RedactionReason))
    looked_at_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # None: nobody has, so it stays inside
    theme: Mapped[str | None]  # owl.consultations.grouping.Theme of what is published; None: not looked at, or nothing


class ConsultationResult(Model):
    """The figures of a consultation, worked out once at its count: what is told never changes, so it tells no more."""

    __tablename__ = "consultation_result"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)  # owl.consultations.figures.Figures


class CountedCode(Model):
    """The hash of the code of a ballot that was counted; tells that, and nothing else."""

    __tablename__ = "counted_code"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
