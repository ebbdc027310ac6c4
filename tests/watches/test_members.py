"""Whoever chose a watch gets its messages, and nobody else does."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from owl.foundation.errors import NotFound
from owl.foundation.languages import Language
from owl.foundation.notices import Channel
from owl.geography.queries import place_of
from owl.households.choices import CHOICES, Kind
from owl.households.counting import keep_counts
from owl.households.models import Household, Subscriber, Subscription
from owl.households.own_homes import move_home
from owl.households.wanting import Topic
from owl.messages.area_choices import area_choices, area_names
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.counting import count_reach
from owl.messages.public_lists import current_for_all
from owl.messages.reach import UnknownArea, audience_hash, neighbourhoods_touched, recipients
from owl.rights.own_data import everything_about
from owl.watches.members import join_watch, leave_watch, watches_near
from owl.watches.vetting import Standing
from tests import factories
from tests.factories import NOW

TOPIC = Topic(Kind.EVENT)
POSTCODE = "SG5 1AB"


@pytest.fixture
def home(session: Session) -> Household:
    return home_at(session, POSTCODE)


def home_at(session: Session, postcode: str) -> Household:
    place = place_of(session, postcode)
    return factories.household(
        session, postcode=place.postcode, neighbourhood_id=place.neighbourhood_id, ward_code=place.ward_code
    )


def living_at(session: Session, home: Household) -> Subscriber:
    who = factories.subscriber(session, home)
    factories.contact_point(session, who)
    return who


def tie_of(session: Session, who: Subscriber) -> int:
    return session.query(Subscription.id).filter_by(subscriber_id=who.id).scalar()  # type: ignore[no-any-return]


def reached(session: Session, audience: Audience) -> set[int | None]:
    return {row.subscriber_id for row in session.execute(recipients(audience, TOPIC, NOW))}


def of(number: int) -> Area:
    return Area(AreaKind.WATCH, str(number))


def test_a_watch_reaches_those_who_joined_it_and_not_the_others_of_their_homes(
    session: Session, home: Household
) -> None:
    watch = factories.watch(session, neighbourhood_id=home.neighbourhood_id, codes=[POSTCODE])
    anna, ben = living_at(session, home), living_at(session, home)
    assert [row.joined_at for row in watches_near(session, anna.id)] == [None]
    join_watch(anna.id, watch.id, tie_of(session, anna), paper_if_unreached=False, now=NOW)
    join_watch(anna.id, watch.id, tie_of(session, anna), paper_if_unreached=True, now=NOW)
    audience = Audience.of([of(watch.id)])

    assert reached(session, audience) == {anna.id}
    assert count_reach(session, audience, TOPIC, NOW).mails == 1
    assert neighbourhoods_touched(session, audience) == [home.neighbourhood_id]
    assert everything_about(session, anna.id, now=NOW)["watches"][0]["on_paper_if_unreached"] is True
    # Left out, all of their homes are.
    around = Audience.of([Area(AreaKind.POSTCODE, POSTCODE)], [of(watch.id)])
    assert reached(session, around) == set()
    # Beside other areas, each is written to once.
    both = Audience.of([of(watch.id), Area(AreaKind.POSTCODE, POSTCODE)])
    assert reached(session, both) == {anna.id, ben.id}

    move_home(anna.id, tie_of(session, anna), place=place_of(session, "SG4 9AA"), house="1", now=NOW)
    assert reached(session, audience) == set()  # outside its area, whoever joined
    leave_watch(anna.id, watch.id, tie_of(session, anna))
    assert watches_near(session, anna.id) == []


def test_counts_with_watches_are_those_that_are_reached(session: Session, home: Household) -> None:
    watch = factories.watch(session, neighbourhood_id=home.neighbourhood_id)
    near = home_at(session, "SG5 1AD")
    people = [living_at(session, where) for where in (home, home, near, near, home_at(session, "SG4 9AA"))]
    for who in people[::2]:
        factories.member(session, watch, who)
    factories.subscriber(session, home_at(session, "SG5 1AD"), kinds=[kind.value for kind in CHOICES])
    hood = Area(AreaKind.NEIGHBOURHOOD, home.neighbourhood_id)
    keep_counts(NOW)
    sector, unit = Area(AreaKind.SECTOR, "SG4 9"), Area(AreaKind.POSTCODE, POSTCODE)
    for include, exclude in (
        ([of(watch.id)], []),
        ([hood], [of(watch.id)]),
        ([hood, of(watch.id)], []),
        ([unit, of(watch.id)], [sector]),
    ):
        audience = Audience.of(include, exclude, [Channel.EMAIL])
        assert count_reach(session, audience, TOPIC, NOW).mails == len(reached(session, audience)), str(audience)


@pytest.mark.parametrize("standing", [standing for standing in Standing if standing is not Standing.ACTIVE])
def test_a_watch_that_is_not_active_is_refused_and_offers_itself_to_nobody(
    session: Session, home: Household, standing: Standing
) -> None:
    watch = factories.watch(session, neighbourhood_id=home.neighbourhood_id, standing=standing)
    anna = living_at(session, home)
    factories.member(session, watch, anna)
    for refused in (count_reach, audience_hash):
        with pytest.raises(UnknownArea):
            refused(session, Audience.of([of(watch.id)]), *((TOPIC, NOW) if refused is count_reach else ()))  # type: ignore[operator]
    assert reached(session, Audience.of([of(watch.id)])) == set()
    with pytest.raises(NotFound):
        join_watch(anna.id, watch.id, tie_of(session, anna), paper_if_unreached=False, now=NOW)


def test_nobody_joins_with_the_home_of_somebody_else_or_far_away(session: Session, home: Household) -> None:
    watch = factories.watch(session, neighbourhood_id=home.neighbourhood_id, codes=[POSTCODE])
    anna, far = living_at(session, home), living_at(session, home_at(session, "AL1 1AG"))
    for who, tie in ((far, tie_of(session, anna)), (far, tie_of(session, far))):
        with pytest.raises(NotFound):
            join_watch(who.id, watch.id, tie, paper_if_unreached=False, now=NOW)
    assert watches_near(session, far.id) == []


def test_teams_choose_their_active_watches_by_name_and_what_is_for_members_is_shown_to_no_others(
    session: Session, home: Household
) -> None:
    hood = home.neighbourhood_id
    watch = factories.watch(session, neighbourhood_id=hood, name="Oak Street")
    factories.watch(session, neighbourhood_id=hood, standing=Standing.ENDED)
    [listed] = [row for row in area_choices(session, frozenset({hood})) if row.kind is AreaKind.WATCH]
    assert [row.name for _, rows in listed.groups for row in rows] == ["Oak Street"]
    assert area_names(session, [of(watch.id)]) == ["members of Oak Street"]
    common = {"kind": Kind.EVENT, "neighbourhood_ids": [hood]}
    factories.message(session, title="For members", audience=Audience.of([of(watch.id)]).to_json(), **common)
    factories.message(session, title="For all", **common)
    assert [row.title for row in current_for_all(session, [hood], language=Language.ENGLISH, most=5, now=NOW)] == [
        "For all"
    ]
