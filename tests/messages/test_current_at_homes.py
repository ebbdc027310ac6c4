"""Who joins or moves in sees what still holds where they live, and nothing that is over or for others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.models import Delivery
from owl.geography.queries import place_of
from owl.households.choices import Kind
from owl.households.models import Subscriber, Subscription
from owl.households.own_homes import add_home, move_home
from owl.messages.current import MOST, current_at_homes
from owl.messages.models import MessageStatus, Severity
from tests import factories
from tests.factories import NOW

STREET, NEXT_STREET = "SG5 1SD", "SG5 1SE"
HERE = "hitchin-urban"


@pytest.fixture
def newcomer(session: Session) -> Subscriber:
    place = place_of(session, STREET)
    home = factories.household(
        session, postcode=STREET, neighbourhood_id=place.neighbourhood_id, ward_code=place.ward_code
    )
    return factories.subscriber(session, home)


def alert(session: Session, *areas: str, **fields: Any) -> None:
    audience = {"include": sorted(areas), "exclude": [], "channels": ["email"]}
    factories.message(session, **{"audience": audience, "neighbourhood_ids": [HERE], "approved_at": NOW} | fields)


def titles(session: Session, person: Subscriber) -> list[str]:
    return [message.title for message in current_at_homes(session, person.id, now=NOW)]


def test_an_alert_for_their_street_is_there_though_it_was_sent_before_they_came(
    session: Session, newcomer: Subscriber
) -> None:
    alert(session, f"postcode:{STREET}", title="Van seen")
    alert(session, f"neighbourhood:{HERE}", title="Sheds", approved_at=NOW - timedelta(days=1))
    alert(session, f"postcode:{NEXT_STREET}", title="Elsewhere")
    assert titles(session, newcomer) == ["Van seen", "Sheds"]
    assert session.scalars(sa.select(Delivery)).all() == []  # seen, and never sent


@pytest.mark.parametrize(
    "over",
    [
        {"valid_until": NOW},
        {"approved_at": NOW - timedelta(days=40)},
        *({"status": status} for status in set(MessageStatus) - {MessageStatus.SENDING, MessageStatus.SENT}),
    ],
)
def test_what_is_over_is_not_there(session: Session, newcomer: Subscriber, over: dict[str, Any]) -> None:
    alert(session, f"neighbourhood:{HERE}", **over)
    assert titles(session, newcomer) == []


def test_what_they_did_not_choose_is_not_there(session: Session, newcomer: Subscriber) -> None:
    alert(session, f"neighbourhood:{HERE}", kind=Kind.EVENT, title="Coffee")
    alert(session, f"neighbourhood:{HERE}", title="Urgent", severity=Severity.URGENT, kind=Kind.CRIME_ALERT)
    session.execute(sa.update(Subscription).values(kinds=["crime_alert"]))
    session.commit()
    assert titles(session, newcomer) == ["Urgent"]
    alert(session, f"neighbourhood:{HERE}", title="Routine")
    session.execute(sa.update(Subscription).values(only_urgent=True))
    session.commit()
    assert titles(session, newcomer) == ["Urgent"]


def test_what_is_aimed_wider_than_they_want_or_comes_from_a_partner_without_their_tick_is_not_there(
    session: Session, newcomer: Subscriber
) -> None:
    council = factories.partner(session)
    alert(session, f"neighbourhood:{HERE}", title="Wide")
    alert(session, f"postcode:{STREET}", title="Near")
    alert(session, f"postcode:{STREET}", title="Council", partner_id=council.id)
    session.execute(sa.update(Subscription).values(how_far="street"))
    session.commit()
    assert titles(session, newcomer) == ["Near"]


def test_a_move_shows_the_new_place_and_a_second_home_both(session: Session, newcomer: Subscriber) -> None:
    alert(session, f"neighbourhood:{HERE}", title="Hitchin")
    away = place_of(session, "AL1 1AG")
    there = away.neighbourhood_id
    alert(session, f"neighbourhood:{there}", title="St Albans", neighbourhood_ids=[there])
    subscription_id = session.scalars(sa.select(Subscription.id)).one()
    move_home(newcomer.id, subscription_id, place=away, house="", now=NOW)
    assert titles(session, newcomer) == ["St Albans"]
    add_home(newcomer.id, place=place_of(session, STREET), house="", tie="relative", now=NOW)
    assert sorted(titles(session, newcomer)) == ["Hitchin", "St Albans"]


def test_only_the_newest_few_are_there(session: Session, newcomer: Subscriber) -> None:
    for age in range(MOST + 2):
        alert(session, f"neighbourhood:{HERE}", title=str(age), approved_at=NOW - timedelta(hours=age))
    assert titles(session, newcomer) == [str(age) for age in range(MOST)]
