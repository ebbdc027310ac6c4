"""Inviting the others of a home: a link that somebody passes on themselves, so that OWL writes to nobody unasked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import Expired
from owl.foundation.languages import gettext
from owl.foundation.signed_links import hash_token, new_token
from owl.geography.models import District, Neighbourhood, Ward
from owl.geography.queries import Place
from owl.households.home_models import Invitation
from owl.households.models import Household, Subscription
from owl.households.own_homes import end_invitations, own_subscription, tie_home
from owl.households.proving import hold_asker
from owl.households.ties import Tie

LIFETIME = timedelta(days=14)
MOST_JOINED = 10  # by one link: more do not live in one home


class DeadInvitation(Expired):
    """A link to a home that has run out, was ended, has brought enough people, or never was one of ours."""

    def __init__(self) -> None:
        super().__init__(gettext("This invitation does not work any more. Ask whoever sent it for a new one."))


@dataclass(frozen=True, slots=True)
class InvitationRow:
    """A live invitation, as whoever made it sees it."""

    token: str
    expires_at: datetime
    joined: int


@dataclass(frozen=True, slots=True)
class InvitedHome:
    """The home that an invitation is to: never who lives there, nor its number."""

    invitation_id: int
    household_id: int
    place: Place


def invite(subscriber_id: int, subscription_id: int, *, now: datetime) -> None:
    """Have a link with which others join the home; one that is live already stays. Raises NotFound."""
    with transaction() as session:
        own_subscription(session, subscriber_id, subscription_id)
        if _live(session, subscription_id, now) is None:
            token, token_hash = new_token()
            session.add(
                Invitation(
                    subscription_id=subscription_id,
                    token_hash=token_hash,
                    token=token,
                    created_at=now,
                    expires_at=now + LIFETIME,
                )
            )


def end_invitation(subscriber_id: int, subscription_id: int, *, now: datetime) -> None:
    """Let the link work no more; who has joined by it stays. Twice is the same as once. Raises NotFound."""
    with transaction() as session:
        own_subscription(session, subscriber_id, subscription_id)
        end_invitations(session, subscription_id, now)


def invitation_to(session: Session, subscription_id: int, *, now: datetime) -> InvitationRow | None:
    """The live invitation to the home of this subscription, if there is one."""
    found = _live(session, subscription_id, now)
    return InvitationRow(found.token, found.expires_at, found.joined) if found is not None else None


def invited_home(session: Session, token: str, *, now: datetime) -> InvitedHome:
    """The home that the link leads to. Raises DeadInvitation."""
    return _home(session, Invitation.token_hash == hash_token(token), now)


def use_invitation(session: Session, invitation_id: int, *, now: datetime) -> int | None:
    """The household to join, counted once; None where the invitation has ended meanwhile.

    Belongs inside the caller's transaction.
    """
    session.execute(select(Invitation.id).where(Invitation.id == invitation_id).with_for_update())
    try:
        home = _home(session, Invitation.id == invitation_id, now)
    except DeadInvitation:
        return None
    session.get_one(Invitation, invitation_id, populate_existing=True).joined += 1
    return home.household_id


def add_invited_home(subscriber_id: int, token: str, *, now: datetime) -> int:
    """Let somebody who gets messages already get them for this home too; the subscription's id.

    Raises DeadInvitation, HaveThatHome, or Conflict for more homes than anybody has.
    """
    with transaction() as session:
        hold_asker(session, None, subscriber_id)
        home = invited_home(session, token, now=now)
        added = tie_home(session, subscriber_id, home.household_id, tie=Tie.OWN, now=now)
        if use_invitation(session, home.invitation_id, now=now) is None:
            raise DeadInvitation
        return added


def _live(session: Session, subscription_id: int, now: datetime) -> Invitation | None:
    return session.scalar(
        select(Invitation)
        .where(
            Invitation.subscription_id == subscription_id,
            Invitation.expires_at > now,
            Invitation.joined < MOST_JOINED,
        )
        .order_by(Invitation.id.desc())
        .limit(1)
    )


def _home(session: Session, which: ColumnElement[bool], now: datetime) -> InvitedHome:
    found = session.execute(
        select(
            Invitation.id,
            Household.id,
            Household.postcode,
            Household.ward_code,
            Ward.name,
            Neighbourhood.id,
            Neighbourhood.name,
            District.code,
            District.name,
        )
        .join(Subscription, Subscription.id == Invitation.subscription_id)
        .join(Household, Household.id == Subscription.household_id)
        .outerjoin(Ward, Ward.code == Household.ward_code)
        .join(Neighbourhood, Neighbourhood.id == Household.neighbourhood_id)
        .join(District, District.code == Neighbourhood.district_code)
        .where(which, Invitation.expires_at > now, Invitation.joined < MOST_JOINED)
    ).one_or_none()
    if found is None:
        raise DeadInvitation
    return InvitedHome(found[0], found[1], Place(*found[2:]))
