"""Homes that nothing reaches by mail or text are planned with each message, and counted until somebody was there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.delivery.approving import approve_message
from owl.delivery.last_mile import (
    BROUGHT_WITHIN,
    PaperLedger,
    paper_ledger,
    plan_last_mile,
    sheet_of,
    sheets_of,
    tick_off,
)
from owl.delivery.last_mile_models import Brought
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.geography.queries import place_of
from owl.households.choices import Kind
from owl.households.data_rights import erase_subscriber
from owl.households.models import Household, SuppressionReason
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.models import FollowUp, Message, MessageStatus
from owl.messages.reach import audience_hash
from owl.watches.models import Watch, WatchHome
from owl.watches.paper import add_paper_home, forget_paper_homes, paper_homes, remove_paper_home
from owl.watches.vetting import Standing, Tier
from tests import factories
from tests.factories import NOW

HERE, UNIT, OTHER = "hitchin-urban", "SG5 1AB", "SG4 9AA"
SOON = NOW + timedelta(hours=1)


@pytest.fixture
def watch(session: Session) -> Watch:
    return factories.watch(session, neighbourhood_id=HERE, codes=[UNIT])


def planned(session: Session, *areas: Area, exclude: tuple[Area, ...] = (), **fields: object) -> Message:
    """A message that has just been approved."""
    audience = Audience.of(areas or [Area(AreaKind.NEIGHBOURHOOD, HERE)], exclude)
    message = factories.message(
        session, neighbourhood_ids=[HERE], audience=audience.to_json(), approved_at=NOW, **fields
    )
    with transaction() as within:
        plan_last_mile(within, message, now=NOW)
    return message


def homes_of(session: Session, message: Message) -> int:
    return paper_ledger(session, message.id).homes


def member(session: Session, watch: Watch, *, reason: SuppressionReason | None, paper: bool = True) -> Household:
    place = place_of(session, UNIT)
    number = next(factories.numbers)
    home = factories.household(
        session, postcode=UNIT, neighbourhood_id=HERE, ward_code=place.ward_code, house=str(number),
        house_index=bytes([number % 256]) * 32,
    )  # fmt: skip
    who = factories.subscriber(session, home)
    factories.contact_point(session, who, suppressed_at=NOW if reason else None, suppressed_reason=reason)
    factories.member(session, watch, who, paper=paper)
    return home


def test_each_home_on_paper_inside_the_audience_is_counted_once_and_ticked_off(session: Session, watch: Watch) -> None:
    anna = factories.coordinator(session, watch, tier=Tier.SEES)
    for house in ("12", "14", "The Cottage"):
        add_paper_home(watch.id, postcode=UNIT.lower(), house=house, actor_id=anna.id, now=NOW)
    add_paper_home(watch.id, postcode=UNIT, house="12", actor_id=anna.id, now=NOW)  # pressed twice
    around = factories.watch(session, neighbourhood_id=HERE)  # a second watch brings nothing twice
    add_paper_home(around.id, postcode=UNIT, house="12", actor_id=factories.coordinator(session, around).id, now=NOW)
    message = planned(session)
    assert paper_ledger(session, message.id) == PaperLedger(homes=3, waiting=3, brought=0, not_brought=0)

    [sheet] = sheets_of(session, watch.id, now=SOON)
    assert (sheet.message_id, sheet.homes, sheet.waiting, sheet.is_over) == (message.id, 3, 3, False)
    _, doors = sheet_of(session, watch.id, message.id, now=SOON)
    assert sorted(door.house for door in doors) == ["12", "14", "The Cottage"]
    brought, not_brought, _ = (door.household_id for door in doors)
    states = {brought: Brought.BROUGHT, not_brought: Brought.NOT_BROUGHT}
    for _ in range(2):
        tick_off(watch.id, message.id, states, actor_id=anna.id, now=SOON)
    assert paper_ledger(session, message.id) == PaperLedger(homes=3, waiting=1, brought=1, not_brought=1)

    with pytest.raises(BadInput):
        tick_off(watch.id, message.id, {2**40: Brought.BROUGHT}, actor_id=anna.id, now=SOON)
    with pytest.raises(Conflict):
        tick_off(watch.id, message.id, states, actor_id=anna.id, now=NOW + BROUGHT_WITHIN)
    with pytest.raises(NotFound):
        sheet_of(session, around.id, message.id, now=SOON)
    # Of those who took it, it is known that they still want it; the others are forgotten in time.
    assert forget_paper_homes(SOON, SOON) == 3
    assert [home.household_id for home in paper_homes(session, watch.id)] == [brought]


@pytest.mark.parametrize(
    ("areas", "exclude", "homes"),
    [
        ([Area(AreaKind.POSTCODE, UNIT)], (), 1),
        ([Area(AreaKind.POSTCODE, OTHER)], (), 0),
        ([Area(AreaKind.NEIGHBOURHOOD, HERE)], (Area(AreaKind.POSTCODE, UNIT),), 0),
        (["watch"], (), 1),
        ([Area(AreaKind.NEIGHBOURHOOD, HERE)], ("watch",), 0),
    ],
)
def test_paper_goes_where_the_message_goes(
    session: Session, watch: Watch, areas: list[Area], exclude: tuple[Area, ...], homes: int
) -> None:
    factories.paper_home(session, watch, postcode=UNIT)
    named = Area(AreaKind.WATCH, str(watch.id))
    message = planned(
        session, *(named if area == "watch" else area for area in areas),
        exclude=tuple(named if area == "watch" else area for area in exclude),
    )  # fmt: skip
    assert homes_of(session, message) == homes


@pytest.mark.parametrize(
    ("reason", "paper", "homes"),
    [
        (SuppressionReason.BOUNCED, True, 1),
        (SuppressionReason.NO_SUCH_NUMBER, True, 1),
        (SuppressionReason.BOUNCED, False, 0),  # did not agree to it
        (SuppressionReason.UNSUBSCRIBED, True, 0),  # asked for nothing more
        (SuppressionReason.STOPPED, True, 0),
        (SuppressionReason.COMPLAINED, True, 0),
        (None, True, 0),  # gets it anyway
    ],
)
def test_a_member_whose_address_stopped_working_is_brought_it_if_they_agreed(
    session: Session, watch: Watch, reason: SuppressionReason | None, paper: bool, homes: int
) -> None:
    member(session, watch, reason=reason, paper=paper)
    assert homes_of(session, planned(session)) == homes


def test_nothing_is_brought_where_somebody_gets_it_online_or_the_watch_has_stopped(
    session: Session, watch: Watch
) -> None:
    home = factories.paper_home(session, watch, postcode=UNIT)
    online = factories.subscriber(session, home)
    factories.contact_point(session, online)
    assert homes_of(session, planned(session)) == 0
    erase_subscriber(online.id, now=NOW)
    assert homes_of(session, planned(session)) == 1
    assert homes_of(session, planned(session, training=True)) == 0
    watch.standing = Standing.SUSPENDED
    session.commit()
    assert homes_of(session, planned(session)) == 0


def test_a_stand_down_goes_to_the_doors_where_the_message_was_and_ends_its_sheet(
    session: Session, watch: Watch
) -> None:
    anna = factories.coordinator(session, watch)
    doors = [factories.paper_home(session, watch, postcode=UNIT).id for _ in range(3)]
    message = planned(session)
    states = dict(zip(doors, (Brought.BROUGHT, Brought.NOT_BROUGHT), strict=False))
    tick_off(watch.id, message.id, states, actor_id=anna.id, now=SOON)
    stand_down = planned(session, kind=Kind.STAND_DOWN, follow_up=FollowUp.STAND_DOWN, follows_id=message.id)
    assert homes_of(session, stand_down) == 2  # the third may have had it
    sheet, _ = sheet_of(session, watch.id, message.id, now=SOON)
    assert sheet.is_over


def test_only_the_watch_and_its_team_see_its_doors(session: Session, watch: Watch) -> None:
    home = factories.paper_home(session, watch, postcode=UNIT)
    message = planned(session)
    officer = factories.user(session, areas=[HERE])
    tick_off(watch.id, message.id, {home.id: Brought.BROUGHT}, actor_id=officer.id, now=SOON)
    strangers = (
        factories.user(session, areas=["welwyn-hatfield-south"]),
        factories.coordinator(session, factories.watch(session, neighbourhood_id=HERE)),
        factories.user(session, role=RoleName.ADMINISTRATOR),
    )
    for stranger in strangers:
        for act in (
            lambda who=stranger: tick_off(watch.id, message.id, {}, actor_id=who.id, now=SOON),
            lambda who=stranger: add_paper_home(watch.id, postcode=UNIT, house="1", actor_id=who.id, now=SOON),
            lambda who=stranger: remove_paper_home(watch.id, home.id, actor_id=who.id, now=SOON),
        ):
            with pytest.raises((Refused, NotFound)):
                act()


@pytest.mark.parametrize(
    ("postcode", "house", "field"),
    [(UNIT, "", "house"), (UNIT, "x" * 101, "house"), (OTHER, "1", "postcode"), ("SG5", "1", "postcode"),
     ("EH1 1AA", "1", "postcode"), (UNIT, "1\n2", "house")],
)  # fmt: skip
def test_a_home_that_cannot_be_found_is_refused_beside_the_field(
    session: Session, watch: Watch, postcode: str, house: str, field: str
) -> None:
    anna = factories.coordinator(session, watch)
    with pytest.raises(BadInput) as refusal:
        add_paper_home(watch.id, postcode=postcode, house=house, actor_id=anna.id, now=NOW)
    assert set(refusal.value.fields) == {field}
    assert session.query(WatchHome).count() == 0


def test_a_home_that_is_taken_off_is_forgotten(session: Session, watch: Watch) -> None:
    anna = factories.coordinator(session, watch)
    add_paper_home(watch.id, postcode=UNIT, house="12", actor_id=anna.id, now=NOW)
    [home] = paper_homes(session, watch.id)
    remove_paper_home(watch.id, home.household_id, actor_id=anna.id, now=NOW)
    kept = session.get_one(Household, home.household_id, populate_existing=True)
    assert (kept.house, kept.house_index, kept.on_paper) == (None, None, False)


def test_approval_plans_the_last_mile(session: Session, watch: Watch) -> None:
    factories.paper_home(session, watch, postcode=UNIT)
    place = place_of(session, UNIT)
    home = factories.household(session, postcode=UNIT, neighbourhood_id=HERE, ward_code=place.ward_code)
    factories.contact_point(session, factories.subscriber(session, home))
    audience = Audience.of([Area(AreaKind.POSTCODE, UNIT)])
    shown = audience_hash(session, audience)
    message = factories.message(
        session, status=MessageStatus.AWAITING_APPROVAL, approved_at=None, finished_at=None, targeted=None,
        audience=audience.to_json(), audience_hash=shown, neighbourhood_ids=[HERE],
    )  # fmt: skip
    supervisor = factories.user(session, role=RoleName.SUPERVISOR, areas=[HERE])
    approve_message(message.id, approver_id=supervisor.id, shown_hash=shown, now=NOW)
    assert homes_of(session, message) == 1
