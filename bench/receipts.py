"""`owl bench receipts`: signed status callbacks over HTTP into gunicorn, until every delivery has its final state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from urllib.parse import urlencode, urlsplit

import click
import sqlalchemy as sa
from twilio.request_validator import RequestValidator

from bench.caller import write_request
from bench.history import sent_message
from bench.sink import await_port, free_port
from bench.stage import Say, Stage, program, stage
from owl.delivery.merging import merge_receipts
from owl.delivery.models import DeliveryStatus
from owl.delivery.partitions import ensure_partition
from owl.delivery.queries import ledger
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.database import db, transaction
from owl.foundation.signed_links import Purpose

WORDS = ("sent", "delivered")  # of each text, in this order and not
SHUFFLED = 400  # receipts that may overtake one another
PAGE_EVERY_S = 0.1
GIVE_UP_S = 600.0


@dataclass(frozen=True)
class Measured:
    """Receipts by the way that Twilio's take, and the second half of that way alone."""

    events: int
    http_rate: float  # a second, from the first call to the final state of every delivery
    answered_rate: float  # a second, from the first call to the last answer
    merge_rate: float  # a second, nothing else running
    web_cpu_ms: float  # of the website's processes, for each callback, and the pages among them
    p99_ms: float  # of an ordinary page meanwhile
    pages: int
    refused: int
    ledger_holds: bool


@click.command()
@click.option("--events", default=100_000, show_default=True, type=click.IntRange(100, 2_000_000))
@click.option("--connections", default=24, show_default=True, type=click.IntRange(1, 500))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def receipts(events: int, connections: int, as_json: bool) -> None:
    """Call the website as Twilio does, and measure until every delivery has its final state."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    port = free_port()
    with stage(say, households=100, settings={"OWL_PUBLIC_URL": f"http://127.0.0.1:{port}"}) as here:
        measured = _measure(here, say, events=events // 2 * 2, connections=connections, port=port)
    figures = asdict(measured)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name.replace('_', ' '):>14}  {value}")
    sys.exit(0 if measured.ledger_holds and not measured.refused else 1)


def _measure(here: Stage, say: Say, *, events: int, connections: int, port: int) -> Measured:
    message_id = _texts_sent(here, events // 2)
    with tempfile.TemporaryDirectory(prefix="owl-calls-") as folder:
        file = Path(folder) / "calls"
        say(f"Signing {events:,} callbacks")
        _write_calls(here, file, message_id, events // 2)
        _start(here, port)
        say("Calling")
        began = time.monotonic()
        command = [sys.executable, "-m", "bench.caller", str(port), str(file), str(connections)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as caller:
            pages = _look_at_pages(here, caller, port)
            told = json.loads(caller.communicate()[0])
        cpu_s = sum(map(_cpu_s, here.pids()))
        _await_merged(here)
        seconds = time.monotonic() - began
    here.supervisor.stop()
    holds = _holds(message_id)
    say("Merging once more, alone")
    merge_rate = _merge_alone(message_id, events)
    return Measured(
        events=events,
        http_rate=round(events / seconds),
        answered_rate=round(events / told["seconds"]),
        merge_rate=round(merge_rate),
        web_cpu_ms=round(cpu_s / events * 1000, 2),
        p99_ms=round(sorted(pages)[int(len(pages) * 0.99)] * 1000, 1),
        pages=len(pages),
        refused=events - told["answers"].get("204", 0),
        ledger_holds=holds and _holds(message_id),
    )


def _texts_sent(here: Stage, count: int) -> int:
    """The id of a message whose texts are all with Twilio."""
    with transaction() as session:
        message = sent_message(here.users[0].id, count, at=utc_now())
        session.add(message)
        session.flush()
        ensure_partition(session, message.id)
        session.execute(_DELIVERIES, {"message_id": message.id, "count": count})
        return message.id


def _write_calls(here: Stage, file: Path, message_id: int, texts: int) -> None:
    validator = RequestValidator(here.settings.twilio_auth_token.get_secret_value())
    address = urlsplit(here.settings.public_url)
    with file.open("wb") as calls:
        for seq, said in _order(texts):
            sid = f"SM{seq:032x}"
            form = {
                "AccountSid": here.settings.twilio_account_sid, "ApiVersion": "2010-04-01",
                "From": "+447700900000", "MessageSid": sid, "MessageStatus": said, "SmsSid": sid, "SmsStatus": said,
                "MessagingServiceSid": here.settings.twilio_messaging_service_sid, "To": f"+4477{seq:08}",
            }  # fmt: skip
            path = f"/hooks/twilio/status/{delivery_token(Purpose.RECEIPT, message_id, seq)}"
            signature = validator.compute_signature(here.settings.public_url + path, form)
            body = urlencode(form)
            head = (
                f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nX-Twilio-Signature: {signature}\r\n"
                f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            write_request(calls, f"{head}{body}".encode())


def _order(texts: int) -> Iterator[tuple[int, str]]:
    """Every word of every text, near the order of their sending."""
    chance = Random(7)  # the same order in every run
    events = [(seq, said) for seq in range(1, texts + 1) for said in WORDS]
    for start in range(0, len(events), SHUFFLED):
        part = events[start : start + SHUFFLED]
        chance.shuffle(part)
        yield from part


def _start(here: Stage, port: int) -> None:
    served = ("--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{port}", "owl.wsgi:app")
    here.supervisor.start(program("web", sys.executable, "-m", "gunicorn", *served))
    here.supervisor.start(program("worker", sys.executable, "-m", "workers", "notices"))
    await_port(port)
    _page(port)
    time.sleep(3)  # the worker loads the application


def _cpu_s(pid: int) -> float:
    """Seconds of the processor that the children of a process have had."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    stats = [Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split() for child in children]
    return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")


def _look_at_pages(here: Stage, caller: subprocess.Popen[str], port: int) -> list[float]:
    """Seconds that each look at an ordinary page took, while the caller calls."""
    took = []
    while caller.poll() is None:
        took.append(_page(port))
        here.supervisor.look()
        time.sleep(PAGE_EVERY_S)
    return took


def _page(port: int) -> float:
    began = time.monotonic()
    line = HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", "/")
    answer = line.getresponse()
    answer.read()
    line.close()
    assert answer.status == 200, answer.status
    return time.monotonic() - began


def _await_merged(here: Stage) -> None:
    give_up_at = time.monotonic() + GIVE_UP_S
    while db.session.scalar(sa.text("SELECT EXISTS (SELECT FROM receipt WHERE merged_at IS NULL)")):
        db.session.rollback()
        here.supervisor.look()
        if time.monotonic() > give_up_at:
            raise SystemExit(f"Receipts were not merged within {GIVE_UP_S:.0f} s; see {here.home.logs}")
        time.sleep(0.05)
    db.session.rollback()


def _holds(message_id: int) -> bool:
    count = ledger(db.session(), message_id)
    db.session.rollback()
    return count.holds and count.count(DeliveryStatus.DELIVERED) == count.targeted


def _merge_alone(message_id: int, events: int) -> float:
    """Receipts merged a second."""
    with transaction() as session:
        session.execute(sa.text("UPDATE delivery SET status = 'sent' WHERE message_id = :id"), {"id": message_id})
        session.execute(sa.text("UPDATE receipt SET merged_at = NULL"))
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE delivery, receipt"))
    began = time.monotonic()
    merged = merge_receipts(now=utc_now())
    assert merged == events, merged
    return merged / (time.monotonic() - began)


_DELIVERIES = sa.text(
    """
    INSERT INTO delivery (message_id, seq, contact_point_id, household_id, status, attempts, changed_at)
    SELECT :message_id, seq, seq, seq, 'sent', 1, now() FROM generate_series(1, :count) AS seq
    """
)
