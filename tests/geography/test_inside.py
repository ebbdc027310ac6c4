from __future__ import annotations

from typing import Any

import pytest

from owl.geography.inside import is_inside

RING = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0], [0.0, 0.0]]
HOLE = [[1.0, 1.0], [2.0, 1.0], [2.0, 2.0], [1.0, 2.0], [1.0, 1.0]]
ISLAND = [[[10.0, 10.0], [11.0, 10.0], [10.0, 11.0], [10.0, 10.0]]]
POLYGON: dict[str, Any] = {"type": "Polygon", "coordinates": [RING, HOLE]}
TWO: dict[str, Any] = {"type": "MultiPolygon", "coordinates": [[RING, HOLE], ISLAND]}


@pytest.mark.parametrize(
    ("longitude", "latitude", "inside"),
    [(3, 3, True), (1.5, 1.5, False), (5, 2, False), (-1, 2, False), (2, 4.5, False), (0.5, 1, True), (0.5, 4, False)],
)
def test_a_position_is_inside_its_ring_and_not_in_its_hole(longitude: float, latitude: float, *, inside: bool) -> None:
    for boundary in (POLYGON, TWO):
        assert is_inside(boundary, longitude=longitude, latitude=latitude) is inside


def test_an_island_belongs_to_it() -> None:
    assert is_inside(TWO, longitude=10.2, latitude=10.2)
    assert not is_inside(TWO, longitude=10.9, latitude=10.9)
