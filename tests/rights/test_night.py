"""Each night what is old goes, once, and the audit says how much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.consultations.consultation_models import Remark
from owl.delivery.models import Delivery, InboundText
from owl.foundation.audit import Audit
from owl.foundation.notices import Channel, Notice, NoticeStatus
from owl.households.models import Consent, Subscriber, SuppressionReason
from owl.replies.models import Answer, Reply
from owl.rights.night import delete_what_is_old, nights
from owl.rights.rules import RULES
from tests import factories
from tests.consultations.counted import counted

NOW = datetime(2028, 11, 23, 2, 30, tzinfo=UTC)  # two years after the rows of the factories
YEAR = timedelta(days=365)


def notice(session: Session, *, status: NoticeStatus, age: timedelta) -> None:
    at = NOW - age
    session.add(Notice(template="answer", channel=Channel.EMAIL, status=status, created_at=at, due_at=at))
    session.commit()


def test_who_left_a_year_ago_is_deleted_and_who_is_reached_stays(session: Session) -> None:
    reached = factories.contact_point(session, address="anna@example.com").subscriber_id
    ago = {"suppressed_reason": SuppressionReason.UNSUBSCRIBED}
    gone = factories.contact_point(session, address="ben@example.com", suppressed_at=NOW - 2 * YEAR, **ago)
    factories.contact_point(session, address="cid@example.com", suppressed_at=NOW - YEAR / 2, **ago)
    half = factories.subscriber(session)
    factories.contact_point(session, half, address="dan@example.com", suppressed_at=NOW - 2 * YEAR, **ago)
    factories.contact_point(session, half, channel=Channel.SMS)
    sent = factories.delivery(session, gone)
    left_id = gone.subscriber_id

    deleted = delete_what_is_old(now=NOW)

    assert deleted is not None
    assert deleted["people"] == 1
    left = set(session.scalars(sa.select(Subscriber.id)))
    assert left_id not in left
    assert {reached, half.id} <= left
    session.expire_all()
    assert session.get_one(Delivery, (sent.message_id, sent.seq)).contact_point_id == gone.id, "still counted"
    assert session.scalars(sa.select(Consent.source)).all() == ["retention"]


def test_what_is_old_goes_and_what_still_counts_stays(session: Session) -> None:
    old = factories.reply(session, received_at=NOW - 3 * YEAR)
    session.add(Answer(reply_id=old.id, author_id=factories.user(session).id, words="Thank you", written_at=NOW))
    young = factories.reply(session, received_at=NOW - YEAR)
    for age, status in ((40, NoticeStatus.SENT), (40, NoticeStatus.QUEUED), (20, NoticeStatus.SENT)):
        notice(session, status=status, age=timedelta(days=age))
    for sid, days in (("SM1", 31), ("SM2", 29)):
        session.add(InboundText(sid=sid, received_at=NOW - timedelta(days=days)))
    for years in (3, 1):
        counted(session, remarks=[f"Asked {years} years ago"], places=[{}], counted_at=NOW - years * YEAR)
    session.commit()

    deleted = delete_what_is_old(now=NOW)

    gone = {"replies": 1, "notices": 1, "texts": 1, "remarks": 2}
    assert deleted == dict.fromkeys((rule.name for rule in RULES), 0) | gone
    session.expire_all()
    assert session.scalars(sa.select(Reply.id)).all() == [young.id]
    assert session.scalars(sa.select(Answer)).all() == []
    assert session.scalars(sa.select(InboundText.sid)).all() == ["SM2"]
    assert session.scalars(sa.select(Remark.words).where(Remark.place.is_(None))).all() == ["Asked 1 years ago"]


@pytest.mark.parametrize(
    ("hours", "works"), [(-2, False), (0, True), (9, True)], ids=["before two", "at night", "after a night missed"]
)
def test_it_works_once_a_night_and_makes_up_for_a_night_that_was_missed(
    session: Session, hours: int, works: bool
) -> None:
    now = NOW + timedelta(hours=hours)
    assert (delete_what_is_old(now=now) is not None) is works
    assert delete_what_is_old(now=now + timedelta(minutes=30)) is None
    if works:
        assert delete_what_is_old(now=now + timedelta(days=1)) is not None


def test_the_audit_holds_the_report_and_nothing_but_counts(session: Session) -> None:
    delete_what_is_old(now=NOW)
    row = session.scalars(sa.select(Audit)).one()
    assert (row.act, set(row.details)) == ("retention", {rule.name for rule in RULES})
    assert [(night.at, set(night.deleted.values())) for night in nights(session)] == [(NOW, {0})]
