"""Counts that are kept are those that are counted, whatever happens in between; and small ones are not shown."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.geography.models import Postcode
from owl.geography.queries import place_of
from owl.households.choices import HowFar, Kind
from owl.households.count_models import ReachApart, ReachCount, ReachStale
from owl.households.counting import keep_counts
from owl.households.data_rights import erase_subscriber
from owl.households.leaving import leave
from owl.households.models import ContactPoint, Household, Subscriber, Subscription, SuppressionReason
from owl.households.own_homes import move_home, remove_home
from owl.households.pausing import end_pause
from owl.households.suppressing import lift_suppression, suppress
from owl.households.wanting import Topic
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience
from owl.messages.counting import Reach, count_reach, reach_by_area
from owl.messages.reach import recipients
from owl.messages.shapes import Circle
from owl.messages.small_cells import FEWEST, Breakdown, hide_few
from tests import factories
from tests.factories import NOW

COUNTY = Area(AreaKind.COUNTY, COUNTY_CODE)
BOTH = (Channel.EMAIL, Channel.SMS)
POSTCODES = ("AL1 1AG", "AL1 1AJ", "AL1 1AR", "AL1 1AS")
KINDS = (Kind.CRIME_ALERT, Kind.EVENT)
TOPICS = tuple(Topic(kind, urgent) for kind in KINDS for urgent in (False, True))
HERE = Circle((-32_861, 5_174_530), 300)
AREAS = (
    Audience.of([COUNTY], channels=BOTH),
    Audience.of([COUNTY], channels=[Channel.EMAIL]),
    Audience.of([Area(AreaKind.WARD, "E05013963")], channels=[Channel.SMS]),
    Audience.of([COUNTY], [Area(AreaKind.WARD, "E05013963")], channels=BOTH),
    Audience.of([Area(AreaKind.POSTCODE, "AL1 1AG"), Area(AreaKind.POSTCODE, "AL1 1AR")], channels=BOTH),
    Audience.of([Area(AreaKind.NEIGHBOURHOOD, "st-albans-south-east-and-london-colney")], channels=BOTH),
    Audience.of([Area.of(HERE)], channels=BOTH),
    Audience.of([COUNTY], [Area.of(HERE)], channels=BOTH),
    Audience.of([COUNTY, Area(AreaKind.POSTCODE, "AL1 1AG"), Area(AreaKind.WARD, "E05013963")], channels=BOTH),
    Audience.of([Area.of(HERE), Area(AreaKind.SECTOR, "AL1 1")], [Area(AreaKind.POSTCODE, "AL1 1AG")], channels=BOTH),
)


class Town:
    """A few streets where people come, go and change their minds, by the verbs of the product where there is one."""

    def __init__(self, session: Session, chance: random.Random) -> None:
        self.session, self.chance, self.now = session, chance, NOW

    def somebody(self) -> int | None:
        found = self.session.scalars(sa.select(Subscriber.id)).all()
        return self.chance.choice(found) if found else None

    def point(self) -> ContactPoint | None:
        found = self.session.scalars(sa.select(ContactPoint).where(ContactPoint.address_index.is_not(None))).all()
        return self.chance.choice(found) if found else None

    def tie(self) -> Subscription | None:
        found = self.session.scalars(sa.select(Subscription)).all()
        return self.chance.choice(found) if found else None

    def a_home(self) -> Household:
        known = self.session.scalars(sa.select(Household)).all()
        if known and self.chance.random() < 0.4:
            return self.chance.choice(known)
        where = self.session.get_one(Postcode, self.chance.choice(POSTCODES))
        ward = where.ward_code if self.chance.random() < 0.8 else None
        place = {"postcode": where.code, "neighbourhood_id": where.neighbourhood_id, "ward_code": ward}
        return factories.household(self.session, **place)

    def kinds(self) -> list[str]:
        return [kind.value for kind in self.chance.choice([KINDS, KINDS[:1], KINDS[1:]])]

    def join(self) -> None:
        owner = factories.subscriber(self.session, self.a_home(), kinds=self.kinds())
        for channel in self.chance.choice([BOTH, BOTH[:1], BOTH[1:], ()]):
            factories.contact_point(self.session, owner, channel=channel)

    def add_home(self) -> None:
        owner, home = self.somebody(), self.a_home()
        mine = {"subscriber_id": owner, "household_id": home.id}
        if owner is not None and self.session.scalar(sa.select(Subscription.id).filter_by(**mine)) is None:
            self.session.add(Subscription(**mine, kinds=self.kinds(), created_at=NOW))
            self.session.commit()

    def move(self) -> None:
        if tie := self.tie():
            place = place_of(self.session, self.chance.choice(POSTCODES))
            move_home(tie.subscriber_id, tie.id, place=place, house="", now=self.now)

    def give_up_a_home(self) -> None:
        tie = self.tie()
        if (
            tie
            and self.session.scalar(sa.select(sa.func.count()).where(Subscription.subscriber_id == tie.subscriber_id))
            != 1
        ):
            remove_home(tie.subscriber_id, tie.id)

    def choose(self) -> None:
        if tie := self.tie():
            tie.kinds = self.kinds()
            self.session.commit()

    def be_choosy(self) -> None:
        if tie := self.tie():
            tie.how_far = self.chance.choice(list(HowFar))
            tie.only_urgent, tie.texts_only_urgent = self.chance.random() < 0.3, self.chance.random() < 0.5
            tie.not_by_mail, tie.not_by_text = (
                [kind.value for kind in KINDS if self.chance.random() < 0.3] for _ in "ab"
            )
            self.session.commit()

    def pause(self) -> None:
        if (who := self.somebody()) is not None:
            self.session.get_one(Subscriber, who).paused_until = self.now + timedelta(hours=self.chance.randint(1, 40))
            self.session.commit()

    def go_on(self) -> None:
        if (who := self.somebody()) is not None:
            end_pause(who)

    def stop(self) -> None:
        if point := self.point():
            suppress(self.session, point.id, reason=SuppressionReason.BOUNCED, source="bounce", now=self.now)
            self.session.commit()

    def start_again(self) -> None:
        if point := self.point():
            lift_suppression(self.session, point.id, source="my page", now=self.now)
            self.session.commit()

    def leave(self) -> None:
        if (who := self.somebody()) is not None:
            leave(who, now=self.now)

    def be_forgotten(self) -> None:
        if (who := self.somebody()) is not None:
            erase_subscriber(who, now=self.now)

    def let_time_pass(self) -> None:
        self.now += timedelta(hours=self.chance.randint(1, 30))

    def keep(self) -> None:
        keep_counts(self.now)


ACTS: tuple[Callable[[Town], None], ...] = (
    Town.join, Town.join, Town.join, Town.add_home, Town.move, Town.give_up_a_home, Town.choose,
    Town.be_choosy, Town.be_choosy, Town.pause, Town.go_on,
    Town.stop, Town.start_again, Town.leave, Town.be_forgotten, Town.let_time_pass, Town.keep, Town.keep,
)  # fmt: skip


def counted(session: Session, audience: Audience, topic: Topic, now: datetime) -> Reach:
    """The same by asking for every single recipient."""
    rows = session.execute(recipients(audience, topic, now)).all()
    channels = [row.channel for row in rows]
    homes = {row.household_id for row in rows}
    return Reach(len(homes), channels.count(Channel.EMAIL), channels.count(Channel.SMS))


def agree(session: Session, audiences: Sequence[Audience], topics: Sequence[Topic], now: datetime) -> None:
    for audience in audiences:
        for topic in topics:
            assert count_reach(session, audience, topic, now) == counted(session, audience, topic, now), (
                audience,
                topic,
            )


def test_kept_counts_are_what_is_counted_after_anything_that_people_do(session: Session) -> None:
    connection = session.get_bind()
    assert isinstance(connection, sa.Connection)

    @profile(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.integers(0, 10_000), st.lists(st.sampled_from(ACTS), min_size=1, max_size=12))
    def holds(seed: int, acts: list[Callable[[Town], None]]) -> None:
        everything = connection.begin_nested()
        try:
            town = Town(session, random.Random(seed))
            for act in (Town.join, Town.join, Town.join, Town.be_choosy, Town.join):
                act(town)
            for act in (Town.keep, *acts, Town.keep):
                act(town)
                agree(session, town.chance.sample(AREAS, 3), town.chance.sample(TOPICS, 1), town.now)
            agree(session, AREAS, TOPICS, town.now)
            assert session.scalar(sa.select(sa.func.count()).select_from(ReachStale)) == 0
        finally:
            session.close()
            everything.rollback()

    holds()


def test_what_has_been_counted_is_not_counted_one_by_one(session: Session) -> None:
    town = Town(session, random.Random(1))
    factories.contact_point(session, factories.subscriber(session, town.a_home()))
    keep_counts(NOW)
    assert count_reach(session, AREAS[0], TOPICS[0], NOW) == Reach(homes=1, mails=1, texts=0)
    session.execute(sa.update(ReachCount).values(mails_routine_district=7))
    assert count_reach(session, AREAS[0], TOPICS[0], NOW).mails == 7
    assert session.scalar(sa.select(sa.func.count()).select_from(ReachApart)) == 0


def test_a_pause_that_is_over_leaves_nothing_to_count_one_by_one(session: Session) -> None:
    town = Town(session, random.Random(1))
    owner = factories.subscriber(session, town.a_home(), paused_until=NOW + timedelta(hours=1))
    factories.contact_point(session, owner)
    keep_counts(NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(ReachApart)) == 1
    assert count_reach(session, AREAS[0], TOPICS[0], NOW).mails == 0
    later = NOW + timedelta(hours=1)
    assert count_reach(session, AREAS[0], TOPICS[0], later).mails == 1
    keep_counts(later)
    assert session.scalar(sa.select(sa.func.count()).select_from(ReachApart)) == 0
    assert count_reach(session, AREAS[0], TOPICS[0], later).mails == 1


def test_a_change_that_is_not_committed_while_counting_is_counted_the_next_time(committed: Session) -> None:
    """A second connection stops an address while the counts are made: its mark must outlive them."""
    home = factories.household(committed, postcode="AL1 1AG")
    points = [factories.contact_point(committed, factories.subscriber(committed, home)).id for _ in range(3)]
    engine = committed.get_bind()
    assert isinstance(engine, sa.Engine)
    with engine.connect() as other:
        other.execute(sa.update(ContactPoint).where(ContactPoint.id == points[0]).values(suppressed_at=NOW))
        keep_counts(NOW)
        assert count_reach(committed, AREAS[0], TOPICS[0], NOW).mails == 3
        other.commit()
    committed.rollback()
    assert count_reach(committed, AREAS[0], TOPICS[0], NOW).mails == 2
    keep_counts(NOW)
    assert count_reach(committed, AREAS[0], TOPICS[0], NOW).mails == 2


def test_homes_by_area_add_up_to_the_count(session: Session) -> None:
    places = {postcode: session.get_one(Postcode, postcode) for postcode in POSTCODES}
    for postcode, homes in zip(POSTCODES, (9, 7, 6, 2), strict=True):
        where = places[postcode]
        for _ in range(homes):
            place = {"postcode": postcode, "neighbourhood_id": where.neighbourhood_id, "ward_code": where.ward_code}
            factories.contact_point(session, factories.subscriber(session, factories.household(session, **place)))
    keep_counts(NOW)
    found = reach_by_area(session, AREAS[0], TOPICS[0], NOW, by=AreaKind.WARD)
    assert found == Breakdown((("E05013963", 16),), hidden=2, elsewhere=8)
    by_sector = reach_by_area(session, AREAS[0], TOPICS[0], NOW, by=AreaKind.SECTOR)
    assert by_sector == Breakdown((("AL1 1", 24),), hidden=0, elsewhere=0)


cells = st.dictionaries(st.text("abcdef", min_size=1, max_size=3), st.integers(1, 30), max_size=12)


@given(cells)
def test_no_small_cell_is_shown_nor_left_over(homes: dict[str, int]) -> None:
    shown = hide_few(dict(homes))
    assert all(count >= FEWEST and homes[code or ""] == count for code, count in shown.cells)
    assert shown.elsewhere + sum(count for _, count in shown.cells) == sum(homes.values())
    assert shown.hidden + len(shown.cells) == len(homes)
    # Whoever takes the shown ones from the total learns of several areas together, or there is nothing to take.
    assert not shown.cells or shown.hidden == 0 or (shown.hidden >= 2 and shown.elsewhere >= FEWEST)


@pytest.mark.parametrize(
    ("homes", "shown"),
    [
        ({}, ()),
        ({"a": 4}, ()),
        ({"a": 5, "b": 9}, (("b", 9), ("a", 5))),
        ({"a": 4, "b": 9, "c": 20}, (("c", 20),)),  # b hides a
        ({"a": 1, "b": 1, "c": 6, "d": 20}, (("d", 20),)),  # two homes in two areas: one in each
        ({"a": 3, "b": 2, "c": 6}, (("c", 6),)),
        ({"a": 3, None: 40}, ()),
    ],
)
def test_a_cell_is_hidden_with_as_many_others_as_it_needs(
    homes: dict[str | None, int], shown: tuple[tuple[str, int], ...]
) -> None:
    assert hide_few(homes).cells == shown
