"""Areas that have no list to choose from: a polygon drawn on the map, a circle, and the homes nearest to a point.

Each is a text that is written in one way only: degrees with five decimals (a step of about a metre), longitude first,
as in GeoJSON. Positions are whole numbers of those steps, so that whether two lines meet is never a matter of rounding.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

STEPS = 100_000  # in a degree
WEST, SOUTH, EAST, NORTH = -75_000, 5_159_000, 20_000, 5_209_000  # the county, with a kilometre around it
MOST_CORNERS = 100
RADIUS = range(25, 10_001)  # metres
HOMES = range(5, 2_001)
OUTSIDE = "The area on the map is outside Hertfordshire."
NUMBER = re.compile(r"-?\d{1,3}\.\d{5}", re.ASCII)

Position = tuple[int, int]  # longitude, latitude, in steps


class BrokenShape(ValueError):
    """No area that OWL could have written. Says what to do about it."""


@dataclass(frozen=True, slots=True)
class Polygon:
    """What lies inside a closed line. `ring` names its first corner again at its end."""

    ring: tuple[Position, ...]

    @classmethod
    def read(cls, code: str) -> Polygon:
        """The polygon from "LON,LAT LON,LAT …". Raises BrokenShape."""
        return cls.around([_position(pair) for pair in code.split(" ")[: MOST_CORNERS + 2]])

    @classmethod
    def around(cls, ring: Sequence[Position]) -> Polygon:
        """The polygon with these corners, the first again at the end. Raises BrokenShape."""
        corners = ring[:-1]
        if len(corners) > MOST_CORNERS:
            raise BrokenShape(f"The area on the map has more than {MOST_CORNERS} corners. Draw it with fewer.")
        if not corners or ring[0] != ring[-1]:
            raise BrokenShape("The area on the map is not closed. Draw it again, and end where you began.")
        if len(set(corners)) < 3:
            raise BrokenShape("The area on the map needs three corners or more.")
        if len(set(corners)) < len(corners) or _crosses_itself(ring):
            raise BrokenShape("The line around the area on the map crosses itself. Draw it again.")
        longitudes, latitudes = zip(*corners, strict=True)
        if not _overlap(min(longitudes), max(longitudes), WEST, EAST):
            raise BrokenShape(OUTSIDE)
        if not _overlap(min(latitudes), max(latitudes), SOUTH, NORTH):
            raise BrokenShape(OUTSIDE)
        return cls(tuple(ring))

    @property
    def middle(self) -> Position:
        """The mean of its corners, to name it by."""
        longitudes, latitudes = zip(*self.ring[1:], strict=True)
        return sum(longitudes) // len(longitudes), sum(latitudes) // len(latitudes)

    def __str__(self) -> str:
        return " ".join(map(_text, self.ring))


@dataclass(frozen=True, slots=True)
class Circle:
    """What lies within `metres` of a point."""

    centre: Position
    metres: int

    @classmethod
    def read(cls, code: str) -> Circle:
        """The circle from "LON,LAT,METRES". Raises BrokenShape."""
        centre, metres = _centre(code)
        if metres not in RADIUS:
            raise BrokenShape(f"Choose a distance from {RADIUS[0]:,} to {RADIUS[-1]:,} metres.")
        return cls(centre, metres)

    def __str__(self) -> str:
        return f"{_text(self.centre)},{self.metres}"


@dataclass(frozen=True, slots=True)
class Nearest:
    """The `homes` that are nearest to a point."""

    centre: Position
    homes: int

    @classmethod
    def read(cls, code: str) -> Nearest:
        """The nearest homes from "LON,LAT,HOMES". Raises BrokenShape."""
        centre, homes = _centre(code)
        if homes not in HOMES:
            raise BrokenShape(f"Choose from {HOMES[0]:,} to {HOMES[-1]:,} homes.")
        return cls(centre, homes)

    def __str__(self) -> str:
        return f"{_text(self.centre)},{self.homes}"


def position_of(longitude: float, latitude: float) -> Position:
    """The position nearest to these degrees (WGS84)."""
    return round(longitude * STEPS), round(latitude * STEPS)


def degrees_of(position: Position) -> tuple[float, float]:
    """Longitude and latitude (WGS84)."""
    return position[0] / STEPS, position[1] / STEPS


def _centre(code: str) -> tuple[Position, int]:
    where, _, size = code.rpartition(",")
    if not size.isascii() or not size.isdigit() or len(size) > 6:
        raise BrokenShape("The size of the area on the map can't be read. Choose it again.")
    longitude, latitude = centre = _position(where)
    if not (WEST <= longitude <= EAST and SOUTH <= latitude <= NORTH):
        raise BrokenShape(OUTSIDE)
    return centre, int(size)


def _position(pair: str) -> Position:
    longitude, _, latitude = pair.partition(",")
    if not NUMBER.fullmatch(longitude) or not NUMBER.fullmatch(latitude):
        raise BrokenShape("A point of the area on the map can't be read. Choose it again.")
    return int(longitude.replace(".", "")), int(latitude.replace(".", ""))


def _text(position: Position) -> str:
    return ",".join(f"{'-' * (steps < 0)}{abs(steps) // STEPS}.{abs(steps) % STEPS:05}" for steps in position)


def _crosses_itself(ring: Sequence[Position]) -> bool:
    """Whether two sides of the closed ring meet anywhere but at a corner that they share."""
    sides = list(pairwise(ring))
    last = len(sides) - 1
    for (i, (a, b)), (j, (c, d)) in combinations(enumerate(sides), 2):
        if j == i + 1:
            if _doubles_back(a, b, d):
                return True
        elif (i, j) == (0, last):
            if _doubles_back(c, a, b):
                return True
        elif _meet(a, b, c, d):
            return True
    return False


def _meet(a: Position, b: Position, c: Position, d: Position) -> bool:
    """Whether the side from a to b and the side from c to d have a point in common."""
    for axis in (0, 1):
        one, other = sorted((a[axis], b[axis])), sorted((c[axis], d[axis]))
        if not _overlap(*one, *other):
            return False
    return _turn(a, b, c) * _turn(a, b, d) <= 0 and _turn(c, d, a) * _turn(c, d, b) <= 0


def _doubles_back(a: Position, b: Position, c: Position) -> bool:
    """Whether the way from a to b goes back along itself to c."""
    ahead = (b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1])
    return _turn(a, b, c) == 0 and ahead < 0


def _turn(a: Position, b: Position, c: Position) -> int:
    """Above 0 where c is left of the way from a to b, below 0 where it is right, 0 on its line."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _overlap(low: int, high: int, other_low: int, other_high: int) -> bool:
    return low <= other_high and other_low <= high
