"""An audience is read whole or refused, and equal audiences look the same."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.foundation.notices import Channel
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience, BrokenAudience, EmptyAudience
from owl.messages.shapes import EAST, HOMES, NORTH, RADIUS, SOUTH, WEST, Circle, Nearest, Polygon

positions = st.tuples(st.integers(WEST, EAST), st.integers(SOUTH, NORTH))


def square(longitude: int, latitude: int, size: int) -> Polygon:
    far = (longitude + size, latitude + size)
    return Polygon.around([(longitude, latitude), (far[0], latitude), far, (longitude, far[1]), (longitude, latitude)])


areas = st.one_of(
    st.just(Area(AreaKind.COUNTY, COUNTY_CODE)),
    st.builds(
        Area, st.sampled_from([AreaKind.DISTRICT, AreaKind.WARD]), st.from_regex(r"E0[57][0-9]{6}", fullmatch=True)
    ),
    st.builds(Area, st.just(AreaKind.NEIGHBOURHOOD), st.sampled_from(["hitchin-urban", "hatfield", "royston-rural"])),
    st.builds(Area, st.just(AreaKind.SECTOR), st.sampled_from(["AL1 1", "SG5 2", "WD17 4"])),
    st.builds(Area, st.just(AreaKind.POSTCODE), st.sampled_from(["AL1 1AG", "SG5 2AA", "WD17 4ZZ"])),
    st.builds(Circle, positions, st.sampled_from(RADIUS)).map(Area.of),
    st.builds(Nearest, positions, st.sampled_from(HOMES)).map(Area.of),
    st.builds(lambda at, size: square(*at, size), positions, st.integers(1, 9_000)).map(Area.of),
)
audiences = st.builds(
    Audience.of, st.lists(areas, max_size=6), st.lists(areas, max_size=6), st.sets(st.sampled_from(Channel))
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
)


@given(audiences)
def test_an_audience_comes_back_from_json_as_it_was(audience: Audience) -> None:
    assert Audience.from_json(json.loads(json.dumps(audience.to_json()))) == audience


@given(audiences, audiences)
def test_the_canonical_form_is_shared_by_equal_audiences_only(one: Audience, other: Audience) -> None:
    assert (one.canonical() == other.canonical()) == (one == other)


@given(st.lists(areas, max_size=5), st.randoms())
def test_order_and_repeats_of_areas_do_not_matter(chosen: list[Area], random: Any) -> None:
    shuffled = chosen * 2
    random.shuffle(shuffled)
    assert Audience.of(shuffled, chosen) == Audience.of(chosen, shuffled)


@given(json_values)
def test_any_other_json_is_refused(value: Any) -> None:
    with pytest.raises(BrokenAudience):
        Audience.from_json(value)


@given(audiences, st.data())
def test_an_audience_with_one_thing_changed_is_refused_or_means_something_else(
    audience: Audience, data: st.DataObject
) -> None:
    value = audience.to_json()
    name = data.draw(st.sampled_from(sorted(value)))
    value[name] = data.draw(json_values)
    with contextlib.suppress(BrokenAudience):
        assert Audience.from_json(value).to_json() == value


@pytest.mark.parametrize(
    "text",
    ["", "county", "county:", "county:england", "ward:", "ward:e05004691", "ward:E05004691 ", "ward:E0500469१",
     "sector:AL1", "sector:al1 1", "sector:AL1 1AG", "neighbourhood:A B", "neighbourhood:-a", "polygon:E05004691",
     "postcode:AL1", "postcode:al1 1ag", "postcode:AL1 1AG\n", "circle:", "circle:-0.3,51.7,500", "polygon:",
     "circle:-0.30000,51.70000,0500", "circle:-0.30000,51.70000,5e3", "circle:-0.30000,51.70000,५००",
     "circle:-00.30000,51.70000,500", "circle:-0.30000,51.70000,", "circle:nan,51.70000,500", "nearest:-0.30000,200",
     "circle:-0.30000,51.70000,500 ", "circle:-0.00000,51.70000,500", "nearest:-0.30000,51.70000,4",
     "neighbourhood:" + "a" * 5_000, "ward:E05004691\n"],
)  # fmt: skip
def test_a_forged_area_is_refused(text: str) -> None:
    with pytest.raises(BrokenAudience):
        Area.parse(text)


@pytest.mark.parametrize(
    "change",
    [{"include": None}, {"extra": []}, {"channels": ["post"]}, {"include": ["ward:E05004691"] * 2}, {"exclude": "x"}],
)
def test_an_unknown_field_or_a_wrong_shape_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(BrokenAudience):
        Audience.from_json({**Audience.of([Area(AreaKind.COUNTY, COUNTY_CODE)]).to_json(), **change})


def test_an_audience_with_more_drawn_on_the_map_than_anybody_would_is_refused() -> None:
    circles = [Area.of(Circle((WEST + place, SOUTH), 500)) for place in range(21)]
    Audience.of(circles[:10], circles[:10])
    with pytest.raises(BrokenAudience, match="more than 20"):
        Audience.of(circles[:10], circles[10:])


def test_an_audience_that_says_nothing_is_for_nobody() -> None:
    with pytest.raises(EmptyAudience, match="at least one area"):
        Audience.of([], [Area(AreaKind.SECTOR, "AL1 1")]).require_areas()
    with pytest.raises(EmptyAudience, match="email, text"):
        Audience.of([Area(AreaKind.SECTOR, "AL1 1")], channels=[]).require_areas()
