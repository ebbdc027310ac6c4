"""Places that people name: in the sea, over the border, on it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from owl.consultations.answered_places import check_places, districts_of, parts_of, wards_of_postcodes
from owl.consultations.questions import Question, QuestionType
from owl.foundation.errors import BadInput
from owl.geography.models import Postcode

HERE = ["hitchin-urban"]
PLACE = Question("q1", QuestionType.PLACE, "Where?")
HITCHIN = {"lat": 51.948, "lon": -0.277}


@pytest.mark.parametrize(
    ("place", "lies_there"),
    [
        (HITCHIN, True),
        ({"lat": 51.904, "lon": -0.202}, False),  # Stevenage
        ({"lat": 51.752, "lon": -0.339}, False),  # St Albans
        ({"lat": 50.6, "lon": 0.4}, False),  # the Channel
        ({"lat": 0.0, "lon": 0.0}, False),
        ({"lat": -51.948, "lon": 0.277}, False),
    ],
)
def test_a_pin_counts_where_it_is_asked_about_and_nowhere_else(
    session: Session, place: dict[str, Any], *, lies_there: bool
) -> None:
    if lies_there:
        check_places(session, [PLACE], {"q1": place}, HERE)
        return
    with pytest.raises(BadInput, match="outside the area") as refused:
        check_places(session, [PLACE], {"q1": place}, HERE)
    assert list(refused.value.fields) == ["q1"]


def test_the_parts_to_choose_from_are_wards_of_the_area_and_others_are_refused(session: Session) -> None:
    parts = parts_of(session, HERE)
    elsewhere = next(ward for ward in parts_of(session, ["watford-central"]) if ward not in parts)

    check_places(session, [PLACE], {"q1": {"ward": parts[0].code}}, HERE)

    assert [part.name for part in parts] == sorted(part.name for part in parts)
    assert districts_of(session, HERE) == ["E07000099"]
    for ward in (elsewhere.code, "E05999999"):
        with pytest.raises(BadInput):
            check_places(session, [PLACE], {"q1": {"ward": ward}}, HERE)


def test_a_postcode_becomes_its_ward_and_goes_no_further(session: Session) -> None:
    code, ward = session.execute(
        sa.select(Postcode.code, Postcode.ward_code).where(Postcode.neighbourhood_id == HERE[0]).limit(1)
    ).one()

    assert wards_of_postcodes(session, [PLACE], MultiDict({"q1-postcode": code.lower()})) == {"q1": {"ward": ward}}
    for typed in ("London", "SW1A 1AA"):
        with pytest.raises(BadInput) as refused:
            wards_of_postcodes(session, [PLACE], MultiDict({"q1-postcode": typed}))
        assert list(refused.value.fields) == ["q1"]
