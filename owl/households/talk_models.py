"""What a mobile number and OWL are talking about by text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Model


class TextTalk(Model):
    """One number's texts of the last two days, known by its blind index alone; then the clock forgets it."""

    __tablename__ = "text_talk"
    __table_args__ = (
        Index(None, "last_at"),  # what is forgotten
        CheckConstraint("(postcode IS NULL) = (asked_at IS NULL)", name="asked_whole"),
    )

    address_index: Mapped[bytes] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]
    counted_from: Mapped[datetime]  # when the day began in which these were counted
    texts: Mapped[int]  # of theirs
    answers: Mapped[int]  # of ours
    helped_at: Mapped[datetime | None]  # when words that we did not understand were last answered
    asked_at: Mapped[datetime | None]  # when we asked whether they want to join for this place
    postcode: Mapped[str | None]
    neighbourhood_id: Mapped[str | None] = mapped_column(ForeignKey("neighbourhood.id"))
    ward_code: Mapped[str | None] = mapped_column(ForeignKey("ward.code"))
