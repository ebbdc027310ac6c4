"""Audiences that are drawn on the map, on the real geography: metres are metres, and the nearest are nearest."""

from __future__ import annotations

import math
from ast import literal_eval
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.geography.metres import metres_of
from owl.geography.models import Postcode
from owl.households.choices import Kind
from owl.households.models import Household
from owl.households.wanting import Topic
from owl.messages.area_choices import area_names
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience, EmptyAudience
from owl.messages.counting import Reach, count_reach
from owl.messages.reach import UnknownArea, audience_hash, neighbourhoods_touched, recipients
from owl.messages.shapes import HOMES, Circle, Nearest, Polygon, Position, degrees_of, position_of
from tests import factories
from tests.factories import NOW

COUNTY = Area(AreaKind.COUNTY, COUNTY_CODE)
BOTH = (Channel.EMAIL, Channel.SMS)
TOPIC = Topic(Kind.CRIME_ALERT)
HERE = "AL1 1AG"


def position(session: Session, postcode: str) -> Position:
    return position_of(*literal_eval(session.get_one(Postcode, postcode).location))


def circle(session: Session, metres: int, postcode: str = HERE) -> Area:
    return Area.of(Circle(position(session, postcode), metres))


def nearest(session: Session, homes: int, postcode: str = HERE) -> Area:
    return Area.of(Nearest(position(session, postcode), homes))


def polygon(session: Session, size: int, postcode: str = HERE) -> Area:
    """A square around the postcode; `size` is half its side, in steps of a degree."""
    east, north = position(session, postcode)
    corners = [(-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1)]
    return Area.of(Polygon.around([(east + x * size, north + y * size) for x, y in corners]))


def metres_between(one: Postcode, other: Postcode) -> float:
    return math.dist(metres_of(*literal_eval(one.location)), metres_of(*literal_eval(other.location)))


def somebody_at(session: Session, where: Postcode, **fields: object) -> Household:
    home = factories.household(
        session, postcode=where.code, neighbourhood_id=where.neighbourhood_id, ward_code=where.ward_code
    )
    factories.contact_point(session, factories.subscriber(session, home), **fields)  # type: ignore[arg-type]
    return home


def homes_reached(session: Session, *include: Area, exclude: tuple[Area, ...] = ()) -> list[int]:
    rows = session.execute(recipients(Audience.of(include, exclude, BOTH), TOPIC, NOW))
    return sorted({row.household_id for row in rows})


@pytest.fixture
def around(session: Session) -> list[tuple[float, int]]:
    """(metres from HERE, household) of somebody at each of the postcodes around, nearest first."""
    here = session.get_one(Postcode, HERE)
    near = session.scalars(sa.select(Postcode).where(Postcode.sector == "AL1 1"))
    nearer = sorted(near, key=lambda where: metres_between(here, where))[:45]
    return sorted((metres_between(here, where), somebody_at(session, where).id) for where in nearer)


def test_a_circle_reaches_those_within_its_metres(session: Session, around: list[tuple[float, int]]) -> None:
    for metres in (25, 100, 250, 400):
        inside = sorted(home for away, home in around if away <= metres)
        assert homes_reached(session, circle(session, metres)) == inside
        assert homes_reached(session, COUNTY, exclude=(circle(session, metres),)) == sorted(
            home for away, home in around if away > metres
        )


def test_a_polygon_reaches_those_inside(session: Session, around: list[tuple[float, int]]) -> None:
    area = polygon(session, 200)
    east, north = degrees_of(position(session, HERE))
    inside = []
    for _, home in around:
        where = literal_eval(session.get_one(Postcode, session.get_one(Household, home).postcode).location)
        if abs(where[0] - east) <= 0.002 and abs(where[1] - north) <= 0.002:
            inside.append(home)
    assert 5 < len(inside) < 40
    assert homes_reached(session, area) == sorted(inside)
    assert homes_reached(session, COUNTY, exclude=(area,)) == sorted({home for _, home in around} - set(inside))


def test_the_nearest_homes_are_the_nearest_and_of_neighbours_those_who_came_first(
    session: Session, around: list[tuple[float, int]]
) -> None:
    here = session.get_one(Postcode, HERE)
    around = sorted([*around, *((0.0, somebody_at(session, here).id) for _ in range(3))])
    for homes in (HOMES[0], 20, 40):
        assert homes_reached(session, nearest(session, homes)) == sorted(home for _, home in around[:homes])
    assert count_reach(session, Audience.of([nearest(session, 20)], channels=BOTH), TOPIC, NOW).homes == 20


def test_homes_where_nobody_can_be_written_to_are_not_counted_among_the_nearest(
    session: Session, around: list[tuple[float, int]]
) -> None:
    here = session.get_one(Postcode, HERE)
    factories.household(session, postcode=HERE, neighbourhood_id=here.neighbourhood_id)
    somebody_at(session, here, suppressed_at=NOW)
    assert homes_reached(session, nearest(session, 10)) == sorted(home for _, home in around[:10])


def test_to_leave_out_the_nearest_homes_leaves_out_their_postcodes(
    session: Session, around: list[tuple[float, int]]
) -> None:
    neighbours = [somebody_at(session, session.get_one(Postcode, HERE)).id for _ in range(7)]
    left = homes_reached(session, COUNTY, exclude=(nearest(session, 5),))
    assert not set(neighbours) & set(left)
    assert set(left) == {home for away, home in around if away > 0}


def test_the_nearest_homes_are_not_those_of_another_town(session: Session) -> None:
    far = session.scalars(sa.select(Postcode).where(Postcode.sector == "SG5 2").limit(1)).one()
    somebody_at(session, far)
    with pytest.raises(EmptyAudience, match="the 50 homes nearest to AL1 1AG"):
        count_reach(session, Audience.of([nearest(session, 50)]), TOPIC, NOW)


def test_a_postcode_is_an_area(session: Session, around: list[tuple[float, int]]) -> None:
    area = Area(AreaKind.POSTCODE, HERE)
    own = [home for away, home in around if session.get_one(Household, home).postcode == HERE]
    assert homes_reached(session, area) == own
    assert set(homes_reached(session, COUNTY, exclude=(area,))) == {home for _, home in around} - set(own)
    with pytest.raises(UnknownArea, match="AL1 1ZZ"):
        count_reach(session, Audience.of([Area(AreaKind.POSTCODE, "AL1 1ZZ")]), TOPIC, NOW)


@pytest.mark.parametrize("draw", [circle, polygon, nearest])
def test_a_home_that_is_not_on_the_map_is_in_no_shape_and_left_out_with_any_near(
    session: Session, around: list[tuple[float, int]], draw: object
) -> None:
    here = session.get_one(Postcode, HERE)
    new = factories.household(session, postcode="AL1 1ZZ", neighbourhood_id=here.neighbourhood_id)
    factories.contact_point(session, factories.subscriber(session, new))
    area = draw(session, 300)  # type: ignore[operator]

    assert new.id in homes_reached(session, COUNTY)
    assert new.id not in homes_reached(session, area)
    assert new.id not in homes_reached(session, COUNTY, exclude=(area,))


@pytest.mark.parametrize("draw", [circle, polygon, nearest])
def test_a_shape_does_not_reach_a_home_that_belongs_to_a_neighbourhood_elsewhere(
    session: Session, draw: object
) -> None:
    somebody_at(session, session.get_one(Postcode, HERE))
    odd = factories.household(session, postcode=HERE, neighbourhood_id="hitchin-urban")
    factories.contact_point(session, factories.subscriber(session, odd))
    assert odd.id not in homes_reached(session, draw(session, 300))  # type: ignore[operator]


@pytest.mark.parametrize("exclude", [False, True])
def test_a_shape_without_postcodes_is_refused_by_name(session: Session, exclude: bool) -> None:
    lonely = Circle((-75_000, 5_159_000), 30)
    audience = Audience.of([COUNTY], [Area.of(lonely)]) if exclude else Audience.of([Area.of(lonely)])
    for ask in (lambda: count_reach(session, audience, TOPIC, NOW), lambda: audience_hash(session, audience)):
        with pytest.raises(EmptyAudience, match="within 30 metres of"):
            ask()


def test_the_hash_notices_when_the_nearest_homes_are_others(session: Session, around: list[tuple[float, int]]) -> None:
    audience = Audience.of([nearest(session, 20)])
    before = audience_hash(session, audience)
    first = session.get_one(Postcode, HERE)
    somebody_at(session, session.get_one(Postcode, session.get_one(Household, around[0][1]).postcode))
    assert audience_hash(session, audience) != before  # the twentieth is now the twenty-first
    assert set(neighbourhoods_touched(session, audience)) >= {first.neighbourhood_id}


def test_a_large_shape_is_looked_up_once_and_not_for_each_home(
    session: Session, around: list[tuple[float, int]]
) -> None:
    # PostgreSQL expects 33 postcodes in any shape: for one of half the county, counting took a minute.
    for area in (circle(session, 10_000), polygon(session, 20_000)):
        asked = recipients(Audience.of([area], (), BOTH), TOPIC, NOW)
        sql = asked.compile(session.connection(), compile_kwargs={"render_postcompile": True})
        explained = session.connection().exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", sql.params)
        assert {scan["Actual Loops"] for scan in scans_of("ix_postcode_metres", explained.scalar_one()[0])} == {1}


def scans_of(index: str, node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if node.get("Index Name") == index:
        yield node
    for below in (*node.get("Plans", ()), *filter(None, [node.get("Plan")])):
        yield from scans_of(index, below)


def test_shapes_are_named_as_people_would(session: Session) -> None:
    areas = [circle(session, 1_500), nearest(session, 200), polygon(session, 200), Area(AreaKind.POSTCODE, HERE)]
    assert area_names(session, areas) == [
        "within 1,500 metres of AL1 1AG",
        "the 200 homes nearest to AL1 1AG",
        "the area drawn around AL1 1AG",
        "AL1 1AG",
    ]


def test_nobody_around_is_nobody_reached(session: Session) -> None:
    assert count_reach(session, Audience.of([circle(session, 500)]), TOPIC, NOW) == Reach(0, 0, 0)
