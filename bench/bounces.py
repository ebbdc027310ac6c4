"""`owl bench bounces`: a storm of reports into `owl mailin`, until each is settled; the website answers meanwhile."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import sqlalchemy as sa

from bench.history import old_deliveries
from bench.reports import EXPECTED, report
from bench.sink import await_port, free_port
from bench.stage import Say, Stage, program, stage
from owl.foundation.current import delivery_token
from owl.foundation.database import db
from owl.foundation.signed_links import Purpose

GIVE_UP_S = 900.0
LOOK_EVERY_S = 0.2
ON_ONE_LINE = 50  # mails for each connection
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Measured:
    """One storm."""

    reports: int
    seconds: float  # until the last was settled
    taken_seconds: float  # until the last was acknowledged, on disk
    taken_rate: float
    mailin_cpu_ms: float  # for each report
    settling_cpu_ms: float
    mailin_peak_mb: float
    web_p95_ms_before: float
    web_p95_ms_during: float
    as_expected: bool  # every delivery and every address as the reports want it


@click.command()
@click.option("--reports", default=20_000, show_default=True, type=click.IntRange(100, 1_000_000))
@click.option("--connections", default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def bounces(reports: int, connections: int, as_json: bool) -> None:
    """Send a storm of bounces and complaints to `owl mailin`, and measure until all are settled."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    port, web = free_port(), free_port()
    settings = {"OWL_MAILIN_URL": f"smtp://127.0.0.1:{port}"}
    with stage(say, households=reports, settings=settings) as here:
        old_deliveries(here, reports, say)
        count = _prepare(reports)
        bind = ("--bind", f"127.0.0.1:{web}")
        here.supervisor.start(
            program(
                "web", sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", *bind, "owl.wsgi:app"
            )
        )
        _await_patiently(web)
        measured = _measure(here, say, count, port=port, web=web, connections=connections)
    figures = asdict(measured)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name.replace('_', ' '):>20}  {value}")
    sys.exit(0 if measured.as_expected else 1)


def _prepare(reports: int) -> int:
    """As many deliveries as there will be reports, all sent a moment ago."""
    with db.engine.begin() as connection:
        connection.execute(
            sa.text("DELETE FROM delivery WHERE message_id = 1 AND seq > :reports"), {"reports": reports}
        )
        connection.execute(sa.text("UPDATE delivery SET changed_at = now() WHERE message_id = 1"))
        return connection.scalar(sa.text("SELECT count(*) FROM delivery WHERE message_id = 1")) or 0


def _measure(here: Stage, say: Say, count: int, *, port: int, web: int, connections: int) -> Measured:
    [mailin] = _started(here, "mailin", "-m", "owl.cli", "mailin")
    [worker] = _started(here, "worker", "-m", "workers", "notices")
    _await_patiently(port)
    domain = here.settings.bounce_domain
    storm = [(f"b-{delivery_token(Purpose.RETURN_PATH, 1, seq)}@{domain}", report(seq)) for seq in range(1, count + 1)]
    visitor = _Visitor(f"http://127.0.0.1:{web}/")
    before = visitor.p95_ms(while_=lambda: time.sleep(5))
    say(f"Sending {count:,} reports")
    spent, settled_by, began = _cpu(mailin), _cpu(worker), time.monotonic()
    taken: list[float] = []

    def storming() -> None:
        asyncio.run(_send(storm, port, connections))
        taken.append(time.monotonic() - began)
        _await_settled(here, count)

    during = visitor.p95_ms(while_=storming)
    return Measured(
        reports=count,
        seconds=round(time.monotonic() - began, 1),
        taken_seconds=round(taken[0], 1),
        taken_rate=round(count / taken[0]),
        mailin_cpu_ms=round((_cpu(mailin) - spent) * 1000 / count, 2),
        settling_cpu_ms=round((_cpu(worker) - settled_by) * 1000 / count, 2),
        mailin_peak_mb=round(_peak_mb(mailin), 1),
        web_p95_ms_before=before,
        web_p95_ms_during=during,
        as_expected=_found() == {what: _wanted(what, count) for what in EXPECTED[0]},
    )


def _await_patiently(port: int) -> None:
    """A machine with much to do is slow, not wrong."""
    for _ in range(6):
        with suppress(OSError):
            return await_port(port)
    raise SystemExit(f"Nothing listens on port {port}.")


def _started(here: Stage, name: str, *arguments: str) -> list[int]:
    first = set(here.pids())
    here.supervisor.start(program(name, sys.executable, *arguments))
    time.sleep(4)  # it loads the application
    return [pid for pid in here.pids() if pid not in first]


async def _send(storm: list[tuple[str, bytes]], port: int, connections: int) -> None:
    waiting = iter([storm[first : first + ON_ONE_LINE] for first in range(0, len(storm), ON_ONE_LINE)])
    await asyncio.gather(*(_line(waiting, port) for _ in range(connections)))


async def _line(waiting: Iterator[list[tuple[str, bytes]]], port: int) -> None:
    for some in waiting:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await reader.readline()
        writer.write(b"EHLO mx.example.com\r\n")
        while (await reader.readline())[3:4] == b"-":
            pass
        for path, mail in some:
            writer.write(b"MAIL FROM:<>\r\nRCPT TO:<%s>\r\nDATA\r\n" % path.encode())
            for _ in range(3):
                answer = await reader.readline()
            assert answer.startswith(b"354"), answer
            writer.write(mail + b".\r\n")
            answer = await reader.readline()
            assert answer.startswith(b"250"), answer
        writer.close()
        await writer.wait_closed()


def _await_settled(here: Stage, count: int) -> None:
    asked = sa.text("SELECT count(*) FROM bounce WHERE settled_at IS NOT NULL")
    give_up_at = time.monotonic() + GIVE_UP_S
    while (db.session.scalar(asked) or 0) < count:
        db.session.rollback()
        if time.monotonic() > give_up_at:
            raise SystemExit(f"The reports were not settled within {GIVE_UP_S:.0f} s; see {here.home.logs}")
        time.sleep(LOOK_EVERY_S)
    db.session.rollback()


def _wanted(what: str, count: int) -> int:
    return sum(EXPECTED[seq % len(EXPECTED)][what] for seq in range(1, count + 1))


def _found() -> dict[str, int]:
    row = db.session.execute(
        sa.text(
            "SELECT count(*) FILTER (WHERE delivery.status = 'failed') AS failed,"
            " count(*) FILTER (WHERE suppressed_reason = 'bounced') AS bounced,"
            " count(*) FILTER (WHERE suppressed_reason = 'complained') AS complained"
            " FROM delivery JOIN contact_point ON contact_point.id = contact_point_id WHERE message_id = 1"
        )
    ).one()
    return {"failed": row.failed, "bounced": row.bounced, "complained": row.complained}


class _Visitor:
    """Looks at one page again and again."""

    def __init__(self, address: str) -> None:
        self.address = address

    def p95_ms(self, *, while_: object) -> float:
        """How long 95 of 100 looks took at most, while something else goes on."""
        over, took = threading.Event(), list[float]()

        def look() -> None:
            while not over.wait(0.05):
                began = time.perf_counter()
                with urllib.request.urlopen(self.address, timeout=30) as answer:
                    answer.read()
                took.append(time.perf_counter() - began)

        looking = threading.Thread(target=look)
        looking.start()
        try:
            assert callable(while_)
            while_()
        finally:
            over.set()
            looking.join()
        return round(sorted(took)[int(len(took) * 0.95)] * 1000, 1)


def _cpu(pid: int) -> float:
    """Seconds that the process has computed."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _peak_mb(pid: int) -> float:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0
