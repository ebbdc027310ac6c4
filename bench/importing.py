"""`owl bench import`: how long the old system's list takes to load, and how much memory."""

from __future__ import annotations

import csv
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import click
import sqlalchemy as sa

from bench.stage import stage
from owl.foundation.database import db
from owl.geography.models import Postcode
from owl.households.models import ContactPoint

MUST_S, MUST_MB = 60.0, 300.0
MUST_AT = 170_000  # rows; with more it is measured and not judged
BAD = 100  # every so manieth row is refused
HEADER = ["postcode", "house", "name", "email", "mobile", "kinds", "consent_date", "consent_wording"]


@dataclass(frozen=True)
class Measured:
    """What `owl import` took, from its start to its end."""

    rows: int
    seconds: float
    peak_mb: float  # of the command's process; PostgreSQL's memory stays what it is set to
    refused: int
    people: int
    addresses: int
    again_seconds: float  # the same list once more, in which everybody is known
    as_it_should: bool  # every good row is there, every bad one in the file of refused rows, the second time nothing


@click.command("import")
@click.option("--rows", default=MUST_AT, show_default=True, type=click.IntRange(1_000, 2_000_000))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def importing(rows: int, as_json: bool) -> None:
    """Load a list of so many rows with `owl import`, one in a hundred of them wrong."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    with stage(say, households=0, settings={}) as found, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "households.csv"
        say(f"Writing a list of {rows:,} rows")
        addresses = _write_list(path, rows)
        say("Loading it")
        took_s, first = _load(path)
        peak_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        in_file = len((path.with_name("households-refused.csv")).read_text(encoding="utf-8").splitlines()) - 1
        reached = db.session.scalar(sa.select(sa.func.count()).select_from(ContactPoint))
        say("Loading it again")
        again_s, second = _load(path)
        assert found.app
    bad = -(-rows // BAD)
    right = (
        (first["rows"], first["refused"], in_file) == (rows, bad, bad)
        and reached == first["addresses"] == addresses
        and (second["known"], second["people"], second["refused"]) == (rows - bad, 0, bad)
    )
    measured = Measured(
        rows, round(took_s, 1), round(peak_mb, 1), first["refused"], first["people"], first["addresses"],
        round(again_s, 1), right,
    )  # fmt: skip
    words = f"{rows:,} rows in {measured.seconds} s and {measured.peak_mb} MB, {measured.refused:,} refused"
    click.echo(json.dumps(asdict(measured)) if as_json else words)
    good = rows > MUST_AT or (measured.seconds <= MUST_S and measured.peak_mb <= MUST_MB)
    sys.exit(0 if right and good else 1)


def _write_list(path: Path, rows: int) -> int:
    """A list like an old system's: most have mail, four in ten a mobile. Returns how many addresses are good."""
    chance = random.Random(rows)
    postcodes = list(db.session.scalars(sa.select(Postcode.code).order_by(Postcode.code)))
    addresses = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        write = csv.writer(file).writerow
        write(HEADER)
        for number in range(rows):
            is_bad, by_text = number % BAD == 0, chance.random() < 0.4
            mobile = f"07{400_000_000 + number:09}" if by_text else ""  # of a temporary folder: nobody is ever texted
            email = "" if by_text and chance.random() < 0.3 else f"alex.archer.{number}@example.com"
            house, name = str(number % 300), f"Alex Archer {number}"
            postcode = "AL1 1A" if is_bad else chance.choice(postcodes)
            kinds = "crime_alert;missing_person;event"
            write([postcode, house, name, email, mobile, kinds, "2021-05-31", "joining form of 2019"])
            addresses += 0 if is_bad else bool(email) + bool(mobile)
    return addresses


def _load(path: Path) -> tuple[float, dict[str, int]]:
    """Seconds, and what the command counted."""
    began = time.perf_counter()
    answer = subprocess.run(
        [sys.executable, "-m", "owl.cli", "import", str(path), "--json"],
        env=os.environ, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    took_s = time.perf_counter() - began
    counted: dict[str, int] = json.loads(answer.stdout.splitlines()[-1])
    return took_s, counted
