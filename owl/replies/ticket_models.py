"""What a team keeps beside its replies: notes, lists to choose from, and how the clocks ended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, EncryptedText, Model
from owl.replies.states import Ending


class Note(Model):
    """What somebody of the team wrote for colleagues. Its writer's reply takes it along when it is deleted."""

    __tablename__ = "reply_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    reply_id: Mapped[int] = mapped_column(ForeignKey("reply.id", ondelete="CASCADE"), index=True)  # the conversation
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    words: Mapped[str] = mapped_column("words_encrypted", EncryptedText("reply_note.words"))
    written_at: Mapped[datetime]


class EndedClock(Model):
    """That a reply had its last word, in time or not. Names no reply, so the figures stay when people are forgotten."""

    __tablename__ = "ended_clock"
    __table_args__ = (Index(None, "neighbourhood_id", "ended_at"),)  # how a team keeps its time

    id: Mapped[int] = mapped_column(primary_key=True)
    neighbourhood_id: Mapped[str] = mapped_column(ForeignKey("neighbourhood.id"))
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    ending: Mapped[Ending] = mapped_column(Choice(Ending))


class ListName(StrEnum):
    """One of the lists that administrators keep for those who answer."""

    WORDS = "words"
    BODIES = "bodies"
    ANSWERS = "answers"


class ListEntry(Model):
    """A word that escalates, another body, or an answer at hand. A list without any row is the usual one."""

    __tablename__ = "reply_list_entry"
    __table_args__ = (Index(None, "list_name", "name", unique=True, postgresql_where="ended_at IS NULL"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    list_name: Mapped[ListName] = mapped_column(Choice(ListName))
    name: Mapped[str]
    words: Mapped[str]  # what a body is for; an answer's text; nothing for a word
    address: Mapped[str]  # where to write to a body: https://…; else nothing
    ended_at: Mapped[datetime | None]
