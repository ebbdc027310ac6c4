"""Whether a position lies within a boundary."""

from __future__ import annotations

from itertools import pairwise

from owl.geography.reading import Geometry, rings


def is_inside(boundary: Geometry, *, longitude: float, latitude: float) -> bool:
    """Whether a line from the position to the east crosses the boundary's rings an odd number of times."""
    crossings = 0
    for ring in rings(boundary):
        for (west, south), (east, north) in pairwise(ring):
            if (south > latitude) != (north > latitude):
                crossings += longitude < west + (latitude - south) / (north - south) * (east - west)
    return crossings % 2 == 1
