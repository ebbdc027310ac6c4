"""Where too few were heard, so that somebody can go and knock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from owl.consultations.weighting import Area

ENOUGH = 0.8  # of the answers that an area's homes would have given, had all areas answered alike


@dataclass(frozen=True, slots=True)
class Quiet:
    """An area that was heard too little. `missing`: answers that would bring it up to the others."""

    area: Area
    missing: int


def quiet_areas(areas: Iterable[Area]) -> list[Quiet]:
    """Areas with fewer than four in five of the answers that their share of the homes lets one expect, worst first."""
    areas = list(areas)
    homes, ballots = sum(area.homes for area in areas), sum(area.ballots for area in areas)
    found = []
    for area in areas:
        expected = ballots * area.homes / homes
        if area.ballots < ENOUGH * expected:
            found.append(Quiet(area, ceil(expected) - area.ballots))
    return sorted(found, key=lambda one: (-one.missing, one.area.wards))
