"""`owl bench audience`: how long an author waits for the count, and for the homes by area, while composing."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from bench.stage import Say, stage
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.counting import keep_counts
from owl.households.wanting import Topic
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience
from owl.messages.counting import Reach, count_reach, reach_by_area
from owl.messages.reach import recipients
from owl.messages.shapes import Circle, Nearest, Polygon, Position, degrees_of, position_of

MUST_P95_MS = 50.0
MUST_AT = 170_000  # households; with more it is measured and not judged
TOPIC = Topic(Kind.CRIME_ALERT)
CENTRE = position_of(-0.32861, 51.74530)  # the middle of St Albans
BY = {"county": AreaKind.NEIGHBOURHOOD}  # else by ward

# The seeded households live alone, at one home, and get everything. Of real ones some have two members, a second
# home, a pause, kinds they don't want, other choices of their own, or an address that is not to be used.
AS_PEOPLE_ARE = (
    """INSERT INTO subscription (subscriber_id, household_id, kinds, created_at)
    SELECT subscriber_id, household_id + 1, kinds, created_at FROM subscription
    WHERE subscriber_id % 50 = 0 AND EXISTS (SELECT FROM household WHERE id = household_id + 1)""",
    "UPDATE subscriber SET paused_until = now() + interval '9 days' WHERE id % 100 = 1",
    "UPDATE subscription SET kinds = array_remove(kinds, 'crime_alert') WHERE subscriber_id % 10 = 2",
    "UPDATE subscription SET how_far = 'neighbourhood' WHERE subscriber_id % 5 = 3",
    "UPDATE subscription SET how_far = 'street', only_urgent = subscriber_id % 4 = 0 WHERE subscriber_id % 12 = 4",
    "UPDATE subscription SET texts_only_urgent = true WHERE subscriber_id % 3 = 1",
    "UPDATE subscription SET not_by_mail = '{crime_alert}' WHERE subscriber_id % 40 = 7",
    "UPDATE contact_point SET suppressed_at = now(), suppressed_reason = 'unsubscribed' WHERE id % 30 = 3",
    "UPDATE subscription SET household_id = household_id - 1 WHERE subscriber_id % 12 = 5",
)


@dataclass(frozen=True)
class Measured:
    """Times of one count, over all areas."""

    households: int
    p95_ms: float  # of every count and preview; the median of each is in `parts`
    parts: dict[str, dict[str, float]]
    counts_agree: bool  # with a count of every single recipient
    keeping_s: float  # to make all counts from nothing


@click.command()
@click.option("--households", default=MUST_AT, show_default=True, type=click.IntRange(1_000, 2_000_000))
@click.option("--rounds", default=40, show_default=True, help="Counts and previews of each area.")
@click.option("--folder", type=click.Path(path_type=Path), default=None, help="Keep the households here for next time.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def audience(households: int, rounds: int, folder: Path | None, as_json: bool) -> None:
    """Count and preview audiences of several kinds among so many households."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    with stage(say, households=households, settings={}, folder=folder):
        measured = _measure(households, rounds, say)
    click.echo(json.dumps(asdict(measured)) if as_json else f"95 of 100 answered within {measured.p95_ms} ms")
    fast_enough = measured.p95_ms <= MUST_P95_MS or households > MUST_AT
    sys.exit(0 if measured.counts_agree and fast_enough else 1)


def areas() -> dict[str, Audience]:
    """What is measured."""
    drawn = {
        "neighbourhood": Area(AreaKind.NEIGHBOURHOOD, "hitchin-urban"),
        "polygon": Area.of(Polygon.around(_eleven_corners())),
        "circle": Area.of(Circle(CENTRE, 1_000)),
        "nearest_200": Area.of(Nearest(CENTRE, 200)),
        "county": Area(AreaKind.COUNTY, COUNTY_CODE),
    }
    return {name: Audience.of([area], channels=Channel) for name, area in drawn.items()}


def _eleven_corners() -> list[Position]:
    """A closed line around the middle of St Albans, as somebody would draw it: a few kilometres across."""
    steps = [(-30, -12), (-10, -22), (8, -18), (25, -20), (34, -4), (28, 10), (12, 21), (-2, 15), (-16, 24), (-33, 8)]
    longitude, latitude = degrees_of(CENTRE)
    ring = [position_of(longitude + east / 1000, latitude + north / 1000) for east, north in [*steps, (-38, -2)]]
    return [*ring, ring[0]]


def _measure(households: int, rounds: int, say: Say) -> Measured:
    session = db.session()
    say("Making people as they are, and counting them beforehand")
    for statement in AS_PEOPLE_ARE:
        session.execute(sa.text(statement))
    session.commit()
    began = time.perf_counter()
    keep_counts(utc_now())
    keeping_s = time.perf_counter() - began
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))  # as the server does by itself, a little later
    parts: dict[str, list[float]] = {}
    agree = True
    for name, chosen in areas().items():
        counted, by = count_reach(session, chosen, TOPIC, utc_now()), BY.get(name, AreaKind.WARD)
        agree &= counted == _one_by_one(session, chosen)
        say(f"  {name}: {counted.homes:,} homes, {counted.mails:,} mails, {counted.texts:,} texts")
        parts[name] = _times(rounds, lambda chosen=chosen: count_reach(session, chosen, TOPIC, utc_now()))  # type: ignore[misc]
        parts[f"{name} by {by}"] = _times(
            rounds,
            lambda chosen=chosen, by=by: reach_by_area(session, chosen, TOPIC, utc_now(), by=by),  # type: ignore[misc]
        )
    every = [ms for times in parts.values() for ms in times]
    shown = {name: {"median_ms": _at(times, 0.5), "p95_ms": _at(times, 0.95)} for name, times in parts.items()}
    return Measured(households, _at(every, 0.95), shown, agree, round(keeping_s, 1))


def _one_by_one(session: Session, chosen: Audience) -> Reach:
    rows = session.execute(recipients(chosen, TOPIC, utc_now())).all()
    mails = sum(row.channel is Channel.EMAIL for row in rows)
    return Reach(len({row.household_id for row in rows}), mails, len(rows) - mails)


def _times(rounds: int, ask: Callable[[], object]) -> list[float]:
    ask()  # the first one fills caches, as the one before it would have
    gc.collect()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        ask()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _at(times: list[float], share: float) -> float:
    return round(sorted(times)[min(len(times) - 1, int(len(times) * share))], 1)
