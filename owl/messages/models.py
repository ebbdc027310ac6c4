"""Messages: what a team composes, for whom, and where it stands."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, Model
from owl.households.choices import Kind
from owl.messages.giving_codes import free_code


class Severity(StrEnum):
    """How soon a message must be read; decides its lane."""

    ROUTINE = "routine"
    URGENT = "urgent"

    @property
    def label(self) -> str:
        """For the screen."""
        return self.value.capitalize()


class MessageStatus(StrEnum):
    """Where a message is in its life; owl.messages.life_cycle says how it moves."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    RETURNED = "returned"
    SCHEDULED = "scheduled"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """For the screen."""
        return self.value.replace("_", " ").capitalize()


class FollowUp(StrEnum):
    """Why a message goes to exactly those whom an earlier one reached."""

    STAND_DOWN = "stand_down"  # it is over
    UPDATE = "update"  # there is more to say
    OUTCOME = "outcome"  # what happened in the end

    @property
    def label(self) -> str:
        """For the screen."""
        return LABELS[self]

    @property
    def kind(self) -> Kind:
        """The kind of message that it is."""
        return Kind(self.value)


LABELS = {
    FollowUp.STAND_DOWN: "Stand-down",
    FollowUp.UPDATE: "Update",
    FollowUp.OUTCOME: "What happened",
}


class Message(Model):
    """What a team composes and a supervisor approves, or a digest, which OWL makes by itself."""

    __tablename__ = "message"
    __table_args__ = (
        CheckConstraint("author_id <> approver_id OR self_approved_because IS NOT NULL", name="four_eyes"),
        CheckConstraint("targeted >= 0", name="targeted_not_negative"),
        CheckConstraint("(follow_up IS NULL) = (follows_id IS NULL)", name="a_follow_up_follows"),
        CheckConstraint(
            "coalesce(follow_up, 'no') = CASE WHEN kind IN ('stand_down', 'update', 'outcome') THEN kind ELSE 'no' END",
            name="a_follow_up_is_a_kind",
        ),
        CheckConstraint("(kind = 'digest') = (author_id IS NULL)", name="only_a_digest_has_no_author"),
        # One stand-down and one outcome a message, but for those that were put away.
        Index(
            None,
            "follows_id",
            "follow_up",
            unique=True,
            postgresql_where="status <> 'cancelled' AND follow_up <> 'update'",
        ),
        Index(None, "neighbourhood_ids", postgresql_using="gin"),  # what a team may see
        Index(None, "status", "id"),  # what waits, what is going out
        Index(None, "approved_at"),  # what went out in a month
        Index(None, sa.text("coalesce(send_at, approved_at)")),  # the calendar, and what went out today
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(Choice(Kind))
    severity: Mapped[Severity] = mapped_column(Choice(Severity))
    status: Mapped[MessageStatus] = mapped_column(Choice(MessageStatus), default=MessageStatus.DRAFT)
    code: Mapped[str] = mapped_column(unique=True, default=free_code)  # on every mail and text: owl.messages.codes
    version: Mapped[int] = mapped_column(default=1)  # counts saves, so that two editors can't overwrite each other
    title: Mapped[str]
    body: Mapped[str]  # Markdown subset of owl.messages.markdown
    sms_text: Mapped[str | None]  # None: not sent as a text
    translations: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)  # owl.messages.translations.Kept
    partner_id: Mapped[int | None] = mapped_column(ForeignKey("partner.id"))  # on whose behalf; None: the police's own
    watch_id: Mapped[int | None] = mapped_column(ForeignKey("watch.id"), index=True)  # whose coordinator wrote it
    consultation_id: Mapped[int | None] = mapped_column(
        ForeignKey("consultation.id"), index=True
    )  # of an invitation: what it invites to; homes that have answered are left out
    audience: Mapped[dict[str, Any]] = mapped_column(JSONB)  # owl.messages.audience.Audience
    audience_hash: Mapped[bytes | None]  # of the audience and every postcode in it, at submission
    neighbourhood_ids: Mapped[list[str]]  # touched by the audience: who may see the message
    targeted: Mapped[int | None]  # deliveries planned at approval; never changes after
    homes: Mapped[int | None]  # households among them
    text_segments: Mapped[int | None]  # of all its texts together, as planned: what they cost
    overridden: Mapped[
        int | None
    ]  # of an urgent one: people whose allowance of the week was used up, written to anyway
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("message.id"), index=True)  # what it is a follow-up of
    follow_up: Mapped[FollowUp | None] = mapped_column(Choice(FollowUp))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), index=True)  # drafts of an author
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    approval_needed_because: Mapped[list[str]] = mapped_column(default=list)  # names of risks, at submission
    self_approved_because: Mapped[str | None]  # in an emergency; an inspector looks at it afterwards
    names_a_person: Mapped[bool] = mapped_column(default=False)  # its author said so, or the checks did
    training: Mapped[bool] = mapped_column(default=False)  # reaches the guest list and nobody else
    returned_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    send_at: Mapped[datetime | None]  # when it is to start; None: at its approval
    stopped_because: Mapped[str | None]  # why it does not go on, or never started, for its page
    resumed_at: Mapped[datetime | None]  # faults before are known to whoever let it go on
    finished_at: Mapped[datetime | None]  # the last batch was handed over
    valid_until: Mapped[datetime | None]  # nothing is sent after; a consultation closes then

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict


class MessageEditor(Model):
    """Who has a draft open, who has written on it and who has returned it: none of the last two approves it."""

    __tablename__ = "message_editor"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    seen_at: Mapped[datetime]  # its page was open then
    saved_at: Mapped[datetime | None]  # their words are in it
    returned_at: Mapped[datetime | None]  # they said what has to change
