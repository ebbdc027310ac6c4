"""Which homes of watches nothing reaches by mail or text: those to whom it is brought on paper."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from owl.households.models import ContactPoint, Household, Subscription, SuppressionReason
from owl.households.suppressing import WITHDRAWALS
from owl.watches.areas import covers
from owl.watches.models import Watch, WatchHome, WatchMember
from owl.watches.vetting import Standing

FAULTS = frozenset(SuppressionReason) - WITHDRAWALS


def homes_without_channel() -> sa.Subquery:
    """(watch_id, household_id): where an active watch brings on paper what can't arrive otherwise, each home once.

    Homes that asked for it, and those of members who agreed and whose addresses stopped working; never of somebody
    who asked for nothing more.
    """
    home, point, tie = aliased(Household), aliased(ContactPoint), aliased(Subscription)
    live = sa.exists().where(
        tie.household_id == home.id, point.subscriber_id == tie.subscriber_id,
        point.suppressed_at.is_(None), point.address_index.is_not(None),
    )  # fmt: skip
    here = (Watch.standing == Standing.ACTIVE, covers(home, home.postcode), ~live)
    asked = (
        sa.select(Watch.id.label("watch_id"), home.id.label("household_id"))
        .join(WatchHome, WatchHome.watch_id == Watch.id)
        .join(home, home.id == WatchHome.household_id)
        .where(*here)
    )
    left = sa.exists().where(
        ContactPoint.subscriber_id == Subscription.subscriber_id, ContactPoint.suppressed_reason.in_(WITHDRAWALS)
    )
    lost = aliased(ContactPoint)
    cut_off = (
        sa.select(Watch.id, home.id)
        .join(WatchMember, WatchMember.watch_id == Watch.id)
        .join(Subscription, Subscription.id == WatchMember.subscription_id)
        .join(lost, lost.subscriber_id == Subscription.subscriber_id)  # few: to begin with them is a tenth of the work
        .join(home, home.id == Subscription.household_id)
        .where(*here, lost.suppressed_reason.in_(FAULTS), WatchMember.paper_if_unreached)
        .where(home.house_index.is_not(None), ~left)
    )
    both = sa.union(asked, cut_off).subquery()
    once = sa.select(sa.func.min(both.c.watch_id).label("watch_id"), both.c.household_id)
    return once.group_by(both.c.household_id).subquery("without_channel")
