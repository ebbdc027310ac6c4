"""How long anything personal is kept, and what ends then. Each rule may be run at any time, and twice.

What is not here is kept on purpose: the evidence of consent and the marks of who wants nothing (known by blind index
alone), the audit (ids and counts), and deliveries, which count contact points without their addresses (adr 30).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from owl.consultations.consultation_models import Consultation, Remark
from owl.delivery.models import Bounce, InboundText
from owl.foundation.database import transaction
from owl.foundation.events import Event
from owl.foundation.notices import Notice, NoticeStatus
from owl.households.data_rights import erase_subscriber
from owl.households.guest_models import TrainingGuest
from owl.households.home_models import HomeMove, Relocation
from owl.households.importing.models import HouseholdList, ListPart
from owl.households.models import ContactPoint, Subscriber
from owl.messages.picture_models import MessagePicture
from owl.messages.unsaved_models import UnsavedSheet
from owl.replies.models import Reply
from owl.systems.models import ApiRequest
from owl.watches.paper import forget_paper_homes

AT_A_TIME = 5_000  # rows of one transaction, so that nobody waits long
SOURCE = "retention"  # of the consent that ends


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of thing, and its time."""

    name: str  # in the audit
    words: str  # for people: what is deleted
    kept: timedelta
    forget: Callable[[datetime, datetime], int]  # what is older than the first; now; how many


def _who_left(before: datetime, now: datetime) -> int:
    """Whoever no address has reached since then, for whatever reason."""
    live = sa.exists().where(
        ContactPoint.subscriber_id == Subscriber.id,
        sa.or_(ContactPoint.suppressed_at.is_(None), ContactPoint.suppressed_at >= before),
    )
    gone = sa.select(Subscriber.id).where(Subscriber.created_at < before, ~live).order_by(Subscriber.id)
    with transaction() as session:
        ids = session.scalars(gone.limit(AT_A_TIME)).all()
    for subscriber_id in ids:
        erase_subscriber(subscriber_id, now=now, source=SOURCE)
    return len(ids)  # a year's worth of leavers is not gone in one night, and need not be


def _rows(
    key: sa.orm.InstrumentedAttribute[int] | sa.orm.InstrumentedAttribute[str],
    age: sa.orm.InstrumentedAttribute[datetime],
    *conditions: sa.ColumnElement[bool],
) -> Callable[[datetime, datetime], int]:
    """Deletes the rows of a table, set by set."""

    def forget(before: datetime, _: datetime) -> int:
        old = sa.select(key).where(age < before, *conditions).order_by(key).limit(AT_A_TIME)
        forgotten = 0
        while True:
            with transaction() as session:
                count = len(session.scalars(sa.delete(key.class_).where(key.in_(old)).returning(key)).all())
            forgotten += count
            if count < AT_A_TIME:
                return forgotten

    return forget


def _refused_rows(before: datetime, _: datetime) -> int:
    """Of lists that were loaded on a page; how many lists."""
    old = sa.select(HouseholdList.id).where(HouseholdList.finished_at < before)
    with transaction() as session:
        gone = sa.delete(ListPart).where(ListPart.list_id.in_(old)).returning(ListPart.list_id)
        return len(set(session.scalars(gone)))


def _remarks(before: datetime, _: datetime) -> int:
    """What was written in consultations that were counted before; shown or not."""
    counted = sa.select(Consultation.id).where(Consultation.counted_at < before)
    old = sa.select(Remark.id).where(Remark.consultation_id.in_(counted)).limit(AT_A_TIME)
    forgotten = 0
    while True:
        with transaction() as session:
            count = len(session.scalars(sa.delete(Remark).where(Remark.id.in_(old)).returning(Remark.id)).all())
        forgotten += count
        if count < AT_A_TIME:
            return forgotten


FINAL = Notice.status.in_([NoticeStatus.SENT, NoticeStatus.FAILED])
DAY = timedelta(days=1)
RULES = (
    Rule("people", "people whom none of their addresses has reached any more", 365 * DAY, _who_left),
    Rule("replies", "what residents wrote, and the answers", 730 * DAY, _rows(Reply.id, Reply.received_at)),
    Rule("remarks", "what residents wrote when they were asked, after the count", 730 * DAY, _remarks),
    Rule("moves", "where somebody lived before", 730 * DAY, _rows(HomeMove.id, HomeMove.at)),
    Rule(
        "relocations", "which neighbourhood a home was in before its boundary moved", 730 * DAY,
        _rows(Relocation.id, Relocation.at, Relocation.told_at.is_not(None)),
    ),
    Rule(
        "bounces", "what other mail systems said of our mails", 180 * DAY,
        _rows(Bounce.id, Bounce.received_at, Bounce.settled_at.is_not(None)),
    ),
    Rule("paper_homes", "homes on paper that have not taken a message or asked again", 365 * DAY, forget_paper_homes),
    Rule(
        "guests", "who was asked to get messages of training", 365 * DAY,
        _rows(TrainingGuest.id, TrainingGuest.added_at),
    ),
    Rule(
        "unsaved", "what somebody typed into the composer and did not save", 30 * DAY,
        _rows(UnsavedSheet.key, UnsavedSheet.kept_at),
    ),
    Rule("lists", "the refused rows of a list of households", 7 * DAY, _refused_rows),
    Rule("notices", "that a code, a link or an answer was sent", 30 * DAY, _rows(Notice.id, Notice.created_at, FINAL)),
    Rule("pictures", "the pictures of messages", 730 * DAY, _rows(MessagePicture.id, MessagePicture.added_at)),
    Rule("events", "what other systems were told of", 30 * DAY, _rows(Event.id, Event.at)),
    Rule(
        "requests", "what other systems asked for once", 2 * DAY,
        _rows(ApiRequest.idempotency_key, ApiRequest.asked_at),
    ),
    Rule("texts", "that a text came in", 30 * DAY, _rows(InboundText.sid, InboundText.received_at)),
)  # fmt: skip
