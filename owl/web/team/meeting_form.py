"""The form of a meeting: what was typed, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Self

from owl.accounts.meetings import MOST_AT_ONCE, Meeting, TypedMeeting
from owl.foundation.clock import LONDON
from owl.foundation.errors import BadInput
from owl.messages.recurrence import Pattern, in_london, week_of_month
from owl.messages.recurring_models import Every
from owl.messages.typed_moment import TypedMoment

ONCE = "once"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MeetingForm:
    """The fields, as text."""

    title: str = ""
    place: str = ""
    words: str = ""
    begins: TypedMoment = field(default_factory=TypedMoment)
    ends: str = ""  # a time, on the same day
    every: str = ONCE
    how_many: str = ""

    @classmethod
    def typed(cls, form: Mapping[str, str]) -> Self:
        """What came from the browser."""
        rest = {name: form.get(name, "") for name in ("title", "place", "words", "ends", "how_many")}
        return cls(begins=TypedMoment.typed(form, "begins"), every=form.get("every", ONCE), **rest)

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        """As it is shown to be changed."""
        ends = f"{meeting.ends_at.astimezone(LONDON):%H:%M}"
        return cls(meeting.title, meeting.place, meeting.words, TypedMoment.of(meeting.begins_at), ends)

    def read(self) -> TypedMeeting:
        """What the form means. Raises BadInput for `begins` or `ends`."""
        begins = self.begins.read("begins")
        try:
            ends = replace(self.begins, clock=self.ends).read("ends") if self.ends.strip() else None
        except BadInput:
            raise BadInput({"ends": "Say at what time it ends, for instance 19:00."}) from None
        if begins and ends and ends <= begins:  # past midnight
            ends += DAY
        return TypedMeeting(self.title, self.place, self.words, begins, ends)

    def again(self, begins: datetime | None) -> list[datetime]:
        """When it takes place again. Raises BadInput for `every` or `how_many`."""
        if self.every == ONCE or begins is None:
            return []
        if self.every not in set(Every):
            raise BadInput({"every": "Choose how often it takes place."})
        wanted = self.how_many.strip()
        if not (wanted.isascii() and wanted.isdigit() and 2 <= int(wanted[:6]) <= MOST_AT_ONCE):
            raise BadInput({"how_many": f"Say how many meetings to show: from 2 to {MOST_AT_ONCE}."})
        there = begins.astimezone(LONDON)
        day, clock = there.date(), there.time()
        pattern = Pattern(Every(self.every), week_of_month(day), clock, 0, clock)
        moments = []
        for _ in range(int(wanted) - 1):
            day = pattern.after(day)
            moments.append(in_london(day, clock))
        return moments
