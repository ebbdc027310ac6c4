"""`owl bench pages`: how long every page takes to be made, in a county with years behind it."""

from __future__ import annotations

import contextvars
import gc
import itertools
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from bench.people import signed_in, who_looks
from bench.stage import Say, Stage, cpu_seconds, stage
from bench.things import examples
from bench.years import two_years
from owl.web.caching.policy import FOR_ALL

WANTED_MS = 150.0
PARTS = {"/team": "inspector", "/admin": "administrator", "/watches": "coordinator"}  # who opens them
READER = "reader"  # of what is public: anybody
# The worst of what the pages can be asked for.
ASKED = {
    "team_replies.compliance": ("?span=12-months",),
    "team_replies.show_inbox": ("", "?show=closed", "?show=all", "?show=all&page=4000", "?whose=nobody&which=late"),
    "team_messages.index": ("", "?tab=sent", "?tab=sent&page=90"),
    "team_reports.show": ("", "?first=2025-01&last=2026-12", "?from=2025-01-01"),
    "admin_audit.show": ("", "?act=claim+reply", "?page=50"),
    "admin_users.index": ("", "?role=officer&page=9"),
    "team_consultations.index": ("", "?tab=closed"),
    "team_results.words": ("?question=q5&theme=speeding&page=20",),
    "results.words": ("?question=q5&theme=speeding&page=20",),
    "neighbourhoods.messages": ("", "?page=5"),
}
SEVERAL = frozenset({"message_id", "consultation_id", "slug"})  # of these each opens a page that asks something else
MOST_MEASURED = 5  # of one address
# Nobody can open these here: they stand between a password and its second step, or show what a form just sent back.
NOT_HERE = (
    "team_signing_in.", "team_following_up.look_again", "team_replies.find", "team_profile.show_codes",
    "team_profile.set_up", "admin_replies.begin",
)  # fmt: skip
NO_PAGES = ("static", "neighbourhoods.photo", "published.picture")  # files
MOST_TRIED = 40  # arguments of one address


@dataclass(frozen=True)
class Page:
    """How long one address took, in milliseconds."""

    path: str
    median_ms: float
    p95_ms: float
    cpu_ms: float  # of this process and PostgreSQL: what it costs on a busy machine, too
    kb: float


@click.command()
@click.option("--households", default=170_000, show_default=True, type=click.IntRange(1, 2_000_000))
@click.option("--deliveries", default=20_000_000, show_default=True, help="Old deliveries in the table.")
@click.option("--replies", default=100_000, show_default=True)
@click.option("--times", default=20, show_default=True, type=click.IntRange(3), help="Each page is opened so often.")
@click.option("--only", default="", help="Addresses that hold this.")
@click.option("--folder", type=click.Path(path_type=Path), default=None, help="Keep the county here for next time.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def pages(  # noqa: PLR0917  # click calls it by name
    households: int, deliveries: int, replies: int, times: int, only: str, folder: Path | None, as_json: bool
) -> None:
    """Open every page, one after the other, as somebody whose area is the county; public ones as they are made."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    with stage(say, households=households, settings={}, folder=folder) as here:
        looks = who_looks(here)
        there = two_years(here, deliveries=deliveries, replies=replies, coordinator_id=looks["coordinator"], say=say)
        clients = {person: signed_in(here.app, user_id) for person, user_id in looks.items()}
        clients[READER] = here.app.test_client()
        known = examples(here, looks, say)
        gc.collect()
        gc.freeze()  # as config/gunicorn.py does
        found = contextvars.Context().run(_measure, here, clients, known, times, only, say)
    measured, unopened = found
    slow = [page for page in measured if page.p95_ms > WANTED_MS]
    figures = {
        "pages": len(measured),
        "slowest_p95_ms": max((page.p95_ms for page in measured), default=None),
        "wanted_ms": WANTED_MS,
        "slow": {page.path: page.p95_ms for page in slow},
        "not_opened": unopened,
        "old_deliveries": there,
    }
    if as_json:
        click.echo(json.dumps(figures | {"each": [asdict(page) for page in measured]}))
    else:
        for page in sorted(measured, key=lambda page: -page.p95_ms):
            took = f"{page.p95_ms:>8.1f} ms  {page.median_ms:>8.1f} ms  {page.cpu_ms:>6.1f} ms CPU"
            click.echo(f"{took}  {page.kb:>7.1f} KB  {page.path}")
        click.echo(f"not opened: {', '.join(unopened) or 'none'}")
    sys.exit(1 if slow or (unopened and not only) else 0)


def _measure(  # noqa: PLR0917  # called in a context of its own
    here: Stage,
    clients: Mapping[str, FlaskClient],
    known: Mapping[str, Sequence[object]],
    times: int,
    only: str,
    say: Say,
) -> tuple[list[Page], list[str]]:
    """Every page, and the endpoints that no known arguments open."""
    measured, unopened = [], []
    for rule, client in _rules(here.app, clients):
        paths = _paths_that_open(here.app, rule, client, known)
        if not paths:
            unopened.append(rule.endpoint)
        asked = itertools.product(paths, ASKED.get(rule.endpoint, ("",)))
        for path in dict.fromkeys(path + query for path, query in asked):
            if only in path:
                measured.append(_timed(here, client, path, times))
                say(f"{measured[-1].p95_ms:>8.1f} ms  {measured[-1].cpu_ms:>6.1f} ms CPU  {path}")
    return measured, unopened


def _rules(app: Flask, clients: Mapping[str, FlaskClient]) -> Iterator[tuple[Rule, FlaskClient]]:
    for rule in app.url_map.iter_rules():
        part = f"/{rule.rule.split('/')[1]}"
        if "GET" not in (rule.methods or ()) or rule.endpoint.startswith(NOT_HERE):
            continue
        if part in PARTS:
            yield rule, clients[PARTS[part]]
        elif rule.endpoint in FOR_ALL and rule.endpoint not in NO_PAGES:
            yield rule, clients[READER]


def _paths_that_open(app: Flask, rule: Rule, client: FlaskClient, known: Mapping[str, Sequence[object]]) -> list[str]:
    names = sorted(rule.arguments)
    most, found = MOST_MEASURED if SEVERAL & set(names) else 1, list[str]()
    query = ASKED.get(rule.endpoint, ("",))[0]
    for values in itertools.islice(itertools.product(*(known.get(name, ()) for name in names)), MOST_TRIED):
        with app.test_request_context():
            _, path = rule.build(dict(zip(names, values, strict=True))) or ("", "")
        if path and len(found) < most and client.get(path + query).status_code == 200:
            found.append(path)
    return found


def _timed(here: Stage, client: FlaskClient, path: str, times: int) -> Page:
    taken, size = [], 0
    ours = {"all": [os.getpid(), here.postgres_pid()]}
    client.get(path)
    before = cpu_seconds(ours)["all"]
    for no in range(times):
        # What is public is kept, but not under an address that says more than is known of.
        fresh = f"{'&' if '?' in path else '?'}bench={no}"
        began = time.perf_counter()
        size = len(client.get(path + fresh).data)
        taken.append((time.perf_counter() - began) * 1000)
    cpu_ms = (cpu_seconds(ours)["all"] - before) * 1000 / times
    p95 = statistics.quantiles(taken, n=20)[-1]
    return Page(path, round(statistics.median(taken), 1), round(p95, 1), round(cpu_ms, 1), round(size / 1024, 1))
