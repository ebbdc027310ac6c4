"""What residents write back, and what the team answers."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, EncryptedText, Model
from owl.foundation.languages import gettext
from owl.replies.states import Ending, ReplyState


class Rating(StrEnum):
    """Was this useful?"""

    USEFUL = "useful"
    NOT_FOR_ME = "not_for_me"
    TOO_FAR_AWAY = "too_far_away"

    @property
    def label(self) -> str:
        """As the resident reads it."""
        return {
            "useful": gettext("Yes"),
            "not_for_me": gettext("No, not for me"),
            "too_far_away": gettext("No, too far away"),
        }[self.value]


class MessageRating(Model):
    """One delivery's rating of its message; a later press of the same link changes it.

    Known to the day, so that its hour can't be matched with that of an anonymous reply.
    """

    __tablename__ = "message_rating"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    rating: Mapped[Rating] = mapped_column(Choice(Rating))
    rated_on: Mapped[date]


class Reply(Model):
    """What a resident wrote back through the feedback link, and where it stands with the team.

    Nothing here says when an anonymous one came, finer than the day.
    """

    __tablename__ = "reply"
    __table_args__ = (
        Index(None, "message_id"),  # the replies to one message
        Index(None, "neighbourhood_id", "due_at", postgresql_where="state = 'open'"),  # a team's inbox, by clock
        Index(None, "neighbourhood_id", "state", "id"),  # its other tabs, newest first
        Index(None, "due_at", postgresql_where="state = 'open'"),  # whose clock has come so far
        Index(None, "assignee_id", postgresql_where="state <> 'closed'"),  # what somebody has in hand
        Index(None, "merged_into_id", postgresql_where="merged_into_id IS NOT NULL"),  # what belongs to one
        Index(None, "subscriber_id"),  # what somebody wrote: their data
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))
    # None: anonymous. Who is forgotten takes their replies along.
    subscriber_id: Mapped[int | None] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    neighbourhood_id: Mapped[str] = mapped_column(ForeignKey("neighbourhood.id"))
    idempotency_key: Mapped[str] = mapped_column(unique=True)  # hash of the form's key: twenty presses are one reply
    words: Mapped[str] = mapped_column("words_encrypted", EncryptedText("reply.words"))
    received_at: Mapped[datetime]  # of an anonymous one: the start of the day
    due_at: Mapped[datetime | None]  # 72 hours on; None: anonymous, can't be answered
    answered_at: Mapped[datetime | None]
    state: Mapped[ReplyState] = mapped_column(Choice(ReplyState), default=ReplyState.OPEN)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    urgent: Mapped[bool] = mapped_column(default=False)  # it holds a word that escalates
    urgent_told: Mapped[bool] = mapped_column(default=False)  # no time: it would date an anonymous one
    escalated_at: Mapped[datetime | None]  # when the sergeants heard that it had waited for 48 hours
    late_told_at: Mapped[datetime | None]  # when its writer was told that it is late
    recourse_at: Mapped[datetime | None]  # when its writer asked an inspector to look
    closed_because: Mapped[Ending | None] = mapped_column(Choice(Ending))  # without an answer in writing
    handed_to: Mapped[str | None]  # the body that it is for, by name
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"))


class Addition(Model):
    """What a resident added to their reply later."""

    __tablename__ = "reply_addition"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"), index=True)  # the conversation
    idempotency_key: Mapped[str] = mapped_column(unique=True)  # as a reply's
    words: Mapped[str] = mapped_column("words_encrypted", EncryptedText("reply_addition.words"))
    written_at: Mapped[datetime]


class Answer(Model):
    """What the team wrote back to a reply."""

    __tablename__ = "answer"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"), index=True)  # the conversation
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    words: Mapped[str] = mapped_column("words_encrypted", EncryptedText("answer.words"))
    written_at: Mapped[datetime]
