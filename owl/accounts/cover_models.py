"""Who looks after whose work while they are off duty."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Model


class Cover(Model):
    """That somebody is off duty, and which colleague has their work meanwhile."""

    __tablename__ = "cover"
    __table_args__ = (
        CheckConstraint("user_id <> cover_id", name="somebody_else"),
        CheckConstraint("from_at < until_at", name="some_time"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), primary_key=True)
    cover_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)  # what I cover
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
