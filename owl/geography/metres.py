"""Degrees as metres on a flat sheet, so that a circle is round and the nearest is nearest.

A degree of longitude is 0.6 of a degree of latitude here. One scale for the whole county, that of 51.84° N on the WGS84
ellipsoid, is out by 0.6 % at most, east to west at the county's edges: 3 metres in 500. A postcode, which stands for
fifteen homes in a street, is placed less exactly than that.
"""

from __future__ import annotations

EAST = 68_922.6  # metres in a degree of longitude
NORTH = 111_264.3  # metres in a degree of latitude


def metres_of(longitude: float, latitude: float) -> tuple[float, float]:
    """Where a position in degrees lies on the sheet: metres east of Greenwich and north of the equator."""
    return longitude * EAST, latitude * NORTH
