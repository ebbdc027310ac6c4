"""What is told beside the count: homes at a drawn line, weeks that are used up, and outlines for the map."""

from __future__ import annotations

from ast import literal_eval
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.geography.models import Postcode
from owl.households.allowance import week_of
from owl.households.allowance_models import AllowanceUse
from owl.households.choices import Kind, Rhythm
from owl.households.wanting import Topic
from owl.messages.audience import Area, Audience
from owl.messages.counting import homes_by_ward
from owl.messages.draft import Draft
from owl.messages.edges import Edge, edge_of
from owl.messages.models import Severity
from owl.messages.outlines import outlines
from owl.messages.shapes import Circle, Polygon, position_of
from owl.messages.used_up import UsedUp, people_used_up
from tests import factories
from tests.factories import NOW
from tests.messages.drafts import draft

TOPIC = Topic(Kind.CRIME_ALERT)
HERE = "AL1 1AG"
ALLOWED = 7


def somebody(session: Session, code: str, **fields: object) -> int:
    where = session.get_one(Postcode, code)
    home = factories.household(
        session, postcode=code, neighbourhood_id=where.neighbourhood_id, ward_code=where.ward_code
    )
    owner = factories.subscriber(session, home, **fields)
    factories.contact_point(session, owner)
    return owner.id


def test_homes_at_a_line_are_counted_on_both_sides_and_others_are_not(session: Session) -> None:
    east, north = position_of(*literal_eval(session.get_one(Postcode, HERE).location))
    somebody(session, HERE)
    corners = [(-900, -900), (30, -900), (30, 900), (-900, 900), (-900, -900)]  # steps; HERE is 21 metres within
    for area, edge in (
        (Area.of(Circle((east, north), 25)), Edge(overspill=1, missed=0)),
        (Area.of(Circle((east + 100, north), 40)), Edge(overspill=0, missed=1)),  # 69 metres to the east
        (Area.of(Circle((east, north), 300)), Edge(overspill=0, missed=0)),
        (Area.of(Polygon.around([(east + x, north + y) for x, y in corners])), Edge(overspill=1, missed=0)),
        (Area.parse("sector:AL1 1"), None),
    ):
        assert edge_of(session, Audience.of([area]), TOPIC, NOW) == edge


def used_up(session: Session, shown: Draft, homes: int = 5) -> UsedUp:
    return people_used_up(session, shown, homes=homes, allowance=ALLOWED, now=NOW)


def test_people_whose_week_is_used_up_are_counted_but_for_those_who_get_digests(session: Session) -> None:
    week = week_of(NOW)
    for used, fields in (
        (ALLOWED, {}),
        (ALLOWED - 1, {}),
        (2, {"weekly_allowance": 2}),
        (0, {"weekly_allowance": 0}),
        (9, {"rhythm": Rhythm.DAILY}),
    ):
        owner_id = somebody(session, HERE, **fields)
        session.add(AllowanceUse(subscriber_id=owner_id, week=week, used=used))
    session.commit()
    here = draft(audience=Audience.of([Area.parse("postcode:AL1 1AG")], channels=Channel))
    for severity in Severity:
        shown = draft(audience=here.audience, severity=severity)
        assert used_up(session, shown) == UsedUp(3, is_exact=True)
    later = draft(audience=here.audience, send_at=NOW + timedelta(days=7))
    assert used_up(session, later).people == 1  # a new week
    elsewhere = draft(audience=Audience.of([Area.parse("sector:SG5 1")]))
    assert used_up(session, elsewhere).people == 0
    assert used_up(session, here, homes=10_000) == UsedUp(6_000, is_exact=False)  # three of five people


def test_homes_on_the_map_are_whole_wards_and_never_few_nor_what_the_rest_leaves_over(session: Session) -> None:
    here = session.get_one(Postcode, HERE)
    others = session.scalars(
        sa.select(sa.func.min(Postcode.code))
        .where(Postcode.neighbourhood_id == here.neighbourhood_id, Postcode.ward_code != here.ward_code)
        .group_by(Postcode.ward_code)
        .order_by(Postcode.ward_code)
    ).all()
    for code, people in ((HERE, 12), (others[0], 7), (others[1], 2)):
        for _ in range(people):
            somebody(session, code)
    assert homes_by_ward(session, [here.neighbourhood_id], NOW) == {here.ward_code: 12}  # nor can the 2 be worked out
    assert homes_by_ward(session, [], NOW) == {}


def test_outlines_show_lines_and_postcodes_and_of_the_nearest_homes_only_about_how_far(session: Session) -> None:
    somebody(session, HERE)
    codes = ("circle:-0.32860,51.74530,300", "nearest:-0.32860,51.74530,5", "postcode:AL1 1AG", "ward:E05013963")
    found = {each["area"]: each for each in outlines(session, Audience.of(map(Area.parse, codes)))}
    circle, nearest, postcode, ward = (found[code] for code in codes)
    assert (circle["at"], circle["metres"]) == ([51.7453, -0.3286], 300)
    assert nearest["metres"] == 50
    assert postcode["points"] == [[51.74529, -0.3286]]
    assert ward == {"area": codes[3], "name": ward["name"], "left_out": False, "district": "E07000240"}
