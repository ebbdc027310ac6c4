"""Who a message is for, as a value: areas to include, areas to leave out, channels.

Nothing here ever widens: an audience that says nothing reaches nobody, the whole county
must be named, and anything unknown is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, Self

from owl.foundation.errors import BadInput
from owl.foundation.notices import Channel
from owl.households.choices import HowFar
from owl.messages.shapes import BrokenShape, Circle, Nearest, Polygon

COUNTY_CODE = "hertfordshire"
MOST_AREAS = 1_000
MOST_SHAPES = 20
GSS = re.compile(r"[A-Z]\d{8}", re.ASCII)


class AreaKind(StrEnum):
    """What an audience is made of."""

    COUNTY = "county"
    DISTRICT = "district"
    NEIGHBOURHOOD = "neighbourhood"
    WARD = "ward"
    SECTOR = "sector"
    POSTCODE = "postcode"
    POLYGON = "polygon"
    CIRCLE = "circle"
    NEAREST = "nearest"
    WATCH = "watch"

    @property
    def label(self) -> str:
        """For the screen."""
        return {
            "county": "Whole county",
            "sector": "Postcode sector",
            "polygon": "Area on the map",
            "circle": "Distance from a point",
            "nearest": "Nearest homes",
        }.get(self.value, self.value.capitalize())

    @property
    def how_far(self) -> HowFar:
        """How near it is that it reaches a home: who wants only what is about their street gets no more."""
        if self in {AreaKind.COUNTY, AreaKind.DISTRICT}:
            return HowFar.DISTRICT
        return HowFar.NEIGHBOURHOOD if self in {AreaKind.NEIGHBOURHOOD, AreaKind.WARD} else HowFar.STREET


CODES = {
    AreaKind.COUNTY: re.compile(COUNTY_CODE),
    AreaKind.DISTRICT: GSS,
    AreaKind.NEIGHBOURHOOD: re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII),
    AreaKind.WARD: GSS,
    AreaKind.SECTOR: re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d", re.ASCII),
    AreaKind.POSTCODE: re.compile(r"[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}", re.ASCII),
    AreaKind.WATCH: re.compile(r"[1-9]\d{0,8}", re.ASCII),  # its id
}
LONGEST_CODE = 100
Shape = Polygon | Circle | Nearest
SHAPES: dict[AreaKind, type[Shape]] = {
    AreaKind.POLYGON: Polygon,
    AreaKind.CIRCLE: Circle,
    AreaKind.NEAREST: Nearest,
}


class BrokenAudience(BadInput):
    """The audience is not one that OWL could have written."""


class EmptyAudience(BadInput):
    """The audience has no area, no channel, or nobody in it."""


@dataclass(frozen=True, slots=True, order=True)
class Area:
    """One area, by its kind and code: (ward, E05004691), (sector, AL1 1), (circle, -0.32861,51.74530,500)."""

    kind: AreaKind
    code: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The area from "KIND:CODE". Raises BrokenAudience."""
        kind, _, code = text.partition(":")
        if kind in SHAPES:
            area = cls.of(_shape(AreaKind(kind), code))
            if area.code == code:
                return area
        elif kind in CODES and len(code) <= LONGEST_CODE and CODES[AreaKind(kind)].fullmatch(code):
            return cls(AreaKind(kind), code)
        raise BrokenAudience("One of the areas is not an area of ours. Choose from the lists.")

    @classmethod
    def of(cls, shape: Shape) -> Self:
        """The area that the shape is."""
        [kind] = (kind for kind, form in SHAPES.items() if isinstance(shape, form))
        return cls(kind, str(shape))

    @property
    def shape(self) -> Shape | None:
        """What it is on the map; None for areas that the geography lists. Raises BrokenAudience."""
        return _shape(self.kind, self.code) if self.kind in SHAPES else None

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


@dataclass(frozen=True, slots=True)
class Audience:
    """A home inside any area of `include` and outside all of `exclude`, reached by `channels`."""

    include: tuple[Area, ...]
    exclude: tuple[Area, ...]
    channels: frozenset[Channel]

    @classmethod
    def of(
        cls, include: Iterable[Area] = (), exclude: Iterable[Area] = (), channels: Iterable[Channel] = (Channel.EMAIL,)
    ) -> Self:
        """The audience, its areas each once and in order, so that equal audiences look the same.

        Raises BrokenAudience where more is listed, or drawn on the map, than anybody would.
        """
        inside, outside = sorted(set(include)), sorted(set(exclude))
        if max(len(inside), len(outside)) > MOST_AREAS:
            raise BrokenAudience(
                {"include": f"Choose no more than {MOST_AREAS:,} areas. A larger one may hold them all."}
            )
        if sum(area.kind in SHAPES for area in (*inside, *outside)) > MOST_SHAPES:
            raise BrokenAudience({"include": f"Choose no more than {MOST_SHAPES} areas on the map."})
        return cls(tuple(inside), tuple(outside), frozenset(channels))

    @classmethod
    def from_json(cls, value: object) -> Self:
        """The audience from what `to_json` made. Raises BrokenAudience for anything else."""
        if not isinstance(value, dict) or set(value) != {"include", "exclude", "channels"}:
            raise BrokenAudience("The audience of this message can't be read. Choose its areas again.")
        include, exclude, channels = (_texts(value[name]) for name in ("include", "exclude", "channels"))
        if not set(channels) <= set(Channel):
            raise BrokenAudience("The audience names a channel that OWL does not have. Choose its channels again.")
        audience = cls.of(map(Area.parse, include), map(Area.parse, exclude), map(Channel, channels))
        if audience.to_json() != value:
            raise BrokenAudience("The audience names an area twice or out of order. Choose its areas again.")
        return audience

    def to_json(self) -> dict[str, Any]:
        """What the message's row holds; the same for equal audiences."""
        return {
            "include": [str(area) for area in self.include],
            "exclude": [str(area) for area in self.exclude],
            "channels": sorted(self.channels),
        }

    def canonical(self) -> bytes:
        """Bytes that equal audiences share and no other audience has."""
        return json.dumps(self.to_json(), sort_keys=True, separators=(",", ":")).encode()

    def require_areas(self) -> None:
        """Raises EmptyAudience unless there is an area to include and a channel."""
        if not self.include:
            raise EmptyAudience({"include": "Choose at least one area to include."})
        if not self.channels:
            raise EmptyAudience({"channels": "Choose email, text message or both."})


def codes(areas: Iterable[Area], kind: AreaKind) -> list[str]:
    """The codes of one kind among the areas."""
    return [area.code for area in areas if area.kind is kind]


def watches(areas: Iterable[Area]) -> list[int]:
    """The ids of the watches among the areas."""
    return [int(code) for code in codes(areas, AreaKind.WATCH)]


def by_how_far(areas: Iterable[Area]) -> dict[HowFar, tuple[Area, ...]]:
    """The areas by how near they reach a home, the nearest first; without levels that have none."""
    listed = {far: tuple(area for area in areas if area.kind.how_far is far) for far in HowFar}
    return {far: found for far, found in listed.items() if found}


def shapes(areas: Iterable[Area]) -> list[Shape]:
    """What the areas among them that are drawn on the map are."""
    return [shape for area in areas if (shape := area.shape)]


@lru_cache(1_000)
def _shape(kind: AreaKind, code: str) -> Shape:
    try:
        return SHAPES[kind].read(code)
    except BrokenShape as fault:
        raise BrokenAudience(str(fault)) from None


def _texts(value: object) -> list[str]:
    if not isinstance(value, list) or len(value) > MOST_AREAS or not all(isinstance(item, str) for item in value):
        raise BrokenAudience("The audience of this message can't be read. Choose its areas again.")
    return value
