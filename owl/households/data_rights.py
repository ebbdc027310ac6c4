"""A subscriber's right to be forgotten (UK GDPR, 17). What they may take along is in owl.households.own_data."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.notices import Notice, NoticeStatus
from owl.households.allowance_models import AllowanceUse
from owl.households.consent import MY_PAGE
from owl.households.erasing import erase_contact_point
from owl.households.homes import forget_house
from owl.households.models import Subscriber, Subscription
from owl.households.own_data import points_of
from owl.households.proving import hold_asker


def erase_subscriber(subscriber_id: int, *, now: datetime, source: str = MY_PAGE) -> None:
    """Forget the subscriber at once: name, homes, addresses, links, replies and open pages.

    What waits to be sent to them is wiped too; counts of what was sent stay. Twice is the same as once.
    """
    with transaction() as session:
        hold_asker(session, None, subscriber_id)
        tied = select(Subscription.household_id).where(Subscription.subscriber_id == subscriber_id)
        household_ids = list(session.scalars(tied))
        points = points_of(session, subscriber_id)
        _wipe_notices(session, {point.address for point in points if point.address})
        for point in points:
            erase_contact_point(session, point.id, source=source, now=now)
        session.execute(delete(AllowanceUse).where(AllowanceUse.subscriber_id == subscriber_id))
        session.execute(delete(Subscriber).where(Subscriber.id == subscriber_id))
        forget_house(session, household_ids)


def _wipe_notices(session: Session, addresses: Collection[str]) -> None:
    """Codes, links and answers that wait to be sent: few, so that each is opened and looked at."""
    waiting = select(Notice.id, Notice.address).where(Notice.status.in_([NoticeStatus.QUEUED, NoticeStatus.SENDING]))
    theirs = [notice_id for notice_id, address in session.execute(waiting) if address in addresses]
    wiped = update(Notice).where(Notice.id.in_(theirs))
    session.execute(wiped.values(address=None, words=None, status=NoticeStatus.FAILED, lease_until=None))
