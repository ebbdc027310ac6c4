"""The guest list: whom messages of training reach, and nobody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, EncryptedText, Model
from owl.foundation.notices import Channel


class TrainingGuest(Model):
    """One address that may be written to in training: a colleague's, whom an administrator has asked."""

    __tablename__ = "training_guest"

    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    address: Mapped[str] = mapped_column("address_encrypted", EncryptedText("training_guest.address"))
    address_index: Mapped[bytes] = mapped_column(unique=True)  # as a contact point's: the claim compares the two
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    added_at: Mapped[datetime]
