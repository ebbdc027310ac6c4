"""A place as people type it is read whole or refused, with what to do about it."""

from __future__ import annotations

import pytest

from owl.foundation.errors import BadInput
from owl.messages.shapes import Position
from owl.messages.typed_place import TypedPlace

HERE: Position = (-32_861, 5_174_530)
LINES = "51.7453, -0.32861\n51.75,-0.33\n51.76 -0.32"
CORNERS = [HERE, (-33_000, 5_175_000), (-32_000, 5_176_000)]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (LINES, CORNERS),
        (LINES.replace("\n", "\r\n"), CORNERS),
        (LINES.replace("\n", " ; "), CORNERS),
        (f"{LINES}\n51.7453, -0.32861", CORNERS),  # back where it began
        (LINES.replace("\n", "\n\n"), CORNERS),
        ("[-0.32861, 51.7453],\n[-0.33, 51.75],\n[-0.32, 51.76]", CORNERS),  # as GeoJSON has it
        ("51.7453, -0.32861\n" + LINES, CORNERS),  # two taps on one place
        ("al1 1ag\n51.75,-0.33\nAL1 1AJ", ["al1 1ag", CORNERS[1], "AL1 1AJ"]),
    ],
)
def test_corners_are_read_as_maps_and_people_write_them(typed: str, read: list[Position | str]) -> None:
    assert TypedPlace(corners=typed).read_corners() == read


@pytest.mark.parametrize(
    ("place", "field", "why"),
    [
        (TypedPlace(corners=""), "corners", "three corners"),
        (TypedPlace(corners="51.7,-0.3\n51.8,-0.3\n51.7,-0.3"), "corners", "three corners"),
        (TypedPlace(corners="51.7,-0.3\n" * 10_000), "corners", "10,000 corners"),
        (TypedPlace(postcodes=" , \n"), "postcodes", "one postcode or more"),
        (TypedPlace(postcodes="AL1 1AG," * 1_001), "postcodes", "no more than 1,000"),
        (TypedPlace(circle_point="", circle_metres="500"), "circle_point", "Enter a postcode"),
        (TypedPlace(circle_point="AL1 1AG", circle_metres=""), "circle_metres", "metres from 25 to 10,000"),
        (TypedPlace(circle_point="AL1 1AG", circle_metres="10001"), "circle_metres", "25 to 10,000"),
        (TypedPlace(nearest_point="AL1 1AG", nearest_homes="-5"), "nearest_homes", "homes from 5 to 2,000"),
        (TypedPlace(nearest_point="AL1 1AG", nearest_homes="٢٠٠"), "nearest_homes", "5 to 2,000"),
        (TypedPlace(place_how="watch"), "place_how", "Choose how"),
    ],
)
def test_what_can_not_be_read_is_refused_beside_its_field(place: TypedPlace, field: str, why: str) -> None:
    readers = {
        "corners": place.read_corners,
        "postcodes": place.read_postcodes,
        "circle": place.read_circle,
        "nearest": place.read_nearest,
        "place": place.read_how,
    }
    with pytest.raises(BadInput) as refused:
        readers[field.partition("_")[0]]()
    assert why in refused.value.fields[field]


@pytest.mark.parametrize("size", ["500", " 500 m", "500 metres", "0500"])
def test_a_size_may_say_its_unit(size: str) -> None:
    assert TypedPlace(circle_point="51.7453, -0.32861", circle_metres=size).read_circle() == (HERE, 500)
