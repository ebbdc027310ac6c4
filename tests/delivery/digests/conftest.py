"""People whose messages wait for a digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.digests.composing import compose_digests
from owl.delivery.digests.models import Digest
from owl.delivery.models import Batch, Delivery, DeliveryStatus
from owl.delivery.queries import ledger
from owl.delivery.sending import send_batch
from owl.foundation.database import db
from owl.foundation.notices import Channel
from owl.households.choices import Rhythm
from owl.households.models import ContactPoint, Household
from owl.messages.models import Message
from tests import factories
from tests.delivery.conftest import at
from tests.factories import NOW

MORNING = NOW.replace(hour=7, minute=30) + timedelta(days=1)  # a Monday


@dataclass
class Town:
    """One home, and a short way to whatever happens to those who live there. Knows all by its id."""

    home_id: int

    @property
    def session(self) -> Session:
        """The session of this moment: sending leaves none open."""
        return db.session()

    def person(self, *channels: Channel, rhythm: Rhythm = Rhythm.DAILY) -> int:
        home = self.session.get_one(Household, self.home_id)
        owner = factories.subscriber(self.session, home, rhythm=rhythm)
        for channel in channels or (Channel.EMAIL,):
            factories.contact_point(self.session, owner, channel=channel)
        return owner.id

    def waits(self, *people: int, **fields: object) -> int:
        """A message that waits for the digests of these people, on all their contact points."""
        mine = sa.select(ContactPoint).where(ContactPoint.subscriber_id.in_(people)).order_by(ContactPoint.id)
        points = self.session.scalars(mine).all()
        message = factories.message(self.session, targeted=len(points), **fields)
        home = self.session.get_one(Household, self.home_id)
        for point in points:
            factories.delivery(
                self.session, point, of=message, home=home, status=DeliveryStatus.HELD_FOR_DIGEST, attempts=0
            )
        return message.id

    def compose(self, moment: datetime = MORNING) -> int:
        return compose_digests(now=moment)

    def send(self, moment: datetime = MORNING) -> None:
        """Run every batch of every digest once, in the order of their numbers."""
        batches = sa.select(Batch.message_id, Batch.no).join(Digest, Digest.message_id == Batch.message_id)
        for message_id, no in self.session.execute(batches.order_by(Batch.message_id, Batch.no)).all():
            send_batch(message_id, no, worker="w1", clock=at(moment))

    def statuses(self, message_id: int) -> list[str]:
        asked = sa.select(Delivery.status).where(Delivery.message_id == message_id).order_by(Delivery.seq)
        return [status.value for status in self.session.scalars(asked)]

    def all_add_up(self) -> bool:
        return all(ledger(self.session, message_id).holds for message_id in self.session.scalars(sa.select(Message.id)))

    def digest(self) -> Message:
        """The only one that was made."""
        self.session.expire_all()
        return self.session.scalars(sa.select(Message).where(Message.author_id.is_(None))).one()


@pytest.fixture
def town(session: Session) -> Town:
    return Town(factories.household(session).id)
