"""What is drawn on the map is read whole or refused, with what to do about it."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.geography.metres import metres_of
from owl.messages.shapes import (
    EAST,
    HOMES,
    MOST_CORNERS,
    NORTH,
    RADIUS,
    SOUTH,
    WEST,
    BrokenShape,
    Circle,
    Nearest,
    Polygon,
    Position,
    degrees_of,
    position_of,
)

AT = (-32_861, 5_174_530)  # AL1 1AG


def ring(*corners: Position) -> list[Position]:
    """The closed line through corners given in steps from AT."""
    placed = [(AT[0] + east, AT[1] + north) for east, north in corners]
    return [*placed, placed[0]]


def star(corners: int, radius: int = 3_000) -> list[Position]:
    """A closed line with that many corners, by turns near to its middle and far from it."""
    turns = [2 * math.pi * corner / corners for corner in range(corners)]
    spans = [radius if corner % 2 else radius // 2 for corner in range(corners)]
    return ring(
        *((round(span * math.cos(turn)), round(span * math.sin(turn))) for turn, span in zip(turns, spans, strict=True))
    )


@pytest.mark.parametrize("corners", [ring((0, 0), (9, 0), (0, 9)), ring((0, 0), (9, 9), (9, 0)), star(MOST_CORNERS)])
def test_a_polygon_comes_back_from_its_text_as_it_was(corners: list[Position]) -> None:
    assert Polygon.read(str(Polygon.around(corners))) == Polygon.around(corners)


@pytest.mark.parametrize(
    ("corners", "why"),
    [
        ([], "not closed"),
        ([AT], "not closed"),
        ([*ring((0, 0), (9, 0), (9, 9)), (AT[0] + 1, AT[1])], "not closed"),
        (ring((0, 0), (9, 9)), "three corners"),
        (ring((0, 0), (0, 0), (0, 0)), "three corners"),
        (ring((0, 0), (9, 9), (9, 0), (0, 9)), "crosses itself"),  # a bow tie
        (ring((0, 0), (9, 0), (5, 0)), "crosses itself"),  # there and back: it holds nothing
        (ring((0, 0), (9, 0), (9, 9), (5, 0), (0, 9)), "crosses itself"),  # a corner on another side
        (ring((0, 0), (4, 4), (8, 0), (8, 8), (4, 4), (0, 8)), "crosses itself"),  # through one corner twice
        (ring((0, 0), (9, 0), (9, 5), (9, 2), (0, 9)), "crosses itself"),  # a spike
        (star(MOST_CORNERS + 2), "more than 100"),
        ([(0, 0), (9, 0), (9, 9), (0, 0)], "outside"),
        ([(EAST + 1, SOUTH), (EAST + 9, SOUTH), (EAST + 9, NORTH), (EAST + 1, SOUTH)], "outside"),
    ],
)
def test_a_line_that_holds_no_one_area_of_ours_is_refused(corners: list[Position], why: str) -> None:
    with pytest.raises(BrokenShape, match=why):
        Polygon.around(corners)


def test_a_polygon_may_reach_across_the_border_or_touch_it() -> None:
    Polygon.around([(EAST, SOUTH), (EAST + 9_000, SOUTH), (EAST + 9_000, NORTH), (EAST, SOUTH)])


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=3, max_size=9, unique=True))
def test_a_line_is_taken_only_where_no_two_sides_meet_beside_their_corners(corners: list[Position]) -> None:
    """Against a slow model: sides that meet cut each other at some fraction of both."""
    closed = ring(*corners)
    sides = list(pairwise(closed))
    touching = any(
        meet(one, other) for i, one in enumerate(sides) for other in sides[i + 2 : len(sides) - (1 if i == 0 else 0)]
    )
    folded = any(folds(sides[i - 1], sides[i]) for i in range(len(sides)))
    try:
        Polygon.around(closed)
        assert not touching
        assert not folded
    except BrokenShape:
        assert touching or folded


def meet(one: tuple[Position, Position], other: tuple[Position, Position]) -> bool:
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    across = (bx - ax) * (dy - cy) - (by - ay) * (dx - cx)
    if across:
        along = ((cx - ax) * (dy - cy) - (cy - ay) * (dx - cx)) / across
        beside = ((cx - ax) * (by - ay) - (cy - ay) * (bx - ax)) / across
        return -1e-9 <= along <= 1 + 1e-9 and -1e-9 <= beside <= 1 + 1e-9
    ends = [(on, side) for side, others in ((one, other), (other, one)) for on in others]
    return any(math.isclose(math.dist(on, s[0]) + math.dist(on, s[1]), math.dist(*s)) for on, s in ends)


def folds(before: tuple[Position, Position], after: tuple[Position, Position]) -> bool:
    (ax, ay), (bx, by) = before
    cx, cy = after[1]
    return math.isclose(math.atan2(ay - by, ax - bx), math.atan2(cy - by, cx - bx), abs_tol=1e-12)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("-0.32861,51.74530,24", "25 to 10,000 metres"),
        ("-0.32861,51.74530,10001", "25 to 10,000 metres"),
        ("-0.32861,51.74530,1000000", "can't be read"),
        ("-0.32861,51.74530", "can't be read"),
        ("51.74530,-0.32861,500", "outside"),
        ("-0.32861,52.20000,500", "outside"),
    ],
)
def test_a_circle_that_is_too_small_too_large_or_elsewhere_is_refused(code: str, why: str) -> None:
    with pytest.raises(BrokenShape, match=why):
        Circle.read(code)


@pytest.mark.parametrize("homes", [0, HOMES[0] - 1, HOMES[-1] + 1])
def test_so_many_nearest_homes_are_refused(homes: int) -> None:
    with pytest.raises(BrokenShape, match="5 to 2,000 homes"):
        Nearest.read(f"-0.32861,51.74530,{homes}")


@given(
    st.floats(WEST / 1e5, EAST / 1e5),
    st.floats(SOUTH / 1e5, NORTH / 1e5),
    st.sampled_from(RADIUS),
    st.sampled_from(HOMES),
)
def test_circles_and_nearest_homes_come_back_from_their_text(lon: float, lat: float, metres: int, homes: int) -> None:
    centre = position_of(lon, lat)
    assert Circle.read(str(Circle(centre, metres))) == Circle(centre, metres)
    assert Nearest.read(str(Nearest(centre, homes))) == Nearest(centre, homes)
    assert re.fullmatch(r"-?\d\.\d{5},\d\d\.\d{5},\d+", str(Circle(centre, metres)))


def ellipsoid_metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Between two places in degrees, by the radii of curvature of WGS84 half-way: right to a centimetre over 10 km."""
    major, flattening = 6_378_137.0, 1 / 298.257223563
    squared = flattening * (2 - flattening)
    latitude = math.radians((one[1] + other[1]) / 2)
    shrunk = 1 - squared * math.sin(latitude) ** 2
    east = math.radians(one[0] - other[0]) * math.cos(latitude) * major / math.sqrt(shrunk)
    north = math.radians(one[1] - other[1]) * major * (1 - squared) / shrunk**1.5
    return math.hypot(east, north)


@given(
    st.tuples(st.integers(WEST, EAST), st.integers(SOUTH, NORTH)),
    st.floats(0, 2 * math.pi),
    st.floats(20, RADIUS[-1]),
)
def test_metres_on_the_flat_sheet_are_true_to_one_in_a_hundred_and_fifty(
    at: Position, direction: float, metres: float
) -> None:
    here = degrees_of(at)
    there = here[0] + metres * math.sin(direction) / 69_000, here[1] + metres * math.cos(direction) / 111_264
    flat = math.dist(metres_of(*here), metres_of(*there))
    assert flat == pytest.approx(ellipsoid_metres(here, there), rel=1 / 150)
