"""Which messages need a second person, rule by rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience
from owl.messages.risk import Risk, Thresholds, is_night, risks_of
from tests.messages.drafts import HITCHIN_AREA, READY

USUAL = Thresholds(most_homes=500, night_from=21, night_until=7)
AT_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
COUNTY = Audience.of([Area(AreaKind.COUNTY, COUNTY_CODE)])
BY_TEXT = Audience.of([HITCHIN_AREA], channels=list(Channel))


@pytest.mark.parametrize(
    ("changed", "more", "expected"),
    [
        ({}, {}, ()),
        ({}, {"homes": 500}, ()),
        ({}, {"homes": 501}, (Risk.MANY_HOMES,)),
        ({"audience": BY_TEXT}, {}, (Risk.TEXTS,)),
        ({"audience": COUNTY}, {}, (Risk.COUNTY_WIDE,)),
        ({"audience": COUNTY}, {"homes": 170_000}, (Risk.MANY_HOMES, Risk.COUNTY_WIDE)),
        ({"names_a_person": True}, {}, (Risk.PERSON_NAMED,)),
        ({"kind": Kind.MISSING_PERSON}, {}, (Risk.PERSON_NAMED,)),
        ({}, {"starts_at": datetime(2026, 11, 22, 23, tzinfo=UTC)}, (Risk.OUT_OF_HOURS,)),
        ({}, {"was_returned": True}, (Risk.RETURNED,)),
        (
            {"audience": BY_TEXT, "names_a_person": True},
            {"homes": 900, "starts_at": datetime(2026, 11, 22, 5, tzinfo=UTC)},
            (Risk.TEXTS, Risk.MANY_HOMES, Risk.OUT_OF_HOURS, Risk.PERSON_NAMED),
        ),
    ],
)
def test_each_risk_asks_for_approval_and_none_of_them_asks_for_none(
    changed: dict[str, Any], more: dict[str, Any], expected: tuple[Risk, ...]
) -> None:
    given = {"homes": 3, "starts_at": AT_NOON, "thresholds": USUAL} | more
    assert risks_of(replace(READY, **changed), **given) == expected
    assert all(risk.words for risk in expected)


@pytest.mark.parametrize(
    ("moment", "hours", "expected"),
    [
        ("2026-11-22T21:00+00:00", (21, 7), True),
        ("2026-11-22T20:59+00:00", (21, 7), False),
        ("2026-11-22T06:59+00:00", (21, 7), True),
        ("2026-11-22T07:00+00:00", (21, 7), False),
        ("2026-06-22T20:00+00:00", (21, 7), True),  # nine in the evening by the clocks of London
        ("2026-06-22T06:00+00:00", (21, 7), False),
        ("2027-03-28T00:59+00:00", (0, 2), True),  # the hour before the clocks go forward
        ("2027-03-28T01:00+00:00", (0, 2), False),  # three in the morning, not two
        ("2026-10-25T01:30+00:00", (0, 2), True),  # the hour that comes twice, again
        ("2026-11-22T03:00+00:00", (7, 7), False),  # no night at all
    ],
)
def test_the_night_is_by_the_clocks_of_london(moment: str, hours: tuple[int, int], expected: bool) -> None:
    assert is_night(datetime.fromisoformat(moment), Thresholds(500, *hours)) is expected
