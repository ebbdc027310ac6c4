"""Words that alerts of a kind begin with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, Model
from owl.households.choices import Kind


class MessageTemplate(Model):
    """Words to begin a message with; {what stands in curly brackets} is filled in by its author."""

    __tablename__ = "message_template"
    __table_args__ = (
        # Two of one name can't be told apart in the composer.
        Index(None, "name", unique=True, postgresql_where="ended_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Choice(Kind))
    name: Mapped[str]  # for authors: "Shed or garage break-in"
    title: Mapped[str]
    body: Mapped[str]  # Markdown
    sms_text: Mapped[str]  # empty: none
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # offered to nobody since; drafts that began with it keep their words
