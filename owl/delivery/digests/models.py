"""Digests: which were made, and which deliveries each of their own deliveries carries."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, Model
from owl.households.choices import Rhythm


class Digest(Model):
    """That the digest of one rhythm and day was made. Its key keeps it from being made twice."""

    __tablename__ = "digest"

    rhythm: Mapped[Rhythm] = mapped_column(Choice(Rhythm), primary_key=True)  # daily or weekly
    day: Mapped[date] = mapped_column(primary_key=True)  # of London: each day, or a Monday
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), unique=True)  # None: nothing waited


class Carried(Model):
    """A delivery that waited for a digest, and the digest's delivery that carries it.

    Ids only. One row for each such delivery, so that it is carried once.
    """

    __tablename__ = "carried"
    __table_args__ = (Index(None, "digest_id", "digest_seq"),)  # what one delivery of a digest carries

    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    digest_id: Mapped[int]  # the digest's message
    digest_seq: Mapped[int] = mapped_column(Integer)
