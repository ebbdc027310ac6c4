from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput
from owl.geography.errors import NotAPostcode, OutsideHertfordshire, UnknownPostcode
from owl.geography.queries import districts, neighbourhoods, place_by_hand, place_of, wards


def test_a_postcode_is_found_in_any_spelling(session: Session) -> None:
    place = place_of(session, " sg51sd")
    assert (place.postcode, place.neighbourhood_name, place.district_name) == (
        "SG5 1SD",
        "Hitchin Urban",
        "North Herts",
    )
    assert (place.ward_code, place.ward_name) != (None, None)


def test_a_postcode_has_its_own_neighbourhood_not_its_wards(session: Session) -> None:
    place = place_of(session, "EN5 3JE")
    assert (place.ward_name, place.neighbourhood_name) == ("Shenley", "Potters Bar and South Mimms")


@pytest.mark.parametrize("postcode", ["M1 1AE", "SW1A 1AA", "CB1 1AA", "BX1 1LT", "JE2 3XX"])
def test_another_area_is_outside(session: Session, postcode: str) -> None:
    with pytest.raises(OutsideHertfordshire, match=postcode):
        place_of(session, postcode)


@pytest.mark.parametrize(
    "postcode",
    ["SG8 6DN", "SG5 4AA", "HA6 1AA", "EN1 1AA", "EN5 1AA", "EN5 3AA", "HP5 1AA", "LU1 1AA", "LU2 9AA", "CM19 5AA"],
)
def test_the_other_side_of_an_outcode_that_crosses_the_border_is_outside(session: Session, postcode: str) -> None:
    with pytest.raises(OutsideHertfordshire):
        place_of(session, postcode)


@pytest.mark.parametrize("postcode", ["AL1 1ZZ", "SG8 5ZZ", "CM23 0ZZ", "WD5 5ZZ", "LU2 8ZZ", "CM20 2ZZ"])
def test_a_new_postcode_in_a_sector_of_ours_is_not_known_yet(session: Session, postcode: str) -> None:
    with pytest.raises(UnknownPostcode, match="choose your neighbourhood"):
        place_of(session, postcode)


def test_a_postcode_that_is_not_known_yet_is_placed_by_hand(session: Session) -> None:
    place = place_by_hand(session, "al11zz", "harpenden")
    assert (place.postcode, place.ward_code, place.neighbourhood_name) == ("AL1 1ZZ", None, "Harpenden")


def test_a_postcode_that_is_known_stays_where_it_is(session: Session) -> None:
    assert place_by_hand(session, "SG5 1SD", "harpenden").neighbourhood_id == "hitchin-urban"


def test_a_hand_can_not_place_a_home_outside_nowhere_or_at_nonsense(session: Session) -> None:
    with pytest.raises(OutsideHertfordshire):
        place_by_hand(session, "M1 1AE", "harpenden")
    with pytest.raises(BadInput, match="from the list"):
        place_by_hand(session, "AL1 1ZZ", "atlantis")
    with pytest.raises(NotAPostcode):
        place_by_hand(session, "atlantis", "harpenden")


def test_the_areas_to_choose_from_are_sorted(session: Session) -> None:
    assert len(districts(session)) == 10
    assert [row.district_name for row in neighbourhoods(session)] == sorted(
        row.district_name for row in neighbourhoods(session)
    )
    assert len(neighbourhoods(session)) == 33
    assert len(wards(session)) == 176
