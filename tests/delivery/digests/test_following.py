"""What is heard of a digest later is heard of all that it carried; and a digest from planning to its reader."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from owl.delivery.bounces.consequences import settle_bounces
from owl.delivery.bounces.reading import Report
from owl.delivery.bounces.storing import Said, store_bounces
from owl.delivery.bounces.verdicts import Finding, Verdict
from owl.delivery.digests.composing import compose_digests
from owl.delivery.digests.models import Carried, Digest
from owl.delivery.merging import merge_receipts
from owl.delivery.models import DeliveryStatus, Receipt
from owl.delivery.planning import plan_batches, plan_deliveries
from owl.delivery.queries import ledger
from owl.delivery.receipts import Told
from owl.foundation.database import transaction
from owl.foundation.notices import Channel
from owl.households.choices import Rhythm
from owl.households.models import Household
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.delivery.conftest import FakeProvider
from tests.delivery.digests.conftest import MORNING, Town
from tests.factories import NOW

LATER = MORNING + timedelta(hours=2)


def bounced(town: Town, seq: int) -> None:
    report = Report((((), Finding(Verdict.SOFT, "552 5.2.2")),), words="full")
    store_bounces([Said(town.digest().id, seq, report, b"one")], now=LATER)
    settle_bounces(now=LATER)


def test_a_digest_that_bounces_later_was_not_received_with_all_in_it(town: Town, mail: FakeProvider) -> None:
    anna, omar = town.person(), town.person()
    sheds, fair = town.waits(anna, omar), town.waits(anna, omar)
    town.compose()
    town.send()
    bounced(town, seq=1)
    bounced(town, seq=1)
    assert town.statuses(sheds) == ["failed", "sent"]
    assert town.statuses(fair) == ["failed", "sent"]
    assert town.all_add_up()


@pytest.mark.parametrize("said", [["sent", "delivered"], ["delivered", "sent"], ["sent", "undelivered"]])
def test_a_text_that_is_confirmed_or_not_speaks_for_all_that_it_announced(
    town: Town, sms: FakeProvider, said: Sequence[str]
) -> None:
    messages = [town.waits(anna) for anna in [town.person(Channel.SMS)] for _ in "ab"]
    town.compose()
    town.send()
    for word in said:
        row = asdict(Told(town.digest().id, 1, "SM1", word, None)) | {"received_at": LATER}
        town.session.execute(insert(Receipt).values(row))
        merge_receipts(now=LATER)
    end = "failed" if "undelivered" in said else "delivered"
    assert [town.statuses(message) for message in messages] == [[end]] * 2


def test_a_receipt_that_is_faster_than_we_are_counts_too(town: Town, sms: FakeProvider) -> None:
    message = town.waits(town.person(Channel.SMS))
    town.compose()

    def hear(seq: int) -> None:
        row = asdict(Told(town.digest().id, seq, "SM1", "delivered", None)) | {"received_at": LATER}
        town.session.execute(insert(Receipt).values(row))
        merge_receipts(now=LATER)

    sms.before_answering = hear
    town.send()
    assert town.statuses(message) == ["delivered"]


def test_what_planning_held_comes_with_the_next_digest_and_the_rest_at_once(town: Town, mail: FakeProvider) -> None:
    home = town.session.get_one(Household, town.home_id)
    town.person(rhythm=Rhythm.DAILY), town.person(rhythm=Rhythm.AT_ONCE), town.person(rhythm=Rhythm.WEEKLY)
    audience = Audience.of([Area(AreaKind.NEIGHBOURHOOD, home.neighbourhood_id)], channels=[Channel.EMAIL])
    message = factories.message(
        town.session, audience=audience.to_json(), status=MessageStatus.SENDING, finished_at=None, approved_at=NOW
    )
    message_id = message.id
    with transaction() as session:
        planned = plan_deliveries(session, message, now=NOW)
        message.targeted = planned.targeted
        plan_batches(session, message, planned, now=NOW)
    assert town.statuses(message_id) == ["held_for_digest", "queued", "held_for_digest"]
    town.compose(MORNING)  # a Monday: both digests
    town.send(MORNING)
    assert town.statuses(message_id) == ["sent", "queued", "sent"]
    assert len(mail.handed) == 2
    assert ledger(town.session, message_id).holds


def test_two_clocks_at_once_make_one_digest(app: Flask, committed: Session) -> None:
    town = Town(factories.household(committed).id)
    waiting = town.waits(town.person(), town.person())
    committed.commit()

    def compose(_: int) -> int:
        with app.app_context():
            return compose_digests(now=MORNING)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(compose, range(4))) == 2

    committed.rollback()
    assert committed.scalar(sa.select(sa.func.count()).select_from(Carried)) == 2
    assert committed.scalar(sa.select(sa.func.count(Digest.message_id))) == 1
    assert len(committed.scalars(sa.select(Message.id).where(Message.author_id.is_(None))).all()) == 1
    assert town.statuses(waiting) == [DeliveryStatus.HELD_FOR_DIGEST] * 2
