"""What was sent in an emergency without a second person, for an inspector to look at afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Model


class EmergencyReview(Model):
    """One message that its author let go in an emergency, and what an inspector thought of it."""

    __tablename__ = "emergency_review"
    __table_args__ = (
        CheckConstraint(
            "num_nulls(reviewer_id, reviewed_at, was_right, note) IN (0, 4)", name="reviewed_wholly_or_not_yet"
        ),
        Index(None, "message_id", postgresql_where="reviewed_at IS NULL"),  # what waits for an inspector
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    asked_at: Mapped[datetime]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reviewed_at: Mapped[datetime | None]
    was_right: Mapped[bool | None]
    note: Mapped[str | None]  # for whoever sent it
