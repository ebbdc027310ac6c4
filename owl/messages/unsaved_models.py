"""What somebody typed into the composer and has not saved."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Model


class UnsavedSheet(Model):
    """The fields of one open composer, half typed as they may be. Its writer's alone, apart from the shared draft."""

    __tablename__ = "unsaved_sheet"

    key: Mapped[str] = mapped_column(primary_key=True)  # drawn by lot for each opened page
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)  # "mine"
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"))  # None: a new one
    fields: Mapped[dict[str, Any]] = mapped_column(JSONB)  # name → the values
    kept_at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # saved or thrown away: nothing that comes late is kept any more
