"""Whatever people choose and whenever a message comes: what is planned, held and sent is what a slow model says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as profile
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from owl.delivery.models import Batch, Delivery
from owl.delivery.planning import plan_batches, plan_deliveries
from owl.delivery.queries import ledger
from owl.delivery.sending import send_batch
from owl.foundation.database import contact_keys, db, transaction
from owl.foundation.notices import Channel
from owl.geography.models import Neighbourhood, Postcode
from owl.households.choices import HowFar, Kind, Rhythm
from owl.households.models import ContactPoint, Household, Subscriber, Subscription
from owl.households.partner_models import PartnerTick
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience
from owl.messages.counting import Reach, count_reach
from owl.messages.draft import Draft
from owl.messages.models import Message, MessageStatus, Severity
from tests import factories
from tests.delivery.conftest import FakeProvider, at
from tests.delivery.slow_model import Note, Person, Place, Tie

SUNDAY = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)  # midnight in London; at 01:00 UTC the clocks go back
KINDS = (Kind.CRIME_ALERT, Kind.EVENT)
CHANNELS = tuple(Channel)
PARTNERS = 2


@dataclass
class World:
    """The model's people and messages, and the rows that stand for them."""

    partners: list[int]
    author: int
    people: list[Person] = field(default_factory=list)
    ids: list[int] = field(default_factory=list)  # of subscribers
    now: datetime = SUNDAY
    notes: dict[int, Note] = field(default_factory=dict)  # by message
    expected: dict[tuple[int, int, Channel], tuple[int, str]] = field(default_factory=dict)  # by message and person

    @property
    def session(self) -> Session:
        """That of the moment: sending removes it."""
        return db.session()

    def move_in(self, person: Person) -> None:
        row = Subscriber(
            quiet_from=person.quiet[0] if person.quiet else None, quiet_until=person.quiet[1] if person.quiet else None,
            rhythm=person.rhythm, weekly_allowance=person.allowance, created_at=self.now,
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        for tie in person.ties:
            home = Household(
                postcode=tie.place.postcode, neighbourhood_id=tie.place.neighbourhood, ward_code=tie.place.ward,
                created_at=self.now,
            )  # fmt: skip
            self.session.add(home)
            self.session.flush()
            tie.home_id = home.id
            not_by = {channel: [kind.value for by, kind in tie.not_by if by is channel] for channel in CHANNELS}
            self.session.add(
                Subscription(
                    subscriber_id=row.id,
                    household_id=home.id,
                    kinds=[kind.value for kind in tie.kinds],
                    how_far=tie.how_far,
                    only_urgent=tie.only_urgent,
                    texts_only_urgent=tie.texts_only_urgent,
                    not_by_mail=not_by[Channel.EMAIL],
                    not_by_text=not_by[Channel.SMS],
                    created_at=self.now,
                )
            )
        self.people.append(person)
        self.ids.append(row.id)
        for channel in person.channels:
            address = f"+4477009{row.id:05}" if channel is Channel.SMS else f"r{row.id}@example.com"
            index = contact_keys().blind_index(address, context=channel.value)
            mine = {"subscriber_id": row.id, "channel": channel, "address": address, "address_index": index}
            self.session.add(ContactPoint(**mine, verified_at=self.now))
        person.partners = {self.partners[number] for number in person.partners}
        self.tick(row.id, person)

    def tick(self, subscriber_id: int, person: Person) -> None:
        mine = sa.select(PartnerTick.partner_id).where(PartnerTick.subscriber_id == subscriber_id)
        for partner in person.partners - set(self.session.scalars(mine)):
            row = PartnerTick(subscriber_id=subscriber_id, partner_id=partner, purpose="", source="test")
            row.ticked_at = self.now
            self.session.add(row)
        self.session.commit()

    def write(self, note: Note) -> None:
        """The message is counted, approved and tried at once."""
        areas = [Area(AreaKind(kind), code) for kind, code in note.areas]
        message = Message(
            kind=note.kind, severity=Severity.URGENT if note.urgent else Severity.ROUTINE, title="T", body="B",
            sms_text="S", audience=Audience.of(areas, channels=note.channels).to_json(), neighbourhood_ids=[],
            status=MessageStatus.SENDING, author_id=self.author, partner_id=note.partner, valid_until=note.valid_until,
            created_at=self.now, approved_at=self.now,
        )  # fmt: skip
        self.session.add(message)
        self.session.commit()
        draft = Draft.of(message)
        reach = count_reach(self.session, draft.audience, draft.topic, self.now)
        self.session.commit()
        self.notes[message.id] = note
        before = sum(person.used.get("overridden", 0) for person in self.people)
        mine: list[tuple[Channel, int]] = []
        for number, person in enumerate(self.people):
            for channel, (home, status) in note.plan(person, self.now).items():
                self.expected[message.id, number, channel] = home, status
                mine.append((channel, home))
        with transaction() as session:
            planned = plan_deliveries(session, message, now=self.now)
            message.targeted = planned.targeted
            plan_batches(session, message, planned, now=self.now)
        self.check()
        channels = [channel for channel, _ in mine]
        homes = len({home for _, home in mine})
        assert reach == Reach(homes, channels.count(Channel.EMAIL), channels.count(Channel.SMS))
        assert (planned.targeted, planned.homes, planned.mails) == (len(mine), homes, reach.mails)
        assert planned.overridden == sum(person.used.get("overridden", 0) for person in self.people) - before
        self.work()

    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        self.work()

    def change(self, number: int, *, hours: int | None) -> None:
        """Somebody pauses for so many hours, or takes back their ticks; but for those for whom something is held."""
        number %= len(self.people)
        if any(who == number and status == "held" for (_, who, _), (_, status) in self.expected.items()):
            return
        person, mine = self.people[number], self.ids[number]
        if hours is None:
            person.partners = set()
            self.session.execute(sa.update(PartnerTick).filter_by(subscriber_id=mine).values(taken_back_at=self.now))
        else:
            person.paused_until = self.now + timedelta(hours=hours)
            self.session.get_one(Subscriber, mine).paused_until = person.paused_until
        self.session.commit()

    def work(self) -> None:
        """Workers try every batch."""
        for message_id, no in self.session.execute(sa.select(Batch.message_id, Batch.no)).all():
            send_batch(message_id, no, worker="w", clock=at(self.now))
        for (message_id, number, channel), (home, status) in self.expected.items():
            became = self.notes[message_id].try_to_send(self.people[number], status, self.now)
            self.expected[message_id, number, channel] = home, became
        self.check()

    def check(self) -> None:
        self.session.expire_all()
        rows = self.session.execute(
            sa.select(Delivery.message_id, ContactPoint.subscriber_id, ContactPoint.channel)
            .add_columns(Delivery.household_id, Delivery.status)
            .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        )
        found = {(row[0], self.ids.index(row[1]), row[2]): (row[3], row[4].value) for row in rows}
        assert found == self.expected
        assert all(ledger(self.session, message_id).holds for message_id in self.notes)


def places(session: Session) -> list[Place]:
    """Two in one ward, one in the next ward, one in the next neighbourhood, one in the next district."""
    asked = (
        sa.select(Postcode.code, Postcode.ward_code, Postcode.neighbourhood_id, Neighbourhood.district_code)
        .join(Neighbourhood, Neighbourhood.id == Postcode.neighbourhood_id)
        .order_by(Postcode.code)
    )
    every = [Place(*row) for row in session.execute(asked)]
    first = next(place for place in every if place.postcode == "AL1 1AG")

    def other(alike: Callable[[Place], object], unlike: Callable[[Place], object]) -> Place:
        return next(
            place
            for place in every
            if place != first and alike(place) == alike(first) and unlike(place) != unlike(first)
        )

    return [
        first,
        other(lambda place: place.ward, lambda place: place.postcode),
        other(lambda place: place.neighbourhood, lambda place: place.ward),
        other(lambda place: place.district, lambda place: place.neighbourhood),
        other(lambda place: None, lambda place: place.district),
    ]


@st.composite
def ties(draw: st.DrawFn, where: list[Place]) -> Tie:
    not_by = st.frozensets(st.tuples(st.sampled_from(CHANNELS), st.sampled_from(KINDS)), max_size=1)
    often_all = st.sampled_from([frozenset(KINDS), frozenset(KINDS), frozenset(KINDS), frozenset(KINDS[:1])])
    far = st.sampled_from([HowFar.DISTRICT, HowFar.DISTRICT, HowFar.NEIGHBOURHOOD, HowFar.STREET])
    only_urgent, texts_only_urgent = draw(
        st.sampled_from([(False, False), (False, True), (False, False), (True, False)])
    )
    place = draw(st.sampled_from([where[0], where[0], *where]))
    return Tie(place, draw(often_all), draw(far), only_urgent, texts_only_urgent, draw(st.just(frozenset()) | not_by))


@st.composite
def people(draw: st.DrawFn, where: list[Place]) -> Person:
    hours = st.tuples(st.integers(0, 23), st.integers(1, 23)).map(lambda pair: (pair[0], (pair[0] + pair[1]) % 24))
    return Person(
        draw(st.lists(ties(where), min_size=1, max_size=2, unique_by=lambda tie: tie.place)),
        draw(
            st.sampled_from(
                [frozenset(CHANNELS), frozenset(CHANNELS), frozenset(CHANNELS[:1]), frozenset(CHANNELS[1:])]
            )
        ),
        draw(st.none() | hours),
        draw(st.sampled_from([Rhythm.AT_ONCE, Rhythm.AT_ONCE, Rhythm.AT_ONCE, Rhythm.DAILY, Rhythm.WEEKLY])),
        draw(st.sampled_from([None, 0, 1, 1, 2])),
        draw(st.sets(st.integers(0, PARTNERS - 1))),
    )


def written(where: list[Place]) -> st.SearchStrategy[tuple[object, ...]]:
    """What a message is; most reach the first of the places, from near or from far."""
    first = where[0]
    near = [("postcode", first.postcode), ("sector", first.postcode[:-2])]
    around = [("ward", first.ward), ("neighbourhood", first.neighbourhood)]
    far = [("district", first.district), ("county", COUNTY_CODE)]
    elsewhere = [("postcode", where[2].postcode), ("neighbourhood", where[3].neighbourhood)]
    one = st.sampled_from([near, around, far]).flatmap(st.sampled_from)
    return st.tuples(
        st.sampled_from([KINDS[0], KINDS[0], KINDS[1]]),
        st.sampled_from([False, False, True]),
        st.sampled_from([None, None, *range(PARTNERS)]),
        st.lists(one | one | st.sampled_from(elsewhere), min_size=1, max_size=2, unique=True).map(tuple),
        st.sampled_from([frozenset(CHANNELS), frozenset(CHANNELS), frozenset(CHANNELS[1:])]),
        st.sampled_from([None, None, None, 3, 30]),
    )


def steps(where: list[Place]) -> st.SearchStrategy[tuple[str, object]]:
    write = st.tuples(st.just("write"), written(where))
    wait = st.tuples(st.just("wait"), st.sampled_from([1, 2, 5, 9, 24, 50]))
    pause = st.tuples(st.just("pause"), st.tuples(st.integers(0, 3), st.sampled_from([1, 8, 40])))
    untick = st.tuples(st.just("untick"), st.tuples(st.integers(0, 3), st.none()))
    return st.one_of(write, write, write, wait, wait, pause | untick)


def test_every_message_goes_to_whom_the_slow_model_says_and_when(
    session: Session, mail: FakeProvider, sms: FakeProvider
) -> None:
    connection = session.get_bind()
    assert isinstance(connection, sa.Connection)
    where = places(session)
    partners = [factories.partner(session).id for _ in range(PARTNERS)]
    author = factories.user(session).id

    @profile(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(people(where), min_size=1, max_size=6), st.lists(steps(where), min_size=3, max_size=9))
    def holds(somebody: list[Person], acts: list[tuple[str, object]]) -> None:
        db.session.remove()
        everything = connection.begin_nested()
        try:
            world = World(partners, author)
            for person in somebody:
                world.move_in(person)
            for act in acts:
                do(world, act)
            world.wait(24)
        finally:
            db.session.remove()
            everything.rollback()

    holds()


def do(world: World, act: tuple[str, object]) -> None:
    match act:
        case "wait", int(hours):
            world.wait(hours)
        case "pause" | "untick", (int(number), hours):
            world.change(number, hours=hours)
        case "write", (kind, urgent, partner, areas, channels, valid):
            until = None if valid is None else world.now + timedelta(hours=valid)
            world.write(
                Note(kind, urgent, None if partner is None else world.partners[partner], areas, channels, until)
            )
