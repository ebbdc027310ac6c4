"""A place as somebody types it, or as the map types it for them: a point and a size, postcodes, or corners.

Two numbers are degrees. Latitude is the larger here, so either may come first: maps say it first, GeoJSON second.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from owl.foundation.errors import BadInput
from owl.messages.audience import MOST_AREAS, AreaKind
from owl.messages.shapes import HOMES, MOST_CORNERS, RADIUS, Position, position_of

Spot = Position | str  # a position, or the words of a postcode
PAIR = re.compile(r"(-?\d{1,3}(?:\.\d{1,20})?)[\s,]+(-?\d{1,3}(?:\.\d{1,20})?)", re.ASCII)
BETWEEN = re.compile(r"[\n;]")
AROUND = " \t\r,[]()"
SIZE = re.compile(r"(\d{1,6})(?: ?m| ?metres| ?homes)?", re.ASCII)
HOWS = (AreaKind.CIRCLE, AreaKind.NEAREST, AreaKind.POSTCODE, AreaKind.POLYGON)


@dataclass(frozen=True, slots=True)
class TypedPlace:
    """The fields, as text. `place_how` is one of HOWS, by value."""

    place_how: str = ""
    circle_point: str = ""
    circle_metres: str = ""
    nearest_point: str = ""
    nearest_homes: str = ""
    postcodes: str = ""
    corners: str = ""

    def read_how(self) -> AreaKind:
        """What kind of area it is to be. Raises BadInput."""
        if self.place_how not in HOWS:
            raise BadInput({"place_how": "Choose how you want to say where, or tick areas in the lists."})
        return AreaKind(self.place_how)

    def read_circle(self) -> tuple[Spot, int]:
        """The middle and the metres around it. Raises BadInput, with both faults where there are two."""
        return _both("circle_point", self.circle_point, "circle_metres", self.circle_metres, RADIUS)

    def read_nearest(self) -> tuple[Spot, int]:
        """The middle and how many homes around it. Raises BadInput, with both faults where there are two."""
        return _both("nearest_point", self.nearest_point, "nearest_homes", self.nearest_homes, HOMES)

    def read_postcodes(self) -> list[str]:
        """Each postcode, as it was typed. Raises BadInput."""
        found = [word.strip() for word in re.split(r"[\n;,]", self.postcodes) if word.strip()]
        if not found:
            raise BadInput({"postcodes": "Enter one postcode or more, like AL1 1AG."})
        if len(found) > MOST_AREAS:
            raise BadInput({"postcodes": f"Enter no more than {MOST_AREAS:,} postcodes. You entered {len(found):,}."})
        return found

    def read_corners(self) -> list[Spot]:
        """Each corner, in turn; not the first again at the end. Raises BadInput."""
        lines = [line.strip(AROUND) for line in BETWEEN.split(self.corners)]
        lines = [line for line in lines if line]
        if len(lines) > MOST_CORNERS + 1:
            sentence = f"The area has {len(lines):,} corners. Draw it with {MOST_CORNERS} or fewer."
            raise BadInput({"corners": sentence})
        found: list[Spot] = []
        for line in lines:
            spot = _spot(line)
            if not found or spot != found[-1]:  # a second tap on the same place
                found.append(spot)
        if len(found) > 1 and found[0] == found[-1]:
            found.pop()
        if len(found) < 3:
            raise BadInput({"corners": "Enter three corners or more, each on a line of its own."})
        return found


def _spot(text: str) -> Spot:
    pair = PAIR.fullmatch(text.strip(AROUND))
    if pair is None:
        return text.strip()
    longitude, latitude = sorted(map(float, pair.groups()))
    return position_of(longitude, latitude)


def _both(field: str, point: str, size_field: str, size: str, sizes: range) -> tuple[Spot, int]:
    faults: dict[str, str] = {}
    if not point.strip():
        faults[field] = "Enter a postcode, or choose a point on the map."
    typed = SIZE.fullmatch(size.strip().lower().replace(",", ""))
    if typed is None or int(typed[1]) not in sizes:
        unit = size_field.partition("_")[2]
        faults[size_field] = f"Enter a number of {unit} from {sizes[0]:,} to {sizes[-1]:,}."
    if typed is None or faults:
        raise BadInput(faults)
    return _spot(point), int(typed[1])
