"""What the deliveries of a digest carry: looked at when they are taken in hand, and told what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.delivery.digests.models import Carried
from owl.delivery.digests.waiting import let_go_in
from owl.delivery.life_cycle import may_move
from owl.delivery.models import Delivery, DeliveryStatus

S = DeliveryStatus
Carries = dict[int, tuple[int, ...]]  # of a digest: seq → ids of the messages in it, oldest first


def take_along(
    session: Session, digest_id: int, seqs: Sequence[int], unsure: Sequence[int], *, now: datetime
) -> Carries:
    """What these deliveries of the digest, just taken in hand, carry at this moment.

    What is over or not wanted any more is left out and gets its last word; a delivery that has nothing
    left to carry expires, and is not in the answer. Belongs inside the caller's transaction.
    """
    let_go_in(session, digest_id, seqs, unsure, now=now)
    waits = sa.and_(Delivery.message_id == Carried.message_id, Delivery.seq == Carried.seq)
    found = session.execute(
        sa.select(Carried.digest_seq, sa.func.array_agg(Carried.message_id.distinct()))
        .join(Delivery, waits)
        .where(Carried.digest_id == digest_id, Carried.digest_seq.in_(seqs), Delivery.status == S.HELD_FOR_DIGEST)
        .group_by(Carried.digest_seq)
    )
    carries = {seq: tuple(sorted(message_ids)) for seq, message_ids in found}
    empty = [seq for seq in seqs if seq not in carries]
    if empty:
        session.execute(
            sa.update(Delivery)
            .where(Delivery.message_id == digest_id, Delivery.seq.in_(empty), Delivery.status == S.SENDING)
            .values(status=S.EXPIRED, changed_at=now)
            .execution_options(synchronize_session=False)
        )
    return carries


def follow(session: Session, carriers: sa.Select[int, int], *, now: datetime) -> None:
    """Let what became of a digest's deliveries become of all that they carry. Twice is the same as once.

    `carriers`: (digest_id, digest_seq) of those that may have moved. Belongs inside the caller's transaction.
    """
    of = carriers.subquery()
    digest_id, digest_seq = of.columns.values()
    carrier, carried = aliased(Delivery), aliased(Delivery)
    told = (
        sa.select(carried.message_id, carried.seq, carrier.status, carrier.fault)
        .select_from(of)
        .join(Carried, sa.and_(Carried.digest_id == digest_id, Carried.digest_seq == digest_seq))
        .join(carrier, sa.and_(carrier.message_id == Carried.digest_id, carrier.seq == Carried.digest_seq))
        .join(carried, sa.and_(carried.message_id == Carried.message_id, carried.seq == Carried.seq))
        .where(sa.tuple_(carried.status, carrier.status).in_(_moves()))
        .order_by(carried.message_id, carried.seq)  # everywhere the same, so that two never wait for each other
        .with_for_update(of=carried)
        .cte("told")
    )
    session.execute(
        sa.update(Delivery)
        .where(Delivery.message_id == told.c.message_id, Delivery.seq == told.c.seq)
        .values(status=told.c.status, fault=told.c.fault, changed_at=now)
        .execution_options(synchronize_session=False)
    )


def follow_range(session: Session, digest_id: int, first_seq: int, last_seq: int, *, now: datetime) -> None:
    """The same for the deliveries of one batch."""
    of = sa.select(Delivery.message_id, Delivery.seq).where(
        Delivery.message_id == digest_id, Delivery.seq.between(first_seq, last_seq)
    )
    follow(session, of, now=now)


def _moves() -> list[tuple[str, str]]:
    """(what is carried, its carrier): the pairs at which the one becomes the other."""
    ends = [S.SENT, S.DELIVERED, S.FAILED, S.SUPPRESSED, S.CANCELLED, S.EXPIRED]
    return [
        (before.value, after.value)
        for before in (S.HELD_FOR_DIGEST, S.SENT)
        for after in ends
        if may_move(before, after)
    ]
