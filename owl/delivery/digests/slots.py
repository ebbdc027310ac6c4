"""When digests are due: each day, and each Monday, at half past seven by the clocks of London."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from owl.foundation.clock import LONDON
from owl.households.choices import Rhythm

FROM, UNTIL = time(7, 30), time(20, 0)  # of London; one that is late by more waits for the next morning

# Whoever gets messages at once has a digest too, of those beyond the week's allowance.
FOR = {Rhythm.DAILY: (Rhythm.AT_ONCE, Rhythm.DAILY), Rhythm.WEEKLY: (Rhythm.WEEKLY,)}


@dataclass(frozen=True, slots=True)
class Slot:
    """One digest that is to be made: `day` is of London, for a weekly one always a Monday."""

    rhythm: Rhythm
    day: date

    @property
    def title(self) -> str:
        """For the audit and the log of those who run OWL."""
        return f"{self.rhythm.value.capitalize()} digest of {self.day.isoformat()}"


def due_slots(now: datetime) -> tuple[Slot, ...]:
    """The digests that should have been made by now: today's, and that of this week's Monday.

    None at night. On other days than Monday the weekly one is due only where no clock ran on Monday.
    """
    there = now.astimezone(LONDON)
    if not FROM <= there.time() < UNTIL:
        return ()
    today = there.date()
    return Slot(Rhythm.DAILY, today), Slot(Rhythm.WEEKLY, today - timedelta(days=today.weekday()))
