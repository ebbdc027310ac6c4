"""A day and a time as somebody types them, in Hertfordshire's time, with its two odd nights a year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Self

from owl.foundation.clock import LONDON
from owl.foundation.errors import BadInput

TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", re.ASCII | re.IGNORECASE)
EXAMPLE = "for instance 22 11 2026 and 18:00"


@dataclass(frozen=True, slots=True)
class TypedMoment:
    """The four fields of a moment, as text."""

    day: str = ""
    month: str = ""
    year: str = ""
    clock: str = ""  # the time

    @classmethod
    def typed(cls, form: Mapping[str, str], name: str) -> Self:
        """What came in the fields of `name`, which team/moment_field.html draws."""
        return cls(*(form.get(f"{name}_{part}", "") for part in ("day", "month", "year", "time")))

    @classmethod
    def of(cls, moment: datetime | None) -> Self:
        """As it is shown to be changed."""
        if moment is None:
            return cls()
        there = moment.astimezone(LONDON)
        return cls(str(there.day), str(there.month), str(there.year), f"{there:%H:%M}")

    def read(self, field: str, *, without_time: time | None = None) -> datetime | None:
        """The moment in UTC; None where nothing was typed. Raises BadInput for the field.

        `without_time` is meant where no time was typed. Of an hour that comes twice, the first is meant;
        one that the clocks leave out is refused.
        """
        typed = [self.day.strip(), self.month.strip(), self.year.strip()]
        if not any(typed) and not self.clock.strip():
            return None
        try:
            at = self._time(without_time)
            day, month, year = map(_number, typed)
            there = datetime(year + 2000 if year < 100 else year, month, day, at.hour, at.minute, tzinfo=LONDON)
        except ValueError:
            raise BadInput({field: f"Enter the day, the month, the year and the time, {EXAMPLE}."}) from None
        moment = there.astimezone(UTC)
        if moment.astimezone(LONDON).replace(tzinfo=None) != there.replace(tzinfo=None):
            raise BadInput({field: f"There is no {there:%H:%M} on that night: the clocks go forward. Choose another."})
        return moment

    def _time(self, otherwise: time | None) -> time:
        typed = self.clock.strip()
        if not typed and otherwise:
            return otherwise
        found = TIME.fullmatch(typed)
        if not found or not (found[2] or found[3]):
            raise ValueError(typed)
        hour, half = int(found[1]), (found[3] or "").lower()
        if half:
            if not 1 <= hour <= 12:
                raise ValueError(typed)
            hour = hour % 12 + (12 if half == "pm" else 0)
        return time(hour, int(found[2] or 0))


def _number(typed: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 4):
        raise ValueError(typed)
    return int(typed)
