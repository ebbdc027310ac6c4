"""`owl bench public`: the public site as production serves it, from what is kept, and once more without a database."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from typing import Any

import click

from bench.sink import await_port, free_port
from bench.stage import Say, Stage, program, stage
from owl.embedded.servers import postgres_of
from owl.foundation.database import db
from owl.geography.queries import neighbourhoods

WANTED = 1_000  # requests a second
ALSO = ("/", "/neighbourhoods", "/help", "/privacy", "/feeds", "/static/owl.css", "/boundaries/districts.json")


@dataclass(frozen=True)
class Measured:
    """Of pages, feeds and files, as many of each neighbourhood as of the others."""

    pages: int  # addresses that were asked for in turn
    rate: float  # answers a second
    p50_ms: float
    p95_ms: float
    p99_ms: float
    kilobytes: float  # of an answer, with its head
    hits: float  # share of the answers that came from what is kept
    refused: int
    without_database: int  # addresses that were answered with PostgreSQL stopped, half a minute later
    holds: bool


@click.command()
@click.option("--seconds", default=20.0, show_default=True, type=click.FloatRange(1, 600))
@click.option("--connections", default=32, show_default=True, type=click.IntRange(1, 500))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def public(seconds: float, connections: int, as_json: bool) -> None:
    """Ask for the public site as many readers do, then stop PostgreSQL and ask for all of it again."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    port = free_port()
    with stage(say, households=2_000, settings={"OWL_PUBLIC_URL": f"http://127.0.0.1:{port}"}) as here:
        measured = _measure(here, say, port=port, seconds=seconds, connections=connections)
    if as_json:
        click.echo(json.dumps(asdict(measured)))
    else:
        for name, value in asdict(measured).items():
            click.echo(f"{name.replace('_', ' '):>16}  {value}")
    sys.exit(0 if measured.holds else 1)


def _measure(here: Stage, say: Say, *, port: int, seconds: float, connections: int) -> Measured:
    paths = _paths()
    served = ("--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{port}", "owl.wsgi:app")
    here.supervisor.start(program("web", sys.executable, "-m", "gunicorn", *served))
    await_port(port)
    say(f"Asking for {len(paths)} addresses once")
    missing = [path for path in paths if _status(port, path) != 200]
    say(f"Asking for them in turn, {connections} readers for {seconds:.0f} s")
    told = _read(port, paths, seconds=seconds, connections=connections)
    say("Stopping PostgreSQL and asking for each again")
    postgres_of(here.home).stop()
    there = sum(_status(port, path) == 200 for path in paths)
    answers = sum(told["answers"].values())
    rate = answers / told["seconds"]
    refused = answers - told["answers"].get("200", 0) + len(missing)
    return Measured(
        pages=len(paths),
        rate=round(rate),
        p50_ms=told["p50_ms"],
        p95_ms=told["p95_ms"],
        p99_ms=told["p99_ms"],
        kilobytes=round(told["bytes"] / answers / 1000, 1),
        hits=round(told["hits"] / answers, 4),
        refused=refused,
        without_database=there,
        holds=rate >= WANTED and not refused and there == len(paths),
    )


def _paths() -> list[str]:
    ids = [row.id for row in neighbourhoods(db.session())]
    db.session.rollback()
    kinds = ("/neighbourhoods/{}", "/feeds/neighbourhoods/{}.atom", "/feeds/neighbourhoods/{}.json")
    return [*ALSO, *(kind.format(place) for place in ids for kind in kinds)]


def _read(port: int, paths: list[str], *, seconds: float, connections: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.reader", str(port), str(seconds), str(connections)]
    ran = subprocess.run(command, input="\n".join(paths), capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def _status(port: int, path: str) -> int:
    line = HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", path)
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer.status
