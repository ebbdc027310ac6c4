"""Everybody whose home was placed elsewhere is told once, by day, unless there is nobody or nothing to tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.teams import open_teams
from owl.foundation.notices import Channel
from owl.geography.models import Neighbourhood
from owl.geography.set_models import SetStatus
from owl.households.home_models import Relocation, Why
from owl.households.models import Household, Subscriber, Subscription
from owl.households.telling import tell_moved
from tests import factories
from tests.factories import NOW
from tests.households.proofs import sent

NIGHT = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
SUMMER_MORNING = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)  # half past nine in London


@pytest.fixture
def home(session: Session) -> Household:
    open_teams(session)
    return factories.household(session, postcode="SG5 1SD", neighbourhood_id="hitchin-urban")


def moved(session: Session, home: Household, owner: Subscriber, **fields: Any) -> Relocation:
    handed_in = factories.geography_set(session, status=SetStatus.APPLIED)
    subscription_id = session.scalars(sa.select(Subscription.id).where(Subscription.subscriber_id == owner.id)).one()
    row = Relocation(
        **{
            "set_id": handed_in.id,
            "subscription_id": subscription_id,
            "household_id": home.id,
            "from_neighbourhood_id": "letchworth",
            "from_name": "Letchworth, North Herts",
            "why": Why.BOUNDARY,
            "at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def test_who_has_mail_and_mobile_is_told_once_by_mail(session: Session, home: Household) -> None:
    owner = factories.subscriber(session, home)
    factories.contact_point(session, owner, channel=Channel.SMS)
    mail = factories.contact_point(session, owner)
    row = moved(session, home, owner)
    assert (tell_moved(NOW), tell_moved(NOW)) == (1, 0)
    [(template, address, words)] = sent(session)
    assert (template, address) == ("moved", mail.address)
    assert (words["before"], words["neighbourhood"]) == ("Letchworth, North Herts", "Hitchin Urban")
    assert row.told_at == NOW


def test_each_person_of_a_home_is_told_and_one_without_mail_by_text(session: Session, home: Household) -> None:
    for channel in Channel:
        owner = factories.subscriber(session, home)
        factories.contact_point(session, owner, channel=channel)
        moved(session, home, owner)
    assert tell_moved(NOW) == 2


def test_nobody_is_told_at_night_and_who_pauses_is_told_afterwards(session: Session, home: Household) -> None:
    owner = factories.subscriber(session, home, paused_until=NOW + timedelta(days=3))
    factories.contact_point(session, owner)
    moved(session, home, owner)
    assert [tell_moved(moment) for moment in (NIGHT, NOW, NOW + timedelta(days=4, hours=-5))] == [0, 0, 1]


def test_the_day_begins_in_london(session: Session, home: Household) -> None:
    owner = factories.subscriber(session, home)
    factories.contact_point(session, owner)
    moved(session, home, owner)
    assert [tell_moved(moment) for moment in (SUMMER_MORNING - timedelta(hours=1), SUMMER_MORNING)] == [0, 1]


def test_nothing_is_said_that_is_no_longer_so(session: Session, home: Household) -> None:
    here = session.get_one(Neighbourhood, "hitchin-urban")
    back, elsewhere, left = (factories.subscriber(session, home) for _ in range(3))
    for owner in (back, elsewhere):
        factories.contact_point(session, owner)
    factories.contact_point(session, left, suppressed_at=NOW, suppressed_reason="unsubscribed")
    rows = [
        moved(session, home, back, from_name=f"{here.name}, North Herts"),
        moved(session, factories.household(session), elsewhere),
        moved(session, home, left),
    ]
    assert tell_moved(NOW) == 0
    assert all(row.told_at == NOW for row in rows)
    assert sent(session) == []
