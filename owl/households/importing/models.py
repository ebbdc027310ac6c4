"""Lists that administrators have uploaded: sealed until they are loaded, and then but for the refused rows gone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, EncryptedText, Model


class ListStatus(StrEnum):
    """Where an uploaded list stands."""

    WAITING = "waiting"
    LOADED = "loaded"
    FAILED = "failed"

    @property
    def label(self) -> str:
        """For the screen."""
        return {"waiting": "Being loaded", "loaded": "Loaded", "failed": "Not loaded"}[self.value]


class HouseholdList(Model):
    """One uploaded list, and what became of it. Holds counts alone."""

    __tablename__ = "household_list"
    __table_args__ = (Index(None, "id", postgresql_where="status = 'waiting'"),)  # what is to be loaded

    id: Mapped[int] = mapped_column(primary_key=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    uploaded_at: Mapped[datetime]
    status: Mapped[ListStatus] = mapped_column(Choice(ListStatus), default=ListStatus.WAITING)
    rows_checked: Mapped[int] = mapped_column(default=0)  # while it is being loaded
    finished_at: Mapped[datetime | None]
    counts: Mapped[dict[str, Any] | None] = mapped_column(JSONB)  # owl.households.importing.loading.Imported
    fault: Mapped[str | None]  # why it was not loaded, for the page


class ListPart(Model):
    """A piece of a list, or of its refused rows: its bytes as Latin-1, which has a letter for each."""

    __tablename__ = "household_list_part"

    list_id: Mapped[int] = mapped_column(ForeignKey("household_list.id", ondelete="CASCADE"), primary_key=True)
    is_refused: Mapped[bool] = mapped_column(primary_key=True)
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[str] = mapped_column("content_encrypted", EncryptedText("household_list_part.content"))
