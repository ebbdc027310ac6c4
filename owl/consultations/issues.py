"""What residents choose from when their team asks what it should concentrate on."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext, mark

MOST = 3


class Issue(StrEnum):
    """One thing that a team can concentrate on, in the order in which it is shown."""

    BURGLARY = "burglary"
    CAR_CRIME = "car_crime"
    SPEEDING = "speeding"
    ANTI_SOCIAL_BEHAVIOUR = "anti_social_behaviour"
    DRUGS = "drugs"
    MOTORBIKES = "motorbikes"
    FLY_TIPPING = "fly_tipping"
    SCAMS = "scams"
    WOMENS_SAFETY = "womens_safety"
    SOMETHING_ELSE = "something_else"

    @property
    def label(self) -> str:
        """As the resident reads it."""
        return gettext(LABELS[self])


LABELS = {
    Issue.BURGLARY: mark("Burglary"),
    Issue.CAR_CRIME: mark("Theft of cars, or from cars"),
    Issue.SPEEDING: mark("Speeding and dangerous driving"),
    Issue.ANTI_SOCIAL_BEHAVIOUR: mark("Anti-social behaviour"),
    Issue.DRUGS: mark("Drug dealing"),
    Issue.MOTORBIKES: mark("Nuisance motorbikes and e-scooters"),
    Issue.FLY_TIPPING: mark("Fly-tipping"),
    Issue.SCAMS: mark("Scams and doorstep crime"),
    Issue.WOMENS_SAFETY: mark("Safety of women and girls in public places"),
    Issue.SOMETHING_ELSE: mark("Something else"),
}


def chosen_issues(values: Iterable[str]) -> list[Issue]:
    """One to three issues, each once, in the order in which they are shown. Raises BadInput."""
    values = set(values)
    chosen = [issue for issue in Issue if issue.value in values]
    if len(chosen) < len(values):
        raise BadInput({"issues": gettext("Choose from the list.")})
    if not chosen:
        raise BadInput({"issues": gettext("Choose what your team should concentrate on.")})
    if len(chosen) > MOST:
        raise BadInput({"issues": gettext("Choose up to three. You have chosen %(number)s.", number=len(chosen))})
    return chosen
