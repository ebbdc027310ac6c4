"""Other systems of the force: their keys, what they asked for, and where they want to be called."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import EncryptedText, Model


class Scope(StrEnum):
    """One thing that a key is good for. What its role and areas do not allow, no scope does."""

    AREAS = "areas"
    READ_MESSAGES = "messages:read"
    WRITE_MESSAGES = "messages:write"
    READ_REPLIES = "replies:read"
    ANSWER = "replies:answer"

    @property
    def label(self) -> str:
        """For the administrator."""
        return {
            "areas": "List areas and count homes in them",
            "messages:read": "Read messages and their ledgers",
            "messages:write": "Write drafts and send them for approval",
            "replies:read": "Read replies",
            "replies:answer": "Answer replies",
        }[self.value]


class ApiKey(Model):
    """What a system signs its requests with. It acts as a user of its own, who can't sign in anywhere."""

    __tablename__ = "api_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)  # whose role and areas it has
    secret_hash: Mapped[bytes] = mapped_column(unique=True)
    hint: Mapped[str]  # the last letters of the secret, to tell keys apart
    scopes: Mapped[list[str]]
    made_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    made_at: Mapped[datetime]
    used_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]


class ApiRequest(Model):
    """A request that must be done once, and what was answered: asked again, the answer comes again."""

    __tablename__ = "api_request"
    __table_args__ = (Index(None, "asked_at"),)  # what is old enough to be deleted

    key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[bytes]  # of method, address and body
    asked_at: Mapped[datetime]
    status: Mapped[int | None]  # None: under way, or cut off
    answer: Mapped[dict[str, Any] | None] = mapped_column(JSONB)


class Webhook(Model):
    """Where a system wants to be called when something happens in its key's areas."""

    __tablename__ = "webhook"
    __table_args__ = (Index(None, "key_id"),)  # of one system

    id: Mapped[int] = mapped_column(primary_key=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("api_key.id"))
    url: Mapped[str]
    secret: Mapped[str] = mapped_column("secret_encrypted", EncryptedText("webhook.secret"))
    events: Mapped[list[str]]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class WebhookCall(Model):
    """One event that one system is to hear of."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        CheckConstraint("attempts >= 0", name="attempts_not_negative"),
        Index(None, "due_at", postgresql_where="done_at IS NULL AND given_up_at IS NULL"),  # what is to be called
        Index(None, "webhook_id", "id"),  # how it goes with one system
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)  # deleted with it
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    given_up_at: Mapped[datetime | None]
    fault: Mapped[str | None]  # of the last try, in a few words
