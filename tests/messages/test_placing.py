"""Places that are typed or drawn: where they are, whose they are, and nothing that is not there."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.errors import BadInput, Refused
from owl.geography.models import Postcode
from owl.messages.audience import Area, AreaKind, Audience, EmptyAudience
from owl.messages.placing import place
from owl.messages.reach import ContradictoryAudience, check_areas
from owl.messages.typed_place import TypedPlace
from tests import factories
from tests.factories import NOW

HERE = "AL1 1AG"
SOUTH = "st-albans-south-east-and-london-colney"
AROUND = "51.744,-0.330\n51.747,-0.330\n51.747,-0.327\n51.744,-0.327"
SEA = "52.5,1.0\n52.6,1.0\n52.6,1.1"


def drawn(corners: str) -> TypedPlace:
    return TypedPlace(place_how="polygon", corners=corners)


def circle(point: str, metres: str) -> TypedPlace:
    return TypedPlace(place_how="circle", circle_point=point, circle_metres=metres)


def nearest(point: str, homes: str) -> TypedPlace:
    return TypedPlace(place_how="nearest", nearest_point=point, nearest_homes=homes)


CIRCLE = circle(HERE, "300")
BOW_TIE = "51.744,-0.330\n51.747,-0.327\n51.747,-0.330\n51.744,-0.327"
SPECK = "51.74530,-0.32800\n51.74530,-0.32801\n51.74531,-0.32801"
HITCHIN = "51.951,-0.280\n51.953,-0.280\n51.953,-0.275\n51.951,-0.275"


@pytest.fixture
def officer(session: Session) -> User:
    """Of St Albans South, with a home at AL1 1AG."""
    where = session.get_one(Postcode, HERE)
    home = factories.household(session, postcode=HERE, neighbourhood_id=SOUTH, ward_code=where.ward_code)
    factories.contact_point(session, factories.subscriber(session, home))
    return factories.user(session, areas=[SOUTH])


@pytest.mark.parametrize(
    ("typed", "areas"),
    [
        (CIRCLE, ["circle:-0.32860,51.74530,300"]),
        (circle("51.7453,-0.32861", "300"), ["circle:-0.32861,51.74530,300"]),
        (nearest("al11ag", "200"), ["nearest:-0.32860,51.74530,200"]),
        (TypedPlace(place_how="postcode", postcodes="al1 1aj, AL11AG"), ["postcode:AL1 1AG", "postcode:AL1 1AJ"]),
        (
            drawn(AROUND),
            ["polygon:-0.33000,51.74400 -0.33000,51.74700 -0.32700,51.74700 -0.32700,51.74400 -0.33000,51.74400"],
        ),
    ],
)  # fmt: skip
def test_a_place_becomes_an_area(session: Session, officer: User, typed: TypedPlace, areas: list[str]) -> None:
    for leave_out in (False, True):
        placed = place(session, typed, user_id=officer.id, leave_out=leave_out, now=NOW)
        assert [str(area) for area in placed.areas] == areas


@pytest.mark.parametrize(
    ("typed", "field", "why"),
    [
        (drawn(BOW_TIE), "corners", "crosses itself"),
        (drawn(SEA), "corners", "outside Hertfordshire"),
        (drawn("51.7\n51.8\n51.9"), "corners", "not a postcode like"),
        (drawn(f"{AROUND}\nAL1 1ZZ"), "corners", "where AL1 1ZZ is"),
        (drawn(SPECK), "corners", "no postcode of Hertfordshire"),
        (drawn(HITCHIN), "corners", "Hitchin"),
        (circle("SW1A 1AA", "300"), "circle_point", "where SW1A 1AA is"),
        (circle("<script>", "300"), "circle_point", "not a postcode like"),
        (nearest("53,-0.3", "200"), "nearest_point", "outside Hertfordshire"),
        (TypedPlace(place_how="postcode", postcodes="AL1 1AG\nAL1 1ZZ"), "postcodes", "AL1 1ZZ"),
        (TypedPlace(place_how="postcode", postcodes="AL1 1AJ"), "postcodes", "Nobody who gets messages"),
    ],
)  # fmt: skip
def test_a_place_that_is_not_one_is_refused_with_the_reason(
    session: Session, officer: User, typed: TypedPlace, field: str, why: str
) -> None:
    with pytest.raises(BadInput) as refused:
        place(session, typed, user_id=officer.id, leave_out=False, now=NOW)
    assert why in refused.value.fields[field]


def test_a_place_that_reaches_beyond_the_users_areas_leaves_that_part_out(session: Session, officer: User) -> None:
    wide = circle(HERE, "2000")
    placed = place(session, wide, user_id=officer.id, leave_out=False, now=NOW)
    assert placed.beyond
    assert SOUTH not in {area.code for area, _ in placed.beyond}
    assert {area.kind for area, _ in placed.beyond} == {AreaKind.NEIGHBOURHOOD}


def test_who_may_not_write_may_not_place(session: Session) -> None:
    nobody = factories.user(session, areas=[SOUTH], active=False)
    with pytest.raises(Refused):
        place(session, CIRCLE, user_id=nobody.id, leave_out=False, now=NOW)


def test_an_area_that_is_included_and_left_out_is_refused_by_name(session: Session) -> None:
    ward, here = Area(AreaKind.WARD, "E05013963"), Area.parse("circle:-0.32861,51.74530,300")
    with pytest.raises(
        ContradictoryAudience, match=r"include and leave out the same area: within 300 metres of AL1 1AG, .* ward"
    ):
        check_areas(session, Audience.of([ward, here], [ward, here]))
    with pytest.raises(EmptyAudience):
        check_areas(session, Audience.of([ward], [ward]))
