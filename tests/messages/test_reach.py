"""Whom an audience reaches, on the real geography: never more than its areas say."""

from __future__ import annotations

import math
from ast import literal_eval
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.geography.metres import EAST, NORTH, metres_of
from owl.geography.models import Neighbourhood, Postcode
from owl.households.choices import Kind
from owl.households.models import ContactPoint, Household, Subscription
from owl.households.wanting import Topic
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience, EmptyAudience
from owl.messages.counting import Reach, count_reach
from owl.messages.reach import (
    KNOWN,
    ContradictoryAudience,
    UnknownArea,
    audience_hash,
    neighbourhoods_touched,
    recipients,
)
from owl.messages.shapes import Circle, degrees_of, position_of
from tests import factories
from tests.factories import NOW

COUNTY = Area(AreaKind.COUNTY, COUNTY_CODE)
BOTH = (Channel.EMAIL, Channel.SMS)
TOPIC = Topic(Kind.CRIME_ALERT)


def neighbourhood(code: str) -> Area:
    return Area(AreaKind.NEIGHBOURHOOD, code)


def reached(session: Session, audience: Audience, topic: Topic = TOPIC) -> set[int]:
    return {row.contact_point_id for row in session.execute(recipients(audience, topic, NOW))}


def place(session: Session, postcode: str) -> Postcode:
    return session.get_one(Postcode, postcode)


def home_at(session: Session, postcode: str) -> Household:
    where = place(session, postcode)
    return factories.household(
        session, postcode=where.code, neighbourhood_id=where.neighbourhood_id, ward_code=where.ward_code
    )


@dataclass(frozen=True)
class Known:
    """A home as the slow model sees it."""

    contact_point_id: int
    district: str
    neighbourhood: str
    ward: str
    sector: str
    postcode: str
    at: tuple[float, float]  # in metres

    def is_in(self, area: Area) -> bool:
        if isinstance(area.shape, Circle):
            return math.dist(self.at, metres_of(*degrees_of(area.shape.centre))) <= area.shape.metres
        return area.kind is AreaKind.COUNTY or getattr(self, area.kind.value) == area.code


@pytest.fixture
def homes(session: Session) -> list[Known]:
    """Twelve homes in several districts, among them neighbours by ward and by sector."""
    postcodes = session.scalars(sa.select(Postcode).order_by(sa.func.md5(Postcode.code)).limit(8)).all()
    near = session.scalars(sa.select(Postcode).where(Postcode.ward_code == postcodes[0].ward_code).limit(4)).all()
    found = []
    for where in [*postcodes, *near]:
        home = home_at(session, where.code)
        point = factories.contact_point(session, factories.subscriber(session, home))
        district = session.get_one(Neighbourhood, where.neighbourhood_id).district_code
        at = metres_of(*literal_eval(where.location))
        found.append(Known(point.id, district, where.neighbourhood_id, where.ward_code, where.sector, where.code, at))
    return found


def test_any_audience_reaches_just_the_homes_that_its_areas_say(session: Session, homes: list[Known]) -> None:
    listed = [kind for kind in AreaKind if kind in KNOWN]
    places = {kind: sorted({getattr(home, kind.value) for home in homes}) for kind in listed}
    centres = st.sampled_from([position_of(home.at[0] / EAST, home.at[1] / NORTH) for home in homes])
    areas = st.one_of(
        st.just(COUNTY),
        *(st.sampled_from([Area(kind, code) for code in places[kind]]) for kind in places),
        st.builds(Circle, centres, st.integers(25, 10_000)).map(Area.of),
    )

    @profile(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(areas, min_size=1, max_size=5), st.lists(areas, max_size=4))
    def holds(include: list[Area], exclude: list[Area]) -> None:
        expected = {
            home.contact_point_id
            for home in homes
            if any(map(home.is_in, include)) and not any(map(home.is_in, exclude))
        }
        audience = Audience.of(include, exclude)
        assert reached(session, audience) == expected
        if set(include) & set(exclude):
            with pytest.raises(ContradictoryAudience):
                neighbourhoods_touched(session, audience)
            return
        try:
            touched = set(neighbourhoods_touched(session, audience))
        except EmptyAudience:
            touched = set()
        assert {home.neighbourhood for home in homes if home.contact_point_id in expected} <= touched

    holds()


def test_only_those_who_asked_for_the_kind_and_may_be_written_to_are_reached(session: Session) -> None:
    home = home_at(session, "AL1 1AG")
    audience = Audience.of([neighbourhood(home.neighbourhood_id)], channels=BOTH)
    wanted = factories.contact_point(session, factories.subscriber(session, home))
    back = factories.contact_point(session, factories.subscriber(session, home, paused_until=NOW))
    factories.contact_point(session, factories.subscriber(session, home, kinds=[Kind.EVENT]))
    factories.contact_point(session, factories.subscriber(session, home, paused_until=NOW + timedelta(days=1)))
    factories.contact_point(session, factories.subscriber(session, home), suppressed_at=NOW)
    erased = factories.contact_point(session, factories.subscriber(session, home))
    erased.address = erased.address_index = None
    left = factories.contact_point(session, factories.subscriber(session, home))
    left.subscriber_id = None
    session.commit()

    assert reached(session, audience) == {wanted.id, back.id}
    assert count_reach(session, audience, TOPIC, NOW) == Reach(homes=1, mails=2, texts=0)


def test_one_with_two_homes_inside_is_written_to_once_for_the_older_home(session: Session) -> None:
    first, second = home_at(session, "AL1 1AG"), home_at(session, "AL1 1AJ")
    owner = factories.subscriber(session, second)
    session.add(Subscription(subscriber_id=owner.id, household_id=first.id, kinds=[Kind.CRIME_ALERT], created_at=NOW))
    point = factories.contact_point(session, owner)

    rows = session.execute(recipients(Audience.of([neighbourhood(first.neighbourhood_id)]), TOPIC, NOW)).all()

    assert rows == [(point.id, first.id, Channel.EMAIL, owner.id)]


def test_mails_come_before_texts_and_a_channel_that_is_not_chosen_gets_none(session: Session) -> None:
    home = home_at(session, "AL1 1AG")
    owner = factories.subscriber(session, home)
    text = factories.contact_point(session, owner, channel=Channel.SMS)
    mail = factories.contact_point(session, owner)
    area = neighbourhood(home.neighbourhood_id)

    both = session.execute(recipients(Audience.of([area], channels=BOTH), TOPIC, NOW)).all()

    assert [row.contact_point_id for row in both] == [mail.id, text.id]
    assert reached(session, Audience.of([area], channels=[Channel.SMS])) == {text.id}
    assert count_reach(session, Audience.of([area], channels=BOTH), TOPIC, NOW) == Reach(homes=1, mails=1, texts=1)


def unknown_ward(session: Session, postcode: str, neighbourhood_id: str) -> ContactPoint:
    """Somebody at a postcode that is newer than our file, whose neighbourhood was chosen by hand."""
    home = factories.household(session, postcode=postcode, neighbourhood_id=neighbourhood_id, ward_code=None)
    return factories.contact_point(session, factories.subscriber(session, home))


def test_a_home_of_unknown_ward_is_in_no_ward_to_include_and_left_out_with_any_near(session: Session) -> None:
    where = place(session, "AL1 1AG")
    elsewhere = session.scalars(
        sa.select(Postcode.ward_code).where(Postcode.neighbourhood_id != where.neighbourhood_id).limit(1)
    ).one()
    point = unknown_ward(session, "AL1 1ZZ", where.neighbourhood_id)
    area = neighbourhood(where.neighbourhood_id)

    assert reached(session, Audience.of([area])) == {point.id}
    assert not reached(session, Audience.of([Area(AreaKind.WARD, where.ward_code)]))
    assert not reached(session, Audience.of([area], [Area(AreaKind.WARD, where.ward_code)]))
    assert reached(session, Audience.of([COUNTY], [Area(AreaKind.WARD, elsewhere)])) == {point.id}


def test_a_sector_does_not_reach_into_a_neighbourhood_that_it_has_no_postcode_in(session: Session) -> None:
    where = place(session, "AL1 1AG")
    near = unknown_ward(session, "AL1 1ZY", where.neighbourhood_id)
    unknown_ward(session, "AL1 1ZZ", "hitchin-urban")

    assert reached(session, Audience.of([Area(AreaKind.SECTOR, "AL1 1")])) == {near.id}


@pytest.mark.parametrize("exclude", [False, True])
def test_unknown_areas_are_refused_by_name_and_nobody_is_counted(session: Session, exclude: bool) -> None:
    forged = [
        Area(AreaKind.WARD, "E05999999"),
        Area(AreaKind.NEIGHBOURHOOD, "atlantis"),
        Area(AreaKind.SECTOR, "ZZ1 1"),
    ]
    forged += [Area(AreaKind.DISTRICT, "E07999999")]
    audience = Audience.of([COUNTY], forged) if exclude else Audience.of(forged)
    for ask in (
        lambda: count_reach(session, audience, TOPIC, NOW),
        lambda: audience_hash(session, audience),
        lambda: neighbourhoods_touched(session, audience),
    ):
        with pytest.raises(UnknownArea, match="ward E05999999") as refusal:
            ask()
        assert set(refusal.value.areas) == set(forged)


def test_an_audience_without_areas_is_refused_everywhere(session: Session) -> None:
    audience = Audience.of([], [COUNTY])
    for ask in (
        lambda: count_reach(session, audience, TOPIC, NOW),
        lambda: audience_hash(session, audience),
        lambda: neighbourhoods_touched(session, audience),
        lambda: recipients(audience, TOPIC, NOW),
    ):
        with pytest.raises(EmptyAudience):
            ask()


def test_leaving_out_all_that_is_included_is_refused(session: Session) -> None:
    audience = Audience.of([neighbourhood("hitchin-urban")], [COUNTY])
    for ask in (audience_hash, neighbourhoods_touched):
        with pytest.raises(EmptyAudience, match="nobody is left"):
            ask(session, audience)
    assert count_reach(session, audience, TOPIC, NOW) == Reach(0, 0, 0)


def test_the_county_touches_every_neighbourhood(session: Session) -> None:
    every = sorted(session.scalars(sa.select(Neighbourhood.id)))
    assert neighbourhoods_touched(session, Audience.of([COUNTY])) == every


def test_the_hash_notices_a_postcode_that_joins_or_leaves_the_audience(session: Session) -> None:
    where = place(session, "AL1 1AG")
    audience = Audience.of([Area(AreaKind.WARD, where.ward_code)])
    before = audience_hash(session, audience)
    assert audience_hash(session, audience) == before
    assert audience_hash(session, Audience.of(audience.include, channels=BOTH)) != before

    added = Postcode(
        code="AL1 1ZZ", location=where.location, ward_code=where.ward_code, neighbourhood_id=where.neighbourhood_id
    )
    session.add(added)
    session.flush()
    assert audience_hash(session, audience) != before
    session.delete(added)
    session.flush()
    assert audience_hash(session, audience) == before
