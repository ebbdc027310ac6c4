"""`owl bench ballots`: homes take part over HTTP as browsers do, then the box closes and every ballot must be in it."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from bench.history import sent_message
from bench.resident import Resident
from bench.sink import await_port, free_port
from bench.stage import Say, Stage, cpu_seconds, program, stage
from owl.consultations.consultation_models import Consultation, ConsultationStatus, CountedBallot, SealedBallot
from owl.consultations.counting import count_due
from owl.consultations.keys import make_keys, public_keys
from owl.delivery.partitions import ensure_partition
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.database import db, transaction
from owl.foundation.signed_links import Purpose
from owl.geography.queries import neighbourhoods
from owl.households.choices import Kind
from owl.messages.voice_models import Voice

P95_MS = 200.0  # issue 6
MINUTES = 10.0
SLUG = "bench"
QUESTIONS = [
    {
        "id": "q1", "type": "choose", "text": "What matters most?", "required": True, "most": 3,
        "options": [{"id": name, "text": name} for name in ("burglary", "drugs", "speeding", "scams", "litter")],
    },
    {"id": "q2", "type": "words", "text": "What else?"},
]  # fmt: skip
ANSWERS = ({"q1": "burglary"}, {"q1": "drugs", "q2": "The bend by the school, every morning."}, {"q1": "scams"})


@dataclass(frozen=True)
class Measured:
    """What it took."""

    ballots: int
    rate: float  # a second, signed and cast
    sign_p95_ms: float  # from when the resident pressed the button
    cast_p95_ms: float
    p95_ms: float  # of both kinds of requests together
    failed: int
    lost: int  # that should be in the box and are not
    web_cpu_ms: float  # for a ballot, of the website
    postgres_cpu_ms: float
    voters_cpu_ms: float  # of the bench, which shares the machine
    count_s: float  # to open the box
    counted: int


@click.command()
@click.option("--count", default=50_000, show_default=True, type=click.IntRange(10, 500_000), help="Ballots.")
@click.option("--minutes", type=float, help="In which they come; left out: ten for 50,000.")
@click.option("--connections", default=32, show_default=True, type=click.IntRange(1, 500))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def ballots(count: int, minutes: float | None, connections: int, as_json: bool) -> None:
    """Let homes take part in a consultation of the whole county, and count. --minutes 0: as fast as it goes."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    minutes = MINUTES * count / 50_000 if minutes is None else minutes
    port = free_port()
    with stage(say, households=count, settings={"OWL_PUBLIC_URL": f"http://127.0.0.1:{port}"}) as here:
        measured = _measure(here, say, count, rate=count / minutes / 60 if minutes else 0, lines=connections, port=port)
    figures = asdict(measured)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name.replace('_', ' '):>14}  {value}")
    good = not (measured.lost or measured.failed) and measured.counted == count and measured.p95_ms <= P95_MS
    sys.exit(0 if good else 1)


def _measure(here: Stage, say: Say, count: int, *, rate: float, lines: int, port: int) -> Measured:
    say("Making keys for every ward")
    consultation_id = _announce(here)
    message_id = _invite(here, consultation_id, count)
    with tempfile.TemporaryDirectory(prefix="owl-voters-") as folder:
        file = Path(folder) / "voters"
        say(f"Blinding {count:,} codes")
        _write_voters(file, consultation_id, message_id)
        served = ("--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{port}", "owl.wsgi:app")
        here.supervisor.start(program("web", sys.executable, "-m", "gunicorn", *served))
        await_port(port)
        say("Taking part")
        busy = {"web": here.pids(), "postgres": [here.postgres_pid()]}
        before = cpu_seconds(busy)
        command = [sys.executable, "-m", "bench.voters", str(port), SLUG, str(file), str(rate), str(lines)]
        told = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout)
        used_ms = {name: (after - before[name]) / count * 1000 for name, after in cpu_seconds(busy).items()}
    here.supervisor.stop()
    in_box = _number(SealedBallot.code_hash)
    say("Counting")
    began = time.monotonic()
    count_due(utc_now() + timedelta(days=2))
    return Measured(
        ballots=in_box,
        rate=round(in_box / told["seconds"], 1),
        sign_p95_ms=_p95(told["sign"]),
        cast_p95_ms=_p95(told["cast"]),
        p95_ms=_p95(told["sign"] + told["cast"]),
        failed=sum(told["failed"].values()),
        lost=count - min(in_box, _number(Voice.household_id)),
        web_cpu_ms=round(used_ms["web"], 2),
        postgres_cpu_ms=round(used_ms["postgres"], 2),
        voters_cpu_ms=round(told["cpu_s"] / count * 1000, 2),
        count_s=round(time.monotonic() - began, 1),
        counted=_number(CountedBallot.id),
    )


def _announce(here: Stage) -> int:
    now = utc_now()
    with transaction() as session:
        row = Consultation(
            slug=SLUG, status=ConsultationStatus.ANNOUNCED, title="Bench", intro="", questions=QUESTIONS,
            translations={}, neighbourhood_ids=[row.id for row in neighbourhoods(session)], author_id=here.users[0].id,
            created_at=now, opens_at=now - timedelta(days=1), closes_at=now + timedelta(days=1),
        )  # fmt: skip
        session.add(row)
        session.flush()
        make_keys(session, row)
        return row.id


def _invite(here: Stage, consultation_id: int, count: int) -> int:
    """The id of an invitation that went to one contact point of each home."""
    with transaction() as session:
        message = sent_message(here.users[0].id, count, at=utc_now())
        message.kind, message.consultation_id = Kind.CONSULTATION_INVITATION, consultation_id
        session.add(message)
        session.flush()
        ensure_partition(session, message.id)
        session.execute(_DELIVERIES, {"message_id": message.id, "count": count})
        return message.id


def _write_voters(file: Path, consultation_id: int, message_id: int) -> None:
    keys = {key.ward_code: key.key for key in public_keys(db.session(), consultation_id)}
    found = db.session.execute(_WARDS, {"message_id": message_id}).all()
    with file.open("w") as voters:
        for seq, ward in found:
            known = ward if ward in keys else ""
            resident = Resident(keys[known])
            voter = {
                "token": delivery_token(Purpose.FEEDBACK, message_id, seq), "ward": known, "n": f"{resident.n:x}",
                "code": resident.code.hex(), "blinded": resident.blinded.hex(), "inverse": f"{resident.inverse:x}",
                "answers": ANSWERS[seq % len(ANSWERS)],
            }  # fmt: skip
            voters.write(json.dumps(voter) + "\n")
    db.session.rollback()


def _number(key: InstrumentedAttribute[Any]) -> int:
    found = db.session.scalar(sa.select(sa.func.count(key)))
    db.session.rollback()
    return found or 0


def _p95(took: list[float]) -> float:
    return round(sorted(took)[int(len(took) * 0.95)], 1) if took else 0.0


_DELIVERIES = sa.text(
    """
    INSERT INTO delivery (message_id, seq, contact_point_id, household_id, status, attempts, changed_at)
    SELECT :message_id, row_number() OVER (ORDER BY home), point, home, 'sent', 1, now()
    FROM (SELECT household_id AS home, min(contact_point.id) AS point
          FROM subscription JOIN contact_point USING (subscriber_id)
          GROUP BY household_id ORDER BY household_id LIMIT :count) AS homes
    """
)
_WARDS = sa.text(
    """
    SELECT seq, household.ward_code FROM delivery JOIN household ON household.id = household_id
    WHERE message_id = :message_id ORDER BY seq
    """
)
