"""What helps somebody for whom it is too much: one choice each, for all their homes, made with one press."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from owl.foundation.clock import LONDON
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext, mark
from owl.households.choices import HowFar, Rhythm
from owl.households.models import Subscriber, Subscription

A_MONTH = timedelta(days=30)
EVENING, MORNING = 21, 8  # o'clock


class Remedy(StrEnum):
    """One way to get less."""

    WEEKLY = "weekly"
    DAILY = "daily"
    NEAR = "near"
    URGENT = "urgent"
    FEW_TEXTS = "few_texts"
    NIGHTS = "nights"
    PAUSE = "pause"

    @property
    def label(self) -> str:
        """What it does, as its reader says it."""
        return gettext(LABELS[self])


LABELS = {
    Remedy.WEEKLY: mark("One mail a week, with everything in it"),
    Remedy.DAILY: mark("One mail a day, with everything in it"),
    Remedy.NEAR: mark("Only what is close to my home"),
    Remedy.URGENT: mark("Only urgent messages"),
    Remedy.FEW_TEXTS: mark("Texts only when it is urgent"),
    Remedy.NIGHTS: mark("Nothing between 9 at night and 8 in the morning"),
    Remedy.PAUSE: mark("Nothing at all for a month"),
}
FOR_PERSON: dict[Remedy, dict[str, Any]] = {
    Remedy.WEEKLY: {"rhythm": Rhythm.WEEKLY},
    Remedy.DAILY: {"rhythm": Rhythm.DAILY},
    Remedy.NIGHTS: {"quiet_from": EVENING, "quiet_until": MORNING},
}
FOR_HOMES: dict[Remedy, dict[str, Any]] = {
    Remedy.NEAR: {"how_far": HowFar.STREET},
    Remedy.URGENT: {"only_urgent": True},
    Remedy.FEW_TEXTS: {"texts_only_urgent": True},
}


def read_remedy(typed: str) -> Remedy:
    """What was pressed. Raises BadInput."""
    try:
        return Remedy(typed)
    except ValueError:
        raise BadInput({"remedy": gettext("Choose what would help you.")}) from None


def get_fewer(subscriber_id: int, remedy: Remedy, *, now: datetime) -> None:
    """Let the subscriber get less in this way, from now on. Twice is the same as once."""
    with transaction() as session:
        apply_remedy(session, subscriber_id, remedy, now=now)


def apply_remedy(session: Session, subscriber_id: int, remedy: Remedy, *, now: datetime) -> None:
    """The same inside the caller's transaction."""
    person = FOR_PERSON.get(remedy, {})
    if remedy is Remedy.PAUSE:
        day = (now.astimezone(LONDON) + A_MONTH).date()
        person = {"paused_until": datetime.combine(day, time(), LONDON)}
    if person:
        session.execute(update(Subscriber).where(Subscriber.id == subscriber_id).values(person))
    if remedy in FOR_HOMES:
        homes = update(Subscription).where(Subscription.subscriber_id == subscriber_id)
        session.execute(homes.values(FOR_HOMES[remedy]))
