"""What the demo households are like."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.embedded.seed import NUMBERS, seed_households
from owl.foundation.clock import utc_now
from owl.foundation.notices import Channel
from owl.geography.models import Postcode
from owl.households.choices import CHOICES
from owl.households.contact_points import index_of
from owl.households.homes import house_index
from owl.households.models import Consent, ContactPoint, Household, Subscriber, Subscription


def seed(count: int) -> list[str]:
    said: list[str] = []
    seed_households(count, now=utc_now(), say=said.append)
    return said


def points(session: Session, channel: Channel) -> list[ContactPoint]:
    return list(session.scalars(sa.select(ContactPoint).where(ContactPoint.channel == channel)))


def test_they_live_at_real_postcodes_and_are_reached_as_those_who_joined(session: Session) -> None:
    said = seed(300)

    assert said == ["  300 of 300 demo households"]
    homes = session.scalars(sa.select(Household)).all()
    assert len(homes) == 300
    real = {row.code: row for row in session.scalars(sa.select(Postcode))}
    assert all(real[home.postcode].neighbourhood_id == home.neighbourhood_id for home in homes)
    assert homes[0].house_index == house_index(homes[0].postcode, homes[0].house or "")
    assert len({home.neighbourhood_id for home in homes}) > 20
    assert set(session.scalars(sa.select(Subscription)).first().kinds) == {kind.value for kind in CHOICES}
    for channel in Channel:
        for point in points(session, channel):
            assert point.address_index == index_of(channel, point.address or "")
    agreed = set(session.scalars(sa.select(Consent.address_index)))
    assert agreed == set(session.scalars(sa.select(ContactPoint.address_index)))


def test_six_in_ten_have_email_alone_and_the_rest_a_mobile_too_or_alone(session: Session) -> None:
    seed(2000)

    mails, texts = len(points(session, Channel.EMAIL)), len(points(session, Channel.SMS))
    assert 0.81 < mails / 2000 < 0.89
    assert 0.36 < texts / 2000 < 0.44


def test_only_addresses_that_nobody_has_are_written_to_and_none_twice(session: Session) -> None:
    seed(2600)
    seed(400)

    mobiles = [point.address for point in points(session, Channel.SMS)]
    assert sorted(mobiles) == sorted(NUMBERS)  # they ran out, and the rest got email
    assert all((point.address or "").endswith("@example.com") for point in points(session, Channel.EMAIL))
    assert session.scalar(sa.select(sa.func.count()).select_from(Subscriber)) == 3000
