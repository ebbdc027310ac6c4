"""A new set shows who moves where before anybody moves, moves them whole, and ends nobody's messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, Team, UserArea
from owl.foundation.audit import Audit
from owl.foundation.errors import Refused
from owl.geography.errors import BrokenGeography
from owl.geography.loading import Loaded
from owl.geography.models import Neighbourhood, Postcode, Ward
from owl.households.choices import Kind
from owl.households.home_models import Relocation, Why
from owl.households.homes import find_or_add_home
from owl.households.models import Household
from owl.households.new_geography import (
    Decided,
    LookAgain,
    SetRow,
    apply_set,
    hand_in,
    is_in_place,
    newest_sets,
    put_away,
)
from owl.households.wanting import Topic
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.models import Message
from owl.messages.reach import recipients
from owl.replies.models import Reply
from tests import factories
from tests.factories import NOW
from tests.geography.town import Town, clear_the_county

LATER = NOW + timedelta(hours=1)
OAK, ELM = "E05000001", "E05000002"


@pytest.fixture
def town(session: Session) -> Town:
    clear_the_county(session)
    put_in_place(Town())
    return Town()


def put_in_place(town: Town) -> SetRow:
    handed_in = hand_in("town.zip", town.packed(), user_id=None, now=NOW)
    apply_set(handed_in.id, user_id=None, now=NOW)
    return handed_in


def home_at(session: Session, postcode: str, neighbourhood_id: str = "north", ward: str | None = OAK) -> Household:
    home = factories.household(session, postcode=postcode, neighbourhood_id=neighbourhood_id, ward_code=ward)
    factories.contact_point(session, factories.subscriber(session, home))
    return home


def where(session: Session, home: Household) -> tuple[str, str | None]:
    session.refresh(home)
    return home.neighbourhood_id, home.ward_code


def moves(handed_in: SetRow) -> list[tuple[str, str, str, int, int]]:
    streams = handed_in.relocations.streams
    return [(stream.from_name, stream.to_name, stream.why, stream.homes, stream.people) for stream in streams]


def reached(session: Session, *areas: Area) -> int:
    return len(session.execute(recipients(Audience.of(areas), Topic(Kind.CRIME_ALERT), NOW)).all())


def test_a_set_that_is_looked_at_moves_nobody_and_says_who_would(session: Session, town: Town) -> None:
    home = home_at(session, "AL1 1AB")
    factories.subscriber(session, home)  # of whom no address works
    handed_in = hand_in("new.zip", town.place("AL1 1AB", ELM, "west").packed(), user_id=None, now=NOW)
    assert moves(handed_in) == [("North, Eastshire", "West, Westshire", "boundary", 1, 2)]
    assert handed_in.relocations.streams[0].postcodes == ["AL1 1AB"]
    assert handed_in.relocations.streams[0].out_of_reach == 1
    assert where(session, home) == ("north", OAK)
    assert session.get_one(Postcode, "AL1 1AB").neighbourhood_id == "north"
    assert session.scalars(sa.select(Relocation)).all() == []


def test_an_applied_set_moves_homes_and_notes_for_each_of_their_people_where_they_were(
    session: Session, town: Town
) -> None:
    home, stays = home_at(session, "AL1 1AB"), home_at(session, "AL1 1AA")
    factories.subscriber(session, home)
    handed_in = hand_in("new.zip", town.place("AL1 1AB", ELM, "west").packed(), user_id=None, now=NOW)
    assert apply_set(handed_in.id, user_id=None, now=LATER) == Loaded(2, 3, 2, 5)
    assert where(session, home) == ("west", ELM)
    assert where(session, stays) == ("north", OAK)
    noted = session.scalars(sa.select(Relocation)).all()
    assert [(row.household_id, row.from_name, row.why, row.told_at) for row in noted] == [
        (home.id, "North, Eastshire", Why.BOUNDARY, None)
    ] * 2
    assert reached(session, Area(AreaKind.NEIGHBOURHOOD, "west")) == 1
    act = session.scalars(sa.select(Audit).order_by(Audit.id.desc())).first()
    assert act is not None
    assert (act.act, act.details) == ("apply geography", {"homes": 1, "people": 2})


def test_a_home_chosen_by_hand_is_corrected_when_the_list_has_its_postcode(session: Session, town: Town) -> None:
    right, wrong = home_at(session, "AL1 1AG", "west", None), home_at(session, "AL1 1AH", "north", None)
    newer = town.place("AL1 1AG", ELM, "west").place("AL1 1AH", OAK, "south")
    handed_in = hand_in("postcodes.csv", newer.list_of_postcodes(), user_id=None, now=NOW)
    assert moves(handed_in) == [("North, Eastshire", "South, Eastshire", "arrived", 1, 1)]
    assert (handed_in.relocations.arrived, handed_in.relocations.new_postcodes) == (1, 2)
    apply_set(handed_in.id, user_id=None, now=LATER)
    assert where(session, right) == ("west", ELM)
    assert where(session, wrong) == ("south", OAK)
    assert session.scalars(sa.select(Relocation.why)).all() == [Why.ARRIVED]


def test_a_postcode_that_is_withdrawn_keeps_its_homes_in_every_kind_of_area(session: Session, town: Town) -> None:
    home = home_at(session, "AL1 1AB")
    handed_in = hand_in("new.zip", town.without("AL1 1AB").without("AL1 1AE").packed(), user_id=None, now=NOW)
    assert moves(handed_in) == []
    found = handed_in.relocations
    assert (found.withdrawn_postcodes, found.withdrawn_homes, found.gone_postcodes) == (1, 1, 1)
    apply_set(handed_in.id, user_id=None, now=LATER)
    assert session.get_one(Postcode, "AL1 1AB", populate_existing=True).listed is False
    assert session.get(Postcode, "AL1 1AE", populate_existing=True) is None  # nobody lives there
    assert where(session, home) == ("north", OAK)
    for area in (
        Area(AreaKind.POSTCODE, "AL1 1AB"),
        Area(AreaKind.SECTOR, "AL1 1"),
        Area(AreaKind.WARD, OAK),
        Area(AreaKind.NEIGHBOURHOOD, "north"),
        Area.parse("circle:-0.29000,51.75000,100"),
    ):
        assert reached(session, area) == 1, area
    again = hand_in("same.zip", town.without("AL1 1AB").without("AL1 1AE").packed(), user_id=None, now=LATER)
    assert moves(again) == []


def test_a_neighbourhood_that_is_no_more_passes_on_all_that_it_had(session: Session, town: Town) -> None:
    listed, by_hand = home_at(session, "AL1 1AE", "south"), home_at(session, "AL1 1ZZ", "south", None)
    officer = factories.user(session, areas=["south"])
    message = factories.message(session, neighbourhood_ids=["south"])
    reply = factories.reply(session, factories.delivery(session, of=message, home=listed))
    handed_in = hand_in("new.zip", town.without_neighbourhood("south", "north").packed(), user_id=None, now=NOW)
    assert moves(handed_in) == [
        ("South, Eastshire", "North, Eastshire", "boundary", 1, 2),
        ("South, Eastshire", "North, Eastshire", "gone", 1, 1),
    ]
    assert handed_in.relocations.gone == ["South"]

    apply_set(handed_in.id, user_id=None, now=LATER)

    assert session.get(Neighbourhood, "south") is None
    assert [where(session, home) for home in (listed, by_hand)] == [("north", OAK), ("north", None)]
    areas = sa.select(UserArea.neighbourhood_id).where(UserArea.user_id == officer.id)
    assert session.scalars(areas).all() == ["north"]
    session.expire_all()
    assert session.get_one(Message, message.id).neighbourhood_ids == ["north"]
    assert session.get_one(Reply, reply.id).neighbourhood_id == "north"
    assert session.scalar(sa.select(sa.func.count(Team.id))) == 2


def test_new_codes_for_wards_and_districts_end_nothing(session: Session, town: Town) -> None:
    home = home_at(session, "AL1 1AA")
    officer = factories.user(session, areas=["E07000001"])
    recoded = replace(
        town,
        districts={"E07000009": "Eastshire", "E07000002": "Westshire"},
        neighbourhoods={
            code: (name, district.replace("0001", "0009")) for code, (name, district) in town.neighbourhoods.items()
        },
        wards={"E05000009": ("Oak", "E07000009"), ELM: ("Elm", "E07000002")},
        postcodes={code: (ward.replace("0001", "0009"), at) for code, (ward, at) in town.postcodes.items()},
    )
    handed_in = hand_in("new.zip", recoded.packed(), user_id=None, now=NOW)
    assert handed_in.relocations.other_ward == 1
    apply_set(handed_in.id, user_id=None, now=LATER)
    assert where(session, home) == ("north", "E05000009")
    assert session.get(Ward, OAK) is None
    areas = sa.select(UserArea.district_code).where(UserArea.user_id == officer.id)
    assert session.scalars(areas).all() == ["E07000009"]


def test_a_neighbourhood_that_comes_to_another_district_moves_its_homes_for_their_people(
    session: Session, town: Town
) -> None:
    home_at(session, "AL1 1AE", "south", ELM)
    moved = replace(town, neighbourhoods=town.neighbourhoods | {"south": ("South", "E07000002")}).place(
        "AL1 1AE", ELM, "south"
    )
    handed_in = hand_in("new.zip", moved.packed(), user_id=None, now=NOW)
    assert moves(handed_in) == [("South, Eastshire", "South, Westshire", "boundary", 1, 1)]


def test_a_set_is_decided_once_and_looked_at_again_after_another_was_applied(session: Session, town: Town) -> None:
    first, second, third = (
        hand_in(name, town.place("AL1 1AB", ELM, "west").packed(), user_id=None, now=NOW) for name in "abc"
    )
    put_away(third.id, user_id=None, now=NOW)
    apply_set(first.id, user_id=None, now=LATER)
    for act, error in ((apply_set, Decided), (put_away, Decided)):
        for decided in (first, third):
            with pytest.raises(error):
                act(decided.id, user_id=None, now=LATER)
    with pytest.raises(LookAgain):
        apply_set(second.id, user_id=None, now=LATER)
    assert [row.status.label for row in newest_sets(session)][:3] == ["Put away", "Waiting", "Applied"]
    assert is_in_place(session, town.place("AL1 1AB", ELM, "west").packed())
    assert not is_in_place(session, town.packed())


def test_only_administrators_hand_in_and_decide(session: Session, town: Town) -> None:
    officer = factories.user(session, areas=["north"])
    with pytest.raises(Refused):
        hand_in("new.zip", town.packed(), user_id=officer.id, now=NOW)
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR)
    handed_in = hand_in("new.zip", town.packed(), user_id=administrator.id, now=NOW)
    for act in (apply_set, put_away):
        with pytest.raises(Refused):
            act(handed_in.id, user_id=officer.id, now=NOW)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "postcodes.csv.gz lacks the column"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (b"\x1f\x8b cut short", "postcodes.csv.gz can’t be read"),
        (b"postcode;lat;lon\nAL1 1AA;1;2", "postcodes.csv.gz lacks the column"),
        ("postcode,lät".encode("latin-1"), "postcodes.csv.gz can’t be read"),
    ],
)
def test_what_is_no_set_is_refused_with_what_is_wrong(session: Session, town: Town, content: bytes, fault: str) -> None:
    with pytest.raises(BrokenGeography) as refusal:
        hand_in("new", content, user_id=None, now=NOW)
    assert fault in refusal.value.sentence
    assert len(newest_sets(session)) == 1


def test_a_list_with_a_byte_order_mark_is_read(session: Session, town: Town) -> None:
    marked = "\ufeff".encode() + town.list_of_postcodes()
    assert moves(hand_in("postcodes.csv", marked, user_id=None, now=NOW)) == []


def test_who_finishes_joining_after_a_set_was_applied_is_placed_by_the_new_one(session: Session, town: Town) -> None:
    put_in_place(town.without_neighbourhood("south", "north"))
    placed = [
        find_or_add_home(session, postcode=postcode, neighbourhood_id="south", ward_code=OAK, house=None, now=LATER)
        for postcode in ("AL1 1AE", "AL1 1ZZ")
    ]
    found = [session.get_one(Household, household_id) for household_id in placed]
    assert [home.neighbourhood_id for home in found] == ["north", "north"]
