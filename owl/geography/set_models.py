"""Sets of geography that were handed in, from when somebody first looks at what they change."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, Model


class SetStatus(StrEnum):
    """Where a set stands."""

    WAITING = "waiting"  # somebody looks at who would move
    APPLIED = "applied"
    PUT_AWAY = "put_away"

    @property
    def label(self) -> str:
        """For the screen."""
        return self.value.replace("_", " ").capitalize()


class GeographySet(Model):
    """A boundary set or a postcode file: looked at first, then applied or put away."""

    __tablename__ = "geography_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]  # of the file or folder
    digest: Mapped[bytes]  # SHA-256 of its content
    content: Mapped[bytes | None]  # as it was handed in; None once it is applied or put away
    preview: Mapped[dict[str, Any]] = mapped_column(JSONB)  # owl.households.relocations.Relocations
    status: Mapped[SetStatus] = mapped_column(Choice(SetStatus), default=SetStatus.WAITING)
    applied_before: Mapped[int]  # sets, when this one was looked at: another one since makes what was shown untrue
    handed_in_at: Mapped[datetime]
    handed_in_by: Mapped[int | None]  # a user; None: at the command line
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None]
