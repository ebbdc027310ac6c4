"""Drafts that come again and again: the words and areas of one message, and when the next is made."""

from __future__ import annotations

from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Choice, Model


class Every(StrEnum):
    """How often what is announced takes place."""

    WEEK = "week"
    FORTNIGHT = "fortnight"
    MONTH = "month"  # on the same weekday of the same week, like the second Tuesday

    @property
    def label(self) -> str:
        """For the screen."""
        return {"week": "Every week", "fortnight": "Every two weeks", "month": "Every month"}[self.value]


class RecurringDraft(Model):
    """A message to be drafted anew for each time that something takes place. A person still sends it."""

    __tablename__ = "recurring_draft"
    __table_args__ = (
        CheckConstraint("week BETWEEN 1 AND 5", name="week_of_a_month"),
        CheckConstraint("days_before BETWEEN 0 AND 60", name="days_before_in_reach"),
        # What the clock looks for, and a team's calendar shows.
        Index(None, "next_on", postgresql_where="ended_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"))  # whose words and areas are repeated
    author_id: Mapped[int] = mapped_column(ForeignKey("user.id"))  # whose draft it becomes
    every: Mapped[Every] = mapped_column(Choice(Every))
    week: Mapped[int]  # of the month in which it first takes place, 5 its last: counts for Every.MONTH alone
    next_on: Mapped[date]  # the day in London on which it takes place next, for which no draft was made yet
    clock: Mapped[time]  # when it begins, by the clocks of London
    days_before: Mapped[int]  # so long before it the message goes out
    sends_at: Mapped[time]  # by the clocks of London
    until: Mapped[date | None]  # the last day on which it may take place
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
