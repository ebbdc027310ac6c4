"""What the messages of a year led to, for all to read: how many there were, and what came of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.languages import gettext, mark
from owl.messages.models import Message, MessageStatus
from owl.reports.models import LedTo, MessageOutcome

YEAR = timedelta(days=365)
SENTENCES = {
    LedTo.FOUND_SAFE: mark("helped to find somebody who was missing"),
    LedTo.ARREST: mark("led to an arrest"),
    LedTo.RECOVERED: mark("brought back what was stolen or lost"),
    LedTo.PREVENTED: mark("warned somebody in time"),
    LedTo.INFORMATION: mark("brought us facts that helped"),
}  # each goes on from a number of messages


@dataclass(frozen=True, slots=True)
class CameOf:
    """Messages that went out, and how many of them led to what; one may have led to several things."""

    messages: int
    led_to: dict[LedTo, int]  # without those that never happened, and without NONE

    @property
    def rows(self) -> list[tuple[str, int]]:
        """In words, and of how many messages."""
        return [(gettext(SENTENCES[one]), count) for one, count in self.led_to.items()]


def came_of(session: Session, neighbourhood_ids: Collection[str] | None, *, now: datetime) -> CameOf:
    """Of the last twelve months, to these neighbourhoods; None: to the whole county's."""
    asked = _counted(now)
    if neighbourhood_ids is not None:
        asked = asked.where(Message.neighbourhood_ids.overlap(sorted(neighbourhood_ids)))
    messages, *found = session.execute(asked).one()
    return _read(messages, found)


def came_of_each(session: Session, *, now: datetime) -> dict[str, CameOf]:
    """The same by neighbourhood; a message to several counts in each."""
    area = sa.func.unnest(Message.neighbourhood_ids).label("area")
    asked = _counted(now).add_columns(area).group_by(area)
    return {row[-1]: _read(row[0], row[1:-1]) for row in session.execute(asked)}


def _counted(now: datetime) -> sa.Select[*tuple[Any, ...]]:
    counts: list[Any] = [sa.func.count().filter(MessageOutcome.led_to.contains([one.value])) for one in SENTENCES]
    return (
        sa.select(sa.func.count(), *counts)
        .select_from(Message)
        .outerjoin(MessageOutcome, MessageOutcome.message_id == Message.id)
        .where(
            Message.approved_at >= now - YEAR,
            Message.homes.is_not(None),
            Message.status != MessageStatus.SCHEDULED,
            Message.follow_up.is_(None),
            Message.author_id.is_not(None),
            Message.training.is_(False),
        )
    )


def _read(messages: int, found: Sequence[int]) -> CameOf:
    return CameOf(messages, {one: count for one, count in zip(SENTENCES, found, strict=True) if count})
