"""How often residents wrote about what other bodies look after; for those bodies."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from owl.consultations.right_door import Topic
from owl.foundation.database import Choice, Model


class DoorCount(Model):
    """Ballots of one consultation whose words touched a topic: written at its count, so it tells no home."""

    __tablename__ = "door_count"

    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id", ondelete="CASCADE"), primary_key=True)
    neighbourhood_id: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[Topic] = mapped_column(Choice(Topic), primary_key=True)
    ballots: Mapped[int]
