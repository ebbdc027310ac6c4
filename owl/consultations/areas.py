"""Which wards can be told apart in the results, and which have to be put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from owl.consultations.small_groups import LEFT_OVER, is_safe
from owl.consultations.weighting import Area


@dataclass(frozen=True, slots=True)
class Ward:
    """Homes and ballots of a ward within one neighbourhood; either is None where nobody knows."""

    neighbourhood: str | None
    code: str | None
    homes: int
    ballots: int


def areas(wards: Sequence[Ward]) -> tuple[Area, ...]:
    """The smallest areas that may be told, by neighbourhood; nothing where even all together may not be.

    Of each, at least five homes took part and five did not. Wards that are too small are put together with one
    another, and with the next larger where that is too small still; then so are neighbourhoods.
    """
    known = sorted((ward for ward in wards if ward.homes or ward.ballots), key=lambda ward: ward.neighbourhood or "")
    found: list[list[Area]] = []
    for _, here in groupby(known, key=lambda ward: ward.neighbourhood):
        found.append(_put_together([_alone(ward) for ward in here]))
    whole = _put_together([_sum(parts) for parts in found])
    apart = {area.neighbourhoods for area in whole if len(area.neighbourhoods) == 1}
    joined = [area for area in whole if area.neighbourhoods not in apart]
    split = [area for parts in found for area in parts if area.neighbourhoods in apart]
    return tuple(sorted((area for area in split + joined if _is_told(area)), key=_order))


def holds(area: Area, neighbourhood: str | None, ward: str | None) -> bool:
    """Whether homes of this ward of this neighbourhood are counted in the area."""
    here = (neighbourhood or "") in area.neighbourhoods
    return here and (len(area.neighbourhoods) > 1 or (ward or "") in area.wards)


def _put_together(parts: list[Area]) -> list[Area]:
    """The parts that may be told, and in one the others with as many of the next larger as it takes."""
    ordered = sorted(parts, key=lambda area: (_is_told(area), area.ballots))
    hidden = sum(not _is_told(area) for area in ordered)
    while 0 < hidden < len(ordered) and not _is_enough(ordered[:hidden], ordered[hidden]):
        hidden += 1
    return [*ordered[hidden:], *([_sum(ordered[:hidden])] if hidden else [])]


def _is_told(area: Area) -> bool:
    return is_safe(area.ballots, area.homes)


def _is_enough(parts: list[Area], following: Area) -> bool:
    """Whether nothing can be worked out of single parts; what is as large as the last of them belongs with it."""
    whole = _sum(parts)
    is_a_tie = _is_told(parts[-1]) and parts[-1].ballots == following.ballots
    return is_safe(whole.ballots, whole.homes, fewest=LEFT_OVER) and not is_a_tie


def _alone(ward: Ward) -> Area:
    return Area((ward.neighbourhood or "",), (ward.code or "",), ward.homes, ward.ballots)


def _sum(parts: Sequence[Area]) -> Area:
    return Area(
        tuple(sorted({one for part in parts for one in part.neighbourhoods})),
        tuple(sorted({one for part in parts for one in part.wards})),
        sum(part.homes for part in parts),
        sum(part.ballots for part in parts),
    )


def _order(area: Area) -> tuple[object, ...]:
    return (area.neighbourhoods, len(area.wards) > 1, area.wards)
