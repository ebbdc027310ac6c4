"""`owl bench fanout`: one message to every household by mail, from approval to every delivery recorded."""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import sqlalchemy as sa

from bench.history import old_deliveries
from bench.sink import await_port, free_port, start_sink, yardstick
from bench.stage import Say, Stage, cpu_seconds, program, stage
from config.settings import names
from owl.delivery.models import Delivery, DeliveryStatus
from owl.delivery.queries import ledger
from owl.embedded.first_alert import BODY, TITLE, VALID_FOR, approve_alert, submit_alert
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience
from owl.messages.draft import Draft
from owl.messages.models import Message, MessageStatus, Severity

LOOK_EVERY_S = 0.25
GIVE_UP_S = 1800.0
MAIL_BYTES = 5800  # what smtp-source sends; what our mails weigh


@dataclass(frozen=True)
class Measured:
    """One fan-out, beside smtp-source into the same sink."""

    deliveries: int
    seconds: float
    rate: float  # deliveries a second, each planned, claimed, rendered, handed over and recorded
    planning_seconds: float  # of these: until approval had answered
    yardstick_rate: float | None
    ratio: float | None
    peak_worker_mb: float
    cpu_seconds: dict[str, float]  # that the processes used meanwhile
    ledger_holds: bool
    workers: int
    connections: int


@click.command()
@click.option("--households", default=170_000, show_default=True, type=click.IntRange(1, 2_000_000))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
@click.option("--smtp", default=None, help="host:port of a sink that runs already.")
@click.option("--latency-ms", default=0.0, show_default=True, help="Round trip of the line to the sink.")
@click.option("--connections", default=40, show_default=True, help="To the sink, of all workers together.")
@click.option("--history", default=0, show_default=True, help="Old deliveries in the table.")
@click.option("--folder", type=click.Path(path_type=Path), default=None, help="Keep the households here for next time.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def fanout(  # noqa: PLR0917  # click calls it by name
    households: int,
    workers: int,
    smtp: str | None,
    latency_ms: float,
    connections: int,
    history: int,
    folder: Path | None,
    as_json: bool,
) -> None:
    """Send one message to every household by mail, and measure until each delivery is recorded."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    sink_port, line_port = free_port(), free_port()
    address = smtp or f"127.0.0.1:{sink_port}"
    through = f"127.0.0.1:{line_port}" if latency_ms else address
    settings = {"OWL_SMTP_URL": f"smtp://{through}", "OWL_SMTP_RATE": "1000000"}
    if "OWL_SMTP_CONNECTIONS" in names():
        settings["OWL_SMTP_CONNECTIONS"] = str(max(1, connections // workers))
    with stage(say, households=households, settings=settings, folder=folder) as here:
        if not smtp:
            start_sink(here, sink_port)
        if latency_ms:
            host, port = address.rsplit(":", 1)
            line = (sys.executable, "-m", "bench.slow_line", str(line_port), host, port, str(latency_ms))
            here.supervisor.start(program("line", *line))
            await_port(line_port)
        there = old_deliveries(here, history, say) if history else 0
        measured = _measure(here, say, workers=workers, through=through, connections=connections)
    figures = asdict(measured) | {"latency_ms": latency_ms, "old_deliveries": there}
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name.replace('_', ' '):>18}  {value}")
    sys.exit(0 if measured.ledger_holds else 1)


def _measure(here: Stage, say: Say, *, workers: int, through: str, connections: int) -> Measured:
    first_pids = set(here.pids())
    for no in range(workers):
        here.supervisor.start(program(f"worker-{no}", sys.executable, "-m", "workers", "bulk", "standard"))
    time.sleep(4)  # they load the application once, long before an alert comes
    worker_pids = set(here.pids()) - first_pids
    message_id = submit_alert(county_by_mail(), here.users, now=utc_now())
    say("Sending")
    watched = {"workers": [*worker_pids], "postgresql": [here.postgres_pid()], "sink": [*first_pids]}
    used = cpu_seconds(watched)
    began, wall = time.monotonic(), time.time()
    approve_alert(message_id, here.users, now=utc_now())
    planning = time.monotonic() - began
    finished, peak = await_end(here, message_id, worker_pids, say)
    seconds = finished - wall
    spent = {name: round(now - used[name], 2) for name, now in cpu_seconds(watched).items()}
    count = ledger(db.session(), message_id)
    sent = db.session.scalar(
        sa.select(sa.func.count()).where(Delivery.message_id == message_id, Delivery.status == DeliveryStatus.SENT)
    )
    say("Measuring smtp-source into the same sink")
    stick = yardstick(through, mails=min(count.targeted, 170_000), size=MAIL_BYTES, connections=connections)
    rate = count.targeted / seconds
    return Measured(
        deliveries=count.targeted,
        seconds=round(seconds, 2),
        rate=round(rate),
        planning_seconds=round(planning, 2),
        yardstick_rate=stick and round(stick),
        ratio=stick and round(rate / stick, 2),
        peak_worker_mb=round(peak, 1),
        cpu_seconds=spent,
        ledger_holds=count.holds and sent == count.targeted,
        workers=workers,
        connections=connections,
    )


def county_by_mail() -> Draft:
    """An alert to everybody in the county, by mail alone."""
    return Draft(
        kind=Kind.CRIME_ALERT,
        severity=Severity.ROUTINE,
        title=TITLE,
        body=BODY,
        sms_text="",
        audience=Audience.of([Area(AreaKind.COUNTY, COUNTY_CODE)], channels=[Channel.EMAIL]),
        valid_until=utc_now() + VALID_FOR,
    )


def await_end(here: Stage, message_id: int, workers: set[int], say: Say) -> tuple[float, float]:
    """(moment of the last batch's end as Unix time, largest memory of a worker in MB)."""
    asked = sa.select(Message.status, Message.finished_at).where(Message.id == message_id)
    peak, give_up_at, said = 0.0, time.monotonic() + GIVE_UP_S, 0
    while time.monotonic() < give_up_at:
        row = db.session.execute(asked).one()
        db.session.rollback()
        peak = max([peak, *map(_memory, workers)])
        if row.status is MessageStatus.SENT:
            return row.finished_at.timestamp(), peak
        if (said := said + 1) % 40 == 0:
            say(f"  {said * LOOK_EVERY_S:.0f} s")
        here.supervisor.look()
        time.sleep(LOOK_EVERY_S)
    raise SystemExit(f"The message was not sent within {GIVE_UP_S:.0f} s; see {here.home.logs}")


def _memory(pid: int) -> float:
    """MB that the process held at most."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0
