"""What makes a second person look at a message before it goes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from owl.foundation.clock import LONDON
from owl.households.choices import Kind
from owl.messages.audience import AreaKind
from owl.messages.checks.people import names_somebody
from owl.messages.draft import Draft


class Risk(StrEnum):
    """One reason why a message needs approval."""

    TEXTS = "texts"
    MANY_HOMES = "many_homes"
    COUNTY_WIDE = "county_wide"
    OUT_OF_HOURS = "out_of_hours"
    PERSON_NAMED = "person_named"
    RETURNED = "returned"
    COORDINATOR = "coordinator"  # found by owl.messages.to_members, not by risks_of

    @property
    def words(self) -> str:
        """For the screen, after "because"."""
        return {
            "texts": "it goes out as a text message, which costs money",
            "many_homes": "it reaches many homes",
            "county_wide": "it goes to the whole county",
            "out_of_hours": "it goes out at night",
            "person_named": "it is about a person who can be recognised",
            "returned": "a supervisor returned it before",
            "coordinator": "the coordinator of a watch wrote it",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From when on it is a risk, as an administrator set it. Hours are of London; equal ones mean no night."""

    most_homes: int
    night_from: int
    night_until: int


def risks_of(
    draft: Draft, *, homes: int, starts_at: datetime, thresholds: Thresholds, was_returned: bool = False
) -> tuple[Risk, ...]:
    """Why the message needs approval; nothing where its author may send it alone."""
    found = {
        Risk.TEXTS: draft.by_text,
        Risk.MANY_HOMES: homes > thresholds.most_homes,
        Risk.COUNTY_WIDE: any(area.kind is AreaKind.COUNTY for area in draft.audience.include),
        Risk.OUT_OF_HOURS: is_night(starts_at, thresholds),
        Risk.PERSON_NAMED: draft.names_a_person or draft.kind is Kind.MISSING_PERSON or names_somebody(draft.words),
        Risk.RETURNED: was_returned,
    }
    return tuple(risk for risk, holds in found.items() if holds)


def is_night(moment: datetime, thresholds: Thresholds) -> bool:
    """Whether it is night by the clocks of London, which may turn twice in one."""
    hour, begins, ends = moment.astimezone(LONDON).hour, thresholds.night_from, thresholds.night_until
    return begins <= hour < ends if begins <= ends else hour >= begins or hour < ends
