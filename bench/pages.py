"""`owl bench pages`: how long every page of teams and administrators takes, in a county with years behind it."""

from __future__ import annotations

import contextvars
import itertools
import json
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
from bench.stage import Say, Stage, stage
from bench.things import examples
from bench.years import two_years

WANTED_MS = 150.0
PARTS = {"/team": "inspector", "/admin": "administrator", "/watches": "coordinator"}  # who opens them
# The worst of what the pages can be asked for.
ASKED = {
    "team_replies.compliance": ("?span=12-months",),
    "team_replies.show_inbox": ("", "?show=closed", "?show=all", "?show=all&page=4000", "?whose=nobody&which=late"),
    "team_messages.index": ("", "?tab=sent", "?tab=sent&page=90"),
    "team_reports.show": ("", "?first=2025-01&last=2026-12", "?from=2025-01-01"),
    "admin_audit.show": ("", "?act=claim+reply", "?page=50"),
    "admin_users.index": ("", "?q=officer"),
}
# Nobody can open these here: they stand between a password and its second step, or show what a form just sent back.
NOT_HERE = (
    "team_signing_in.", "team_following_up.look_again", "team_replies.find", "team_profile.show_codes",
    "team_profile.set_up", "admin_replies.begin",
)  # fmt: skip
MOST_TRIED = 40  # arguments of one address


@dataclass(frozen=True)
class Page:
    """How long one address took, in milliseconds."""

    path: str
    median_ms: float
    p95_ms: float
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
    """Open every page of teams and administrators, one after the other, as somebody whose area is the county."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    with stage(say, households=households, settings={}, folder=folder) as here:
        looks = who_looks(here)
        there = two_years(here, deliveries=deliveries, replies=replies, coordinator_id=looks["coordinator"], say=say)
        clients = {person: signed_in(here.app, user_id) for person, user_id in looks.items()}
        found = contextvars.Context().run(_measure, here, clients, examples(here, looks), times, only, say)
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
            click.echo(f"{page.p95_ms:>8.1f} ms  {page.median_ms:>8.1f} ms  {page.kb:>7.1f} KB  {page.path}")
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
        path = _path_that_opens(here.app, rule, client, known)
        if path is None:
            unopened.append(rule.endpoint)
            continue
        for asked in ASKED.get(rule.endpoint, ("",)):
            if only in path + asked:
                measured.append(_timed(client, path + asked, times))
                say(f"{measured[-1].p95_ms:>8.1f} ms  {path}{asked}")
    return measured, unopened


def _rules(app: Flask, clients: Mapping[str, FlaskClient]) -> Iterator[tuple[Rule, FlaskClient]]:
    for rule in app.url_map.iter_rules():
        part = f"/{rule.rule.split('/')[1]}"
        if part in PARTS and "GET" in (rule.methods or ()) and not rule.endpoint.startswith(NOT_HERE):
            yield rule, clients[PARTS[part]]


def _path_that_opens(app: Flask, rule: Rule, client: FlaskClient, known: Mapping[str, Sequence[object]]) -> str | None:
    names = sorted(rule.arguments)
    for values in itertools.islice(itertools.product(*(known.get(name, ()) for name in names)), MOST_TRIED):
        with app.test_request_context():
            _, path = rule.build(dict(zip(names, values, strict=True))) or ("", "")
        if path and client.get(path).status_code == 200:
            return path
    return None


def _timed(client: FlaskClient, path: str, times: int) -> Page:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        size = len(client.get(path).data)
        taken.append((time.perf_counter() - began) * 1000)
    p95 = statistics.quantiles(taken, n=20)[-1]
    return Page(path, round(statistics.median(taken), 1), round(p95, 1), round(size / 1024, 1))
