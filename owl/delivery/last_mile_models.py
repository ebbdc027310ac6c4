"""Messages on paper: one row for each home without a working channel to which somebody of a watch brings one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, Model


class Brought(StrEnum):
    """What became of a message on paper."""

    WAITING = "waiting"
    BROUGHT = "brought"
    NOT_BROUGHT = "not_brought"

    @property
    def label(self) -> str:
        """For the screen."""
        return {"waiting": "To bring", "brought": "Brought", "not_brought": "Could not be brought"}[self.value]


class LastMile(Model):
    """One message to one home on paper. Planned at approval, like a delivery; ticked off by hand."""

    __tablename__ = "last_mile"
    __table_args__ = (Index(None, "watch_id", "message_id"),)  # the sheets of a watch

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    household_id: Mapped[int] = mapped_column(primary_key=True)  # no foreign key, as of deliveries
    watch_id: Mapped[int] = mapped_column(ForeignKey("watch.id"))
    state: Mapped[Brought] = mapped_column(Choice(Brought), default=Brought.WAITING)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))  # who ticked it off
