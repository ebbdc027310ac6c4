"""Who did what, when: written once, never changed (a trigger holds it)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, literal_column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from owl.foundation.database import Model

IS_REFUSAL = literal_column("starts_with(act, 'refused: ')", Boolean)  # word for word, or its index is of no use


class Audit(Model):
    """One act or refusal. Holds ids and counts, never a contact detail or a name."""

    __tablename__ = "audit"
    __table_args__ = (
        # The audit page, newest first: of all, of one user, of one act, of one message or reply, of what was refused.
        Index(None, "at", "id"),
        Index(None, "actor_id", "at", "id"),
        Index(None, "act", "at", "id"),
        Index(None, "subject", "subject_id", "at", "id"),
        Index("ix_audit_refusals", "at", "id", postgresql_where=IS_REFUSAL),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]  # a user; None for the clock and for residents
    act: Mapped[str]  # "approve message", "refused: approve message"
    subject: Mapped[str]  # "message", "user", "reply"
    subject_id: Mapped[int | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)


def record_act(
    session: Session,
    act: str,
    *,
    actor_id: int | None,
    subject: str,
    subject_id: int | None,
    now: datetime,
    **details: Any,
) -> None:
    """Write the act into the audit, in the same transaction as the act itself."""
    session.add(Audit(at=now, actor_id=actor_id, act=act, subject=subject, subject_id=subject_id, details=details))
