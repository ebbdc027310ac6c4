"""Draws a boundary as the path of a small picture, so that no map server is needed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from owl.geography.reading import Geometry, corners, rings


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of the earth, in degrees, and the picture it fills, in units of the path."""

    west: float
    north: float
    scale_x: float  # units a degree
    scale_y: float
    width: int
    height: int

    def path(self, boundary: Geometry) -> str:
        """The `d` of an SVG path for a Polygon or MultiPolygon; holes need fill-rule evenodd."""
        return "".join(self._ring(ring) for ring in rings(boundary))

    def rough_path(self, boundary: Geometry) -> str:
        """The same in whole units, for pictures of many boundaries: half the bytes."""
        return "".join(f"M{'L'.join(ring)}Z" for ring in map(self._rough_ring, rings(boundary)) if len(ring) > 2)

    def at(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Where the point of the earth is in the picture."""
        return round((longitude - self.west) * self.scale_x), round((self.north - latitude) * self.scale_y)

    def _rough_ring(self, ring: Iterable[tuple[float, float]]) -> list[str]:
        points = [f"{x} {y}" for x, y in (self.at(*corner) for corner in ring)]
        return [point for before, point in pairwise(["", *points]) if point != before]

    def _ring(self, ring: Iterable[tuple[float, float]]) -> str:
        points = [
            f"{(longitude - self.west) * self.scale_x:.1f} {(self.north - latitude) * self.scale_y:.1f}"
            for longitude, latitude in ring
        ]
        return f"M{'L'.join(points)}Z"


def frame(boundary: Geometry, *, width: int) -> Frame:
    """The frame that just holds the boundary, `width` units wide; near enough for a county."""
    longitudes, latitudes = zip(*corners(boundary), strict=True)
    west, east, south, north = min(longitudes), max(longitudes), min(latitudes), max(latitudes)
    scale_x = width / (east - west)
    # A degree of longitude is shorter than one of latitude, the further from the equator the more.
    scale_y = scale_x / math.cos(math.radians((north + south) / 2))
    return Frame(west, north, scale_x, scale_y, width, math.ceil((north - south) * scale_y))
