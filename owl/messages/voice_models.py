"""Homes that have taken part in a consultation: no further invitation goes to them."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Model


class Voice(Model):
    """That a home has used its one voice, not how. Holds no time."""

    __tablename__ = "voice"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    household_id: Mapped[int] = mapped_column(primary_key=True)
    asked_hash: Mapped[bytes | None]  # of the blinded ballot that was signed for it: the same may be asked for again
