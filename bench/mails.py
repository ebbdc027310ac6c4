"""`owl bench mails`: rendering alone, beside the email package building each mail by itself."""

from __future__ import annotations

import json
import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from email.utils import format_datetime
from pathlib import Path
from statistics import median

import click

from config.settings import read_settings
from owl.app import create_app
from owl.delivery.claiming import Recipient, SendingTeam
from owl.delivery.mail_frame import MailFrame, Own
from owl.delivery.rendering import Renderer, render_mails
from owl.embedded.environment import choose_ports, local_environment
from owl.embedded.first_alert import BODY, TITLE
from owl.embedded.home import Home
from owl.foundation.clock import utc_now
from owl.households.choices import Kind
from owl.messages.models import Message

TEAMS = 33  # as the county has
TOGETHER = 1_000  # mails of a batch
BUILT = 200  # mails by the email package, which is slow
DAYS = [date(2023, 1, 1) + timedelta(days=7 * week) for week in range(200)]  # of their choices
NAMES = (
    "Joan Smith",
    "Tom",
    "Mary O’Neill",
    None,
    "Priya Patel",
    "J. Smith",
    "Łukasz Wójcik",
    "Ann Lee",
    "محمد علي",
    "Jo",
)
BODIES = {"latin": BODY, "base64": "Сараи взломаны на улице. " * 20}


@dataclass(frozen=True)
class Measured:
    """Processor time of this process, in microseconds for a mail."""

    mails: int
    bytes_a_mail: int
    us_a_mail: float  # tokens, headers and all, frames kept from the batch before
    us_a_mail_base64: float
    ms_a_frame: float  # once for each message and team in each worker
    us_built: float  # the yardstick: email.message.EmailMessage
    ratio: float


@click.command()
@click.option("--mails", default=20_000, show_default=True, type=click.IntRange(TOGETHER, 2_000_000))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def mails(mails: int, *, as_json: bool) -> None:
    """Render mails without sending them, one in ten of them to a name that must be encoded."""
    with _application():
        figures = asdict(_measure(mails))
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name.replace('_', ' '):>18}  {value}")


def _measure(mails: int) -> Measured:
    batches = max(1, mails // TOGETHER)
    people = [_recipient(seq) for seq in range(1, TOGETHER + 1)]
    first, plain = _render("latin", people, batches)
    _, base64 = _render("base64", people, batches)
    frame, own = _one()
    built = _cpu_s(lambda: [frame.mail_as_built(own) for _ in range(BUILT)]) / BUILT
    return Measured(
        mails=batches * TOGETHER,
        bytes_a_mail=len(frame.mail(own)),
        us_a_mail=round(plain * 1e6, 1),
        us_a_mail_base64=round(base64 * 1e6, 1),
        ms_a_frame=round((first - plain * TOGETHER) / TEAMS * 1e3, 2),
        us_built=round(built * 1e6),
        ratio=round(built / plain),
    )


def _render(body: str, people: list[Recipient], batches: int) -> tuple[float, float]:
    """Seconds for the first batch, with its frames, and for a mail of the median of the others."""

    def batch() -> None:
        message = Message(id=1, kind=Kind.CRIME_ALERT, title=TITLE, body=BODIES[body], sms_text=None)
        render_mails(Renderer(message, sender="PC Green"), people, now=utc_now())

    return _cpu_s(batch), median(_cpu_s(batch) for _ in range(batches)) / TOGETHER


def _one() -> tuple[MailFrame, Own]:
    message = Message(id=1, kind=Kind.CRIME_ALERT, title=TITLE, body=BODY, sms_text=None)
    renderer, someone = Renderer(message, sender="PC Green"), _recipient(1)
    return renderer.frame(someone.team), renderer.own(someone, date=format_datetime(utc_now()))


def _recipient(seq: int) -> Recipient:
    place = f"Neighbourhood {seq % TEAMS}"
    team = SendingTeam(place, f"{place} Safer Neighbourhood Team", f"team-{seq % TEAMS}@example.com")
    return Recipient(
        seq, f"resident.{seq}@example.com", NAMES[seq % len(NAMES)], team, unsure=False, chosen_on=DAYS[seq % len(DAYS)]
    )


def _cpu_s(act: Callable[[], object]) -> float:
    before = resource.getrusage(resource.RUSAGE_SELF)
    act()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@contextmanager
def _application() -> Iterator[None]:
    """An application's context, with made-up settings and no server: rendering asks none."""
    with tempfile.TemporaryDirectory(prefix="owl-bench-") as folder:
        home = Home(Path(folder))
        home.prepare()
        nowhere = {"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none", "redis_url": "redis://127.0.0.1:1"}
        os.environ.update(local_environment(home, choose_ports(home, web=0), **nowhere))
        with create_app(read_settings()).app_context():
            yield
