"""Counting how far messages came, again and again while that still changes, so that no list has to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from owl.foundation.database import transaction
from owl.foundation.notices import Channel
from owl.geography.models import Neighbourhood
from owl.messages.counting import Reach
from owl.reports.models import SOMEWHERE, AreaTally, MessageTally

SOONEST = timedelta(seconds=10)  # after the count before, while it goes out
SHARE = 10  # then once a tenth of the time since it went out has passed: what still changes, changes ever more slowly
LATEST = timedelta(days=365)  # ratings and answers come for a long time
AT_A_TIME = 40  # messages of one job: one to the whole county is a quarter of a second

_DUE = sa.text(
    """
    SELECT message.id
    FROM message LEFT JOIN message_tally ON message_tally.message_id = message.id
    WHERE approved_at IS NOT NULL AND author_id IS NOT NULL AND (
        counted_at IS NULL
        OR counted_at < coalesce(finished_at, :moment) + :latest
        AND counted_at <= :moment - greatest((:moment - coalesce(finished_at, :moment)) / :share, :soonest)
    )
    ORDER BY counted_at NULLS FIRST, message.id DESC
    LIMIT :at_most
    """
).bindparams(
    sa.bindparam("moment", type_=sa.DateTime(timezone=True)), share=SHARE, soonest=SOONEST, latest=LATEST,
    at_most=AT_A_TIME,
)  # fmt: skip
# Of two jobs at once the second waits for the first and finds nothing to do.
_TAKE = sa.text(
    """
    INSERT INTO message_tally (message_id, counted_at, reached, failed, useful, not_useful, replies)
    SELECT :message, :moment, 0, 0,
        count(*) FILTER (WHERE rating = 'useful'), count(*) FILTER (WHERE rating <> 'useful'),
        (SELECT count(*) FROM reply WHERE message_id = :message)
    FROM message_rating WHERE message_id = :message
    ON CONFLICT (message_id) DO UPDATE SET counted_at = excluded.counted_at, useful = excluded.useful,
        not_useful = excluded.not_useful, replies = excluded.replies
    WHERE message_tally.counted_at < excluded.counted_at
    RETURNING message_id
    """
)
# Mails come first by seq (owl.delivery.planning), so that no delivery has to be asked for its channel.
_COUNT = sa.text(
    """
    WITH each AS MATERIALIZED (
        SELECT coalesce(household.neighbourhood_id, '') AS area, household_id, status,
            seq <= (SELECT coalesce(max(last_seq), 0) FROM batch WHERE message_id = :message AND channel = 'email')
                AS by_mail
        FROM delivery LEFT JOIN household ON household.id = household_id
        WHERE message_id = :message
    ), states AS (
        SELECT area, by_mail, status, count(*) AS deliveries FROM each GROUP BY area, by_mail, status
    ), homes AS (
        SELECT area, count(*) AS homes, count(*) FILTER (WHERE reached) AS reached
        FROM (
            SELECT area, household_id, bool_or(status IN ('sent', 'delivered')) AS reached
            FROM each GROUP BY area, household_id
        ) AS home
        GROUP BY area
    ), written AS (
        INSERT INTO area_tally (message_id, neighbourhood_id, homes_there, homes, reached, mails, texts)
        SELECT :message, area, coalesce(CAST(CAST(:there AS jsonb) ->> area AS integer), 0), homes, reached,
            coalesce(jsonb_object_agg(status, deliveries) FILTER (WHERE by_mail), '{}'),
            coalesce(jsonb_object_agg(status, deliveries) FILTER (WHERE NOT by_mail), '{}')
        FROM homes JOIN states USING (area) GROUP BY area, homes, reached
    )
    UPDATE message_tally
    SET reached = coalesce(counted.reached, 0), failed = coalesce(counted.failed, 0)
    FROM (
        SELECT sum(deliveries) FILTER (WHERE status IN ('sent', 'delivered')) AS reached,
            sum(deliveries) FILTER (WHERE status = 'failed') AS failed
        FROM states
    ) AS counted
    WHERE message_id = :message
    """
)
_THERE = sa.text(
    """
    SELECT CAST(coalesce(jsonb_object_agg(neighbourhood_id, homes), '{}') AS text) FROM (
        SELECT neighbourhood_id, count(*) AS homes FROM household
        WHERE EXISTS (SELECT FROM subscription WHERE household_id = household.id) GROUP BY neighbourhood_id
    ) AS there
    """
)


@dataclass(frozen=True, slots=True)
class AreaRow:
    """How a message did in one neighbourhood. `mails` and `texts`: deliveries by the name of their state."""

    area: str  # its name
    homes_there: int  # with OWL
    homes: int  # that it was for
    reached: int  # homes
    mails: Mapping[str, int]
    texts: Mapping[str, int]

    def of(self, channel: Channel) -> Mapping[str, int]:
        """The deliveries by this channel."""
        return self.mails if channel is Channel.EMAIL else self.texts

    @property
    def states(self) -> dict[str, int]:
        """The deliveries by both."""
        return {state: self.mails.get(state, 0) + self.texts.get(state, 0) for state in {**self.mails, **self.texts}}


@dataclass(frozen=True, slots=True)
class Areas:
    """How a message did by area, as it was counted last; largest first."""

    counted_at: datetime
    rows: tuple[AreaRow, ...]


def keep_tallies(*, now: datetime) -> int:
    """Count again the messages of which something may have changed; how many. Twice is harmless."""
    with transaction() as session:
        due = session.scalars(_DUE, {"moment": now}).all()
        there = session.scalar(_THERE) if due else None
    for message_id in due:
        with transaction() as session:
            if session.scalar(_TAKE, {"message": message_id, "moment": now}) is not None:
                session.execute(sa.delete(AreaTally).where(AreaTally.message_id == message_id))
                session.execute(_COUNT, {"message": message_id, "there": there})
    return len(due)


def counted(session: Session, message_ids: Collection[int]) -> dict[int, MessageTally]:
    """How far these messages came, as counted last, by their ids; without those that were not counted yet."""
    found = session.scalars(sa.select(MessageTally).where(MessageTally.message_id.in_(message_ids)))
    return {row.message_id: row for row in found}


def reached_as_counted(session: Session, message_id: int) -> Reach | None:
    """Homes, mails and texts that the message reached, as counted last; None before it was counted."""

    def arrived(counts: InstrumentedAttribute[dict[str, Any]]) -> sa.ColumnElement[int]:
        states = (sa.func.coalesce(counts[state].as_integer(), 0) for state in ("sending", "sent", "delivered"))
        return sa.func.coalesce(sa.func.sum(sum(states, start=sa.literal(0))), 0)

    found = session.execute(
        sa.select(
            sa.func.count(), sa.func.coalesce(sa.func.sum(AreaTally.reached), 0), arrived(AreaTally.mails),
            arrived(AreaTally.texts),
        ).where(AreaTally.message_id == message_id)
    ).one()  # fmt: skip
    return Reach(*map(int, found[1:])) if found[0] else None


def areas_of_message(session: Session, message_id: int) -> Areas | None:
    """How the message did by area; None before it was counted."""
    counted_at = session.scalar(sa.select(MessageTally.counted_at).where(MessageTally.message_id == message_id))
    found = session.execute(
        sa.select(
            sa.func.coalesce(Neighbourhood.name, "Homes that have left OWL"), AreaTally.homes_there, AreaTally.homes,
            AreaTally.reached, AreaTally.mails, AreaTally.texts,
        )
        .outerjoin(Neighbourhood, Neighbourhood.id == AreaTally.neighbourhood_id)
        .where(AreaTally.message_id == message_id)
        .order_by(AreaTally.neighbourhood_id == SOMEWHERE, AreaTally.homes.desc(), Neighbourhood.name)
    )  # fmt: skip
    return None if counted_at is None else Areas(counted_at, tuple(AreaRow(*row) for row in found))
