"""Pictures of messages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Model


class MessagePicture(Model):
    """A picture of a message, as owl.foundation.pictures drew it."""

    __tablename__ = "message_picture"
    __table_args__ = (CheckConstraint("alt <> ''", name="says_what_it_shows"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), index=True)  # to render it
    name: Mapped[str] = mapped_column(unique=True)  # in its address, the same for everybody; nobody guesses it
    alt: Mapped[str]  # for those who can't see it, and where mail programs don't load it
    content: Mapped[bytes]  # JPEG
    width: Mapped[int]  # px
    height: Mapped[int]
    added_at: Mapped[datetime]
