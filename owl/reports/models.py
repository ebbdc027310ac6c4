"""What messages led to, and how far they came: counts that are kept, so that lists and reports need not count."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from owl.foundation.database import Model

SOMEWHERE = ""  # the area of homes that have left OWL since


class LedTo(StrEnum):
    """One thing that came of a message."""

    FOUND_SAFE = "found_safe"
    ARREST = "arrest"
    RECOVERED = "recovered"
    PREVENTED = "prevented"
    INFORMATION = "information"
    NONE = "none"

    @property
    def label(self) -> str:
        """For the screen."""
        return {
            "found_safe": "Found safe",
            "arrest": "Arrest",
            "recovered": "Property recovered",
            "prevented": "Crime prevented",
            "information": "Useful information",
            "none": "Nothing that we know of",
        }[self.value]

    @property
    def hint(self) -> str:
        """What it covers, for whoever ticks it."""
        return {
            "found_safe": "The missing person is safe.",
            "arrest": "Somebody was arrested or charged.",
            "recovered": "Something that was stolen or lost is back.",
            "prevented": "Somebody was warned in time.",
            "information": "What residents said or filmed helped us on.",
            "none": "",
        }[self.value]

    @property
    def sentence(self) -> str:
        """What residents may be told; none where nothing came of it."""
        return {
            "found_safe": "The missing person has been found and is safe.",
            "arrest": "An arrest has been made.",
            "recovered": "What was stolen has been recovered.",
            "prevented": "Your care has helped to prevent a crime.",
            "information": "What you told us has helped us on.",
            "none": "",
        }[self.value]


class MessageOutcome(Model):
    """What a message led to, as its team said it last; the audit knows what it said before."""

    __tablename__ = "message_outcome"
    __table_args__ = (
        CheckConstraint(
            "cardinality(led_to) > 0 AND (cardinality(led_to) = 1 OR 'none' <> ALL (led_to))", name="something_or_none"
        ),
    )

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    led_to: Mapped[list[str]]  # of LedTo
    recorded_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    recorded_at: Mapped[datetime]


class MessageTally(Model):
    """How far a message came, counted at one moment. The ledger on its page is exact; this is for lists."""

    __tablename__ = "message_tally"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    counted_at: Mapped[datetime]
    reached: Mapped[int] = mapped_column(Integer, default=0)  # deliveries sent or delivered
    failed: Mapped[int] = mapped_column(Integer, default=0)
    useful: Mapped[int] = mapped_column(Integer, default=0)  # ratings
    not_useful: Mapped[int] = mapped_column(Integer, default=0)
    replies: Mapped[int] = mapped_column(Integer, default=0)


class AreaTally(Model):
    """The same of one neighbourhood that the message went to."""

    __tablename__ = "area_tally"

    message_id: Mapped[int] = mapped_column(ForeignKey("message.id"), primary_key=True)
    neighbourhood_id: Mapped[str] = mapped_column(primary_key=True)  # or SOMEWHERE
    homes_there: Mapped[int] = mapped_column(Integer)  # with OWL, whoever the message was for
    homes: Mapped[int] = mapped_column(Integer)  # that it was for
    reached: Mapped[int] = mapped_column(Integer)  # homes in which somebody got it
    mails: Mapped[dict[str, Any]] = mapped_column(JSONB)  # {state of a delivery: how many}
    texts: Mapped[dict[str, Any]] = mapped_column(JSONB)
