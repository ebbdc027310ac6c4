"""What residents choose from when their team asks what it should concentrate on."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from owl.foundation.errors import BadInput

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
        return LABELS[self]


LABELS = {
    Issue.BURGLARY: "Burglary",
    Issue.CAR_CRIME: "Theft of cars, or from cars",
    Issue.SPEEDING: "Speeding and dangerous driving",
    Issue.ANTI_SOCIAL_BEHAVIOUR: "Anti-social behaviour",
    Issue.DRUGS: "Drug dealing",
    Issue.MOTORBIKES: "Nuisance motorbikes and e-scooters",
    Issue.FLY_TIPPING: "Fly-tipping",
    Issue.SCAMS: "Scams and doorstep crime",
    Issue.WOMENS_SAFETY: "Safety of women and girls in public places",
    Issue.SOMETHING_ELSE: "Something else",
}


def chosen_issues(values: Iterable[str]) -> list[Issue]:
    """One to three issues, each once, in the order in which they are shown. Raises BadInput."""
    values = set(values)
    chosen = [issue for issue in Issue if issue.value in values]
    if len(chosen) < len(values):
        raise BadInput({"issues": "Choose from the list."})
    if not chosen:
        raise BadInput({"issues": "Choose what your team should concentrate on."})
    if len(chosen) > MOST:
        raise BadInput({"issues": f"Choose up to three. You have chosen {len(chosen)}."})
    return chosen
