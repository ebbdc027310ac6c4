"""A link brings the others of a home, each with their own contact points and choices, and tells nobody anything."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.errors import NotFound
from owl.foundation.notices import Channel
from owl.households.data_rights import erase_subscriber
from owl.households.home_models import Invitation
from owl.households.inviting import (
    LIFETIME,
    MOST_JOINED,
    DeadInvitation,
    add_invited_home,
    end_invitation,
    invitation_to,
    invite,
    invited_home,
)
from owl.households.models import Subscription
from owl.households.own_homes import HaveThatHome
from owl.households.registering import register
from tests import factories
from tests.factories import NOW
from tests.households.proofs import EMAIL

ANSWERS = {"name": None, "house": None, "kinds": ["event"], "wording": "2026-11", "ward_code": None}


@pytest.fixture
def host(session: Session) -> Subscription:
    home = factories.household(session, house="12", house_index=b"12", neighbourhood_id="hitchin-urban")
    owner = factories.subscriber(session, home, name="Anna")
    return session.scalars(sa.select(Subscription).where(Subscription.subscriber_id == owner.id)).one()


def link_to(session: Session, host: Subscription) -> str:
    invite(host.subscriber_id, host.id, now=NOW)
    found = invitation_to(session, host.id, now=NOW)
    assert found is not None
    return found.token


def come(session: Session, host: Subscription, invitation_id: int, *, address: str = EMAIL) -> int | None:
    answers = ANSWERS | {"postcode": "SG5 1AA", "neighbourhood_id": "hitchin-urban", "invitation_id": invitation_id}
    subscriber_id = register(session, answers, Channel.EMAIL, address, NOW)
    session.commit()
    return subscriber_id


def homes_of(session: Session, subscriber_id: int | None) -> list[int]:
    return list(
        session.scalars(sa.select(Subscription.household_id).where(Subscription.subscriber_id == subscriber_id))
    )


def test_asking_twice_for_a_link_gives_the_same_one(session: Session, host: Subscription) -> None:
    assert link_to(session, host) == link_to(session, host)


def test_the_link_tells_the_postcode_and_the_team_but_no_name_and_no_number(
    session: Session, host: Subscription
) -> None:
    home = invited_home(session, link_to(session, host), now=NOW)
    assert (home.place.postcode, home.place.neighbourhood_name) == ("SG5 1AA", "Hitchin Urban")
    assert "Anna" not in repr(home)
    assert "12" not in repr(home.place)


def test_whoever_comes_by_the_link_is_of_the_same_home_with_choices_of_their_own(
    session: Session, host: Subscription
) -> None:
    invitation_id = invited_home(session, link_to(session, host), now=NOW).invitation_id
    joined = come(session, host, invitation_id)
    assert homes_of(session, joined) == [host.household_id]
    kinds = sa.select(Subscription.kinds).order_by(Subscription.id.desc()).limit(1)
    assert session.scalar(kinds) == ["event"]
    found = invitation_to(session, host.id, now=NOW)
    assert found is not None
    assert found.joined == 1


def test_a_link_ends_after_two_weeks_when_its_owner_says_so_and_with_its_owner(
    session: Session, host: Subscription
) -> None:
    token = link_to(session, host)
    with pytest.raises(DeadInvitation):
        invited_home(session, token, now=NOW + LIFETIME)
    end_invitation(host.subscriber_id, host.id, now=NOW)
    end_invitation(host.subscriber_id, host.id, now=NOW)
    with pytest.raises(DeadInvitation):
        invited_home(session, token, now=NOW)
    again = link_to(session, host)
    assert again != token
    erase_subscriber(host.subscriber_id, now=NOW)
    with pytest.raises(DeadInvitation):
        invited_home(session, again, now=NOW)


def test_who_joins_after_the_link_has_ended_has_a_home_of_their_own_at_the_postcode(
    session: Session, host: Subscription
) -> None:
    invitation_id = invited_home(session, link_to(session, host), now=NOW).invitation_id
    end_invitation(host.subscriber_id, host.id, now=NOW)
    joined = come(session, host, invitation_id)
    assert len(homes_of(session, joined)) == 1
    assert homes_of(session, joined) != [host.household_id]


def test_a_link_that_was_passed_around_brings_no_more_than_live_in_a_home(session: Session, host: Subscription) -> None:
    token = link_to(session, host)
    session.execute(sa.update(Invitation).values(joined=MOST_JOINED))
    session.commit()
    with pytest.raises(DeadInvitation):
        invited_home(session, token, now=NOW)


def test_somebody_with_a_page_adds_the_home_to_it_once(session: Session, host: Subscription) -> None:
    token, guest = link_to(session, host), factories.subscriber(session)
    add_invited_home(guest.id, token, now=NOW)
    assert host.household_id in homes_of(session, guest.id)
    with pytest.raises(HaveThatHome):
        add_invited_home(guest.id, token, now=NOW)
    with pytest.raises(HaveThatHome):
        add_invited_home(host.subscriber_id, token, now=NOW)
    found = invitation_to(session, host.id, now=NOW)
    assert found is not None
    assert found.joined == 1


def test_nobody_invites_to_a_home_of_others(session: Session, host: Subscription) -> None:
    other = factories.subscriber(session)
    for act in (invite, end_invitation):
        with pytest.raises(NotFound):
            act(other.id, host.id, now=NOW + timedelta(minutes=1))
    assert session.scalars(sa.select(Invitation)).all() == []
