"""`owl bench chaos`: one message while workers are killed, Redis is emptied and PostgreSQL crashes, at random."""

from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

import click
import redis
import sqlalchemy as sa

from bench.counting_sink import arrivals
from bench.crew import Crew, crew
from bench.fanout import county_by_mail
from bench.sink import await_port, free_port
from bench.stage import Say, Stage, program, stage
from owl.delivery.models import Delivery, DeliveryStatus
from owl.delivery.queries import ledger
from owl.embedded.first_alert import approve_alert, submit_alert
from owl.embedded.servers import postgres_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.messages.models import Message, MessageStatus

T = TypeVar("T")

RATE = 1000  # a second, so that the message is on its way long enough to be disturbed
WORKERS = (("workers", "standard", "bulk"), ("workers", "bulk", "standard"))
OTHERS = (("workers", "notices"), ("workers.clock",))
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 4.0
AFTERWARDS_S = 180.0  # for what the last kill left: a lease, a sweep, and a slow machine


@dataclass
class Havoc:
    """What was done to it, and when workers died."""

    deaths: list[float] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    held: list[bool] = field(default_factory=list)  # whether the ledger added up after each


@dataclass(frozen=True)
class Measured:
    """What came of it."""

    kills: int  # of anything
    workers_killed: int
    redis_flushed: int
    postgres_crashed: int
    deliveries: int
    lost: int
    repeats: int  # the most after one kill
    repeats_in_all: int
    open_connections: int  # of one worker
    ledger_holds: bool
    seconds: float
    after_last_kill_s: float  # until the last delivery was recorded


@click.command()
@click.option("--kills", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--households", default=20_000, show_default=True, type=click.IntRange(100, 2_000_000))
@click.option("--seed", default=None, type=int, help="The same havoc again.")
@click.option("--folder", type=click.Path(path_type=Path), default=None, help="Keep the households here for next time.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def chaos(kills: int, households: int, seed: int | None, folder: Path | None, as_json: bool) -> None:
    """Disturb a message on its way, and count what arrived at the sink against the ledger."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    say(f"Seed {seed}")
    port = free_port()
    settings = {"OWL_SMTP_URL": f"smtp://127.0.0.1:{port}", "OWL_SMTP_RATE": str(RATE)}
    with stage(say, households=households, settings=settings, folder=folder) as here:
        caught = here.home.folder / "arrivals"
        caught.unlink(missing_ok=True)
        here.supervisor.start(program("sink", sys.executable, "-m", "bench.counting_sink", str(port), caught))
        await_port(port)
        with crew(here, *WORKERS, *OTHERS) as staff:
            measured = _disturb(here, staff, say, kills=kills, chance=random.Random(seed), caught=caught)
    figures = asdict(measured) | {"seed": seed}
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name.replace('_', ' '):>18}  {value}")
    holds = measured.ledger_holds and not measured.lost and measured.repeats <= 2 * measured.open_connections
    sys.exit(0 if holds else 1)


def _disturb(here: Stage, staff: Crew, say: Say, *, kills: int, chance: random.Random, caught: Path) -> Measured:
    message_id = submit_alert(county_by_mail(), here.users, now=utc_now())
    began = time.time()
    approve_alert(message_id, here.users, now=utc_now())
    havoc = Havoc()
    for no in range(kills):
        time.sleep(chance.uniform(SHORTEST_PAUSE_S, LONGEST_PAUSE_S))
        what = chance.choices([_kill_worker, _flush_redis, _crash_postgres], weights=[14, 3, 3])[0]
        what(here, staff, chance, havoc)
        staff.look()
        havoc.held.append(_patiently(lambda: ledger(db.session(), message_id).holds))
        say(f"  {no + 1} of {kills}: {what.__name__[1:].replace('_', ' ')}; {_left(message_id)} to go")
    last = time.time()
    finished = _await_end(staff, message_id)
    return _count(here, message_id, havoc, caught, seconds=finished - began, after=max(0.0, finished - last))


def _kill_worker(here: Stage, staff: Crew, chance: random.Random, havoc: Havoc) -> None:  # noqa: ARG001
    havoc.deaths.append(staff.kill(*chance.choice(WORKERS)))
    havoc.done["worker"] += 1


def _flush_redis(here: Stage, staff: Crew, chance: random.Random, havoc: Havoc) -> None:  # noqa: ARG001
    redis.Redis.from_url(here.servers.redis_url).flushall()
    havoc.done["redis"] += 1


def _crash_postgres(here: Stage, staff: Crew, chance: random.Random, havoc: Havoc) -> None:  # noqa: ARG001
    db.session.remove()
    postgres_of(here.home).crash()
    time.sleep(chance.uniform(0, 2))
    postgres_of(here.home).start()
    havoc.done["postgres"] += 1


def _left(message_id: int) -> int:
    def count() -> int:
        waiting = Delivery.status.in_([DeliveryStatus.QUEUED, DeliveryStatus.SENDING])
        asked = sa.select(sa.func.count()).where(Delivery.message_id == message_id, waiting)
        return db.session.scalar(asked) or 0

    return _patiently(count)


def _patiently(ask: Callable[[], T]) -> T:
    """Asked again where PostgreSQL has crashed since the last time."""
    for again in (True, True, False):
        try:
            return ask()
        except sa.exc.OperationalError:
            if not again:
                raise
        finally:
            db.session.rollback()
    raise AssertionError


def _await_end(staff: Crew, message_id: int) -> float:
    """The moment at which the last batch ended, as Unix time."""
    asked = sa.select(Message.status, Message.finished_at).where(Message.id == message_id)
    give_up_at = time.monotonic() + AFTERWARDS_S + _left(message_id) / RATE * 2
    while time.monotonic() < give_up_at:
        row = _patiently(lambda: db.session.execute(asked).one())
        if row.status is MessageStatus.SENT:
            return float(row.finished_at.timestamp())
        staff.look()
        time.sleep(0.25)
    return time.time()


def _count(here: Stage, message_id: int, havoc: Havoc, caught: Path, *, seconds: float, after: float) -> Measured:
    count = ledger(db.session(), message_id)
    ours = f"<{message_id}."  # another may still have been on its way in a folder that was kept
    came = {name: moments for name, moments in arrivals(caught).items() if name.startswith(ours)}
    after_each: Counter[int] = Counter()
    for moments in came.values():
        if len(moments) > 1:  # the first death after the first arrival is to blame
            blamed = next((no for no, died_at in enumerate(havoc.deaths) if died_at >= moments[0]), -1)
            after_each[blamed] += len(moments) - 1
    return Measured(
        kills=sum(havoc.done.values()),
        workers_killed=havoc.done["worker"],
        redis_flushed=havoc.done["redis"],
        postgres_crashed=havoc.done["postgres"],
        deliveries=count.targeted,
        lost=count.targeted - len(came),
        repeats=max(after_each.values(), default=0),
        repeats_in_all=after_each.total(),
        open_connections=here.settings.smtp_connections,
        ledger_holds=all(havoc.held) and count.holds and count.count(DeliveryStatus.SENT) == count.targeted,
        seconds=round(seconds, 1),
        after_last_kill_s=round(after, 1),
    )
