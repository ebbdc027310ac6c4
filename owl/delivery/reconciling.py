"""Each night: what Twilio says of texts whose last word never came, and "not confirmed" after three days.

Twilio is read by date, a thousand texts a page, not text by text. What it says goes the way of every
receipt. A text without a final word stays `sent`: it may have arrived, and a late receipt may still say
so; only its fault says that nobody confirmed it (docs/adr/0016-unconfirmed-texts.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from flask import current_app
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from owl.delivery.faults import UNCONFIRMED
from owl.delivery.merging import merge_receipts
from owl.delivery.models import Batch, Delivery, DeliveryStatus, Receipt
from owl.delivery.providers import Sent, sms_provider
from owl.delivery.receipts import MEANING, ReceiptBook, Told
from owl.foundation.clock import LONDON
from owl.foundation.database import db, transaction
from owl.foundation.notices import Channel
from owl.messages.models import Message

AT_NIGHT = 3  # o'clock in London: few wait for the worker that does this
QUIET_FOR = timedelta(hours=1)  # a receipt may still be on its way
UNCONFIRMED_AFTER = timedelta(hours=72)
LOOKED_BACK = timedelta(days=7)
RECEIPTS_KEPT = timedelta(days=90)
LONGEST_S = 200.0  # of a job's 300; the next night goes on
AT_A_TIME = 10_000  # receipts forgotten in one transaction

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Open:
    """Texts that are with the phone network: reference to (message, seq), and when the first of them was approved."""

    named: dict[str, tuple[int, int]]
    since: datetime


def reconcile(*, now: datetime, clock: Callable[[], datetime], at_any_hour: bool = False) -> int:
    """Ask Twilio about every text without a final word, and name those that nobody confirmed; how many were settled.

    Does nothing but at night. Running it twice is harmless.
    """
    if not at_any_hour and now.astimezone(LONDON).hour != AT_NIGHT:
        return 0
    waiting = open_texts(db.session(), now)
    db.session.remove()  # no session is open while a provider is called
    settled = _ask(waiting, now, clock) if waiting.named else 0
    merge_receipts(now=now)
    unconfirmed = name_unconfirmed(now=now)
    forgotten = forget_old_receipts(now=now)
    log.info("reconciled", asked=len(waiting.named), settled=settled, unconfirmed=unconfirmed, forgotten=forgotten)
    return settled


def open_texts(session: Session, now: datetime) -> Open:
    """The texts of the last week that are sent and not confirmed."""
    rows = session.execute(
        _of_texts(
            sa.select(Delivery.provider_reference, Delivery.message_id, Delivery.seq, Message.approved_at), now
        ).where(Delivery.changed_at < now - QUIET_FOR, Delivery.provider_reference.is_not(None))
    ).all()
    since = min((row.approved_at for row in rows), default=now)
    return Open({row.provider_reference: (row.message_id, row.seq) for row in rows}, since)


def name_unconfirmed(*, now: datetime) -> int:
    """Say of texts that were sent 72 hours ago and longer that nobody confirmed them; how many that is news of."""
    late = (
        _of_texts(sa.select(Delivery.message_id, Delivery.seq), now)
        .where(Delivery.changed_at < now - UNCONFIRMED_AFTER, Delivery.fault.is_distinct_from(UNCONFIRMED))
        .cte("late")
    )
    with transaction() as session:
        named = session.execute(
            sa.update(Delivery)
            .where(
                Delivery.message_id == late.c.message_id,
                Delivery.seq == late.c.seq,
                Delivery.status == DeliveryStatus.SENT,
            )
            .values(fault=UNCONFIRMED)
        )
        return int(named.rowcount)  # type: ignore[attr-defined]


def forget_old_receipts(*, now: datetime) -> int:
    """Delete receipts that were merged long ago: their deliveries keep what they said."""
    old = sa.select(Receipt.id).where(Receipt.merged_at < now - RECEIPTS_KEPT).order_by(Receipt.id).limit(AT_A_TIME)
    forgotten = 0
    while True:
        with transaction() as session:
            count: int = session.execute(sa.delete(Receipt).where(Receipt.id.in_(old))).rowcount  # type: ignore[attr-defined]
        forgotten += count
        if count < AT_A_TIME:
            return forgotten


def _of_texts(chosen: sa.Select[*tuple[object, ...]], now: datetime) -> sa.Select[*tuple[object, ...]]:
    """Of texts in `sent`, found through their batches: no index names a status."""
    return (
        chosen.join(Message, Message.id == Delivery.message_id)
        .join(Batch, sa.and_(Batch.message_id == Message.id, Delivery.seq.between(Batch.first_seq, Batch.last_seq)))
        .where(
            Message.approved_at > now - LOOKED_BACK,
            Batch.channel == Channel.SMS,
            Delivery.status == DeliveryStatus.SENT,
        )
    )


def _ask(waiting: Open, now: datetime, clock: Callable[[], datetime]) -> int:
    """How many texts Twilio has a final word on."""
    book: ReceiptBook = current_app.extensions["owl.receipts"]
    left, settled = dict(waiting.named), 0
    for page in sms_provider().sent_between(waiting.since, now):
        known = [(left.pop(text.reference), text) for text in page if text.reference in left]
        told = [Told(*named, text.reference, text.said, text.fault) for named, text in known if _is_final(text.said)]
        book.keep(told, now=now)
        _note_cost(known)
        settled += len(told)
        if not left or (clock() - now).total_seconds() > LONGEST_S:
            break
    return settled


def _is_final(said: str) -> bool:
    return MEANING.get(said) in {DeliveryStatus.DELIVERED, DeliveryStatus.FAILED}


def _note_cost(known: Iterable[tuple[tuple[int, int], Sent]]) -> None:
    """Keep what each text cost in truth: it is known only a while after the sending."""
    told = [(*named, text.segments, text.price, text.currency) for named, text in known if text.price is not None]
    if not told:
        return
    kinds = (sa.BigInteger, sa.Integer, sa.Integer, sa.Numeric, sa.Text)
    columns = zip(*told, strict=True)
    lists: list[sa.Cast[Any]] = [
        sa.cast(list(column), ARRAY(kind)) for column, kind in zip(columns, kinds, strict=True)
    ]
    names = ("message_id", "seq", "segments", "price", "currency")
    rows = sa.func.unnest(*lists).table_valued(*names).render_derived()
    with transaction() as session:
        session.execute(
            sa.update(Delivery)
            .where(Delivery.message_id == rows.c.message_id, Delivery.seq == rows.c.seq)
            .values(
                segments=sa.func.coalesce(rows.c.segments, Delivery.segments),
                price=rows.c.price,
                currency=rows.c.currency,
            )
        )
