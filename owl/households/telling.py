"""Telling people that their home belongs to another neighbourhood now: by day, a few at a time, each once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import Team
from owl.foundation.clock import LONDON
from owl.foundation.database import transaction
from owl.foundation.jobs import Queue
from owl.foundation.notices import Channel, send_notice
from owl.geography.models import District, Neighbourhood
from owl.households.home_models import Relocation, Why
from owl.households.models import ContactPoint, Household, Subscriber, Subscription

AT_ONCE = 300  # in a run, a minute apart: other notices are codes that somebody waits for
FIRST_HOUR, LAST_HOUR = 9, 20  # in London: it is not urgent


def tell_moved(now: datetime) -> int:
    """Write to the next people whose home was placed elsewhere; to how many. For the clock.

    Who pauses is told when the pause is over. By mail where there is one, else by text.
    """
    if not FIRST_HOUR <= now.astimezone(LONDON).hour < LAST_HOUR:
        return 0
    with transaction() as session:
        told = 0
        for relocation in _next(session, now):
            relocation.told_at = now
            told += _tell(session, relocation, now)
        return told


def _next(session: Session, now: datetime) -> list[Relocation]:
    pausing = sa.exists().where(
        Subscription.id == Relocation.subscription_id,
        Subscriber.id == Subscription.subscriber_id,
        Subscriber.paused_until > now,
    )
    waiting = sa.select(Relocation).where(Relocation.told_at.is_(None), sa.not_(pausing)).order_by(Relocation.id)
    return list(session.scalars(waiting.limit(AT_ONCE).with_for_update(skip_locked=True)))


def _tell(session: Session, relocation: Relocation, now: datetime) -> bool:
    """Whether there was somebody to tell, and something: they may have moved meanwhile, or their home come back."""
    found = session.execute(
        sa.select(ContactPoint, Household.postcode, Neighbourhood.name, District.name, Team.name, Team.email)
        .select_from(Subscription)
        .join(Household, Household.id == Subscription.household_id)
        .join(Neighbourhood, Neighbourhood.id == Household.neighbourhood_id)
        .join(District, District.code == Neighbourhood.district_code)
        .join(Team, Team.neighbourhood_id == Neighbourhood.id)
        .join(ContactPoint, ContactPoint.subscriber_id == Subscription.subscriber_id)
        .where(
            Subscription.id == relocation.subscription_id,
            Subscription.household_id == relocation.household_id,
            ContactPoint.suppressed_at.is_(None),
            ContactPoint.address_index.is_not(None),
        )
        .order_by(sa.case((ContactPoint.channel == Channel.EMAIL, 0), else_=1), ContactPoint.id)
        .limit(1)
    ).one_or_none()
    if found is None:
        return False
    point, postcode, neighbourhood, district, team, team_email = found
    if f"{neighbourhood}, {district}" == relocation.from_name or point.address is None:
        return False
    send_notice(
        session, "moved", channel=point.channel, address=point.address, now=now, queue=Queue.BULK,
        postcode=postcode, before=relocation.from_name, neighbourhood=neighbourhood, district=district,
        team=team, team_email=team_email, arrived=int(relocation.why is Why.ARRIVED),
    )  # fmt: skip
    return True
