"""`owl bench urgent`: an urgent alert while a newsletter to the county is in full flow, at a provider's small rate."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import click
import sqlalchemy as sa

from bench.counting_sink import arrivals
from bench.crew import crew
from bench.fanout import county_by_mail
from bench.sink import await_port, free_port
from bench.stage import Say, Stage, program, stage
from owl.delivery.queries import ledger
from owl.embedded.first_alert import BODY, VALID_FOR, approve_alert, submit_alert
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.models import ContactPoint, Household, Subscriber, Subscription
from owl.messages.audience import Area, AreaKind, Audience
from owl.messages.draft import Draft
from owl.messages.models import Severity

MEMBERS = (
    ("workers", "standard", "bulk"),
    ("workers", "bulk", "standard"),
    ("workers", "urgent"),
    ("workers", "notices"),
    ("workers.clock",),
)
LOADING_S = 5.0
LOOK_EVERY_S = 0.1
STARTS_WITHIN_S = 2.0
SLACK = 1.25  # of the time that the alert would take with the provider to itself


@dataclass(frozen=True)
class Measured:
    """What the alert got. Times from the end of its approval to the sink."""

    start_s: float
    done_s: float
    homes: int
    alone_s: float  # what the rate allows at best
    rate: float
    newsletter_before: float  # a second, while it had the provider to itself
    newsletter_meanwhile: float
    overall_rate: float  # both together over the whole measurement; the bucket's word kept
    deliveries: int


@click.command()
@click.option("--households", default=170_000, show_default=True, type=click.IntRange(1000, 2_000_000))
@click.option("--homes", default=300, show_default=True, type=click.IntRange(1, 5000), help="Of the urgent alert.")
@click.option("--rate", default=100.0, show_default=True, type=float, help="Of the provider, a second.")
@click.option("--before", default=30.0, show_default=True, help="Seconds of newsletter alone.")
@click.option("--folder", type=click.Path(path_type=Path), default=None, help="Keep the households here for next time.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def urgent(households: int, homes: int, rate: float, before: float, folder: Path | None, as_json: bool) -> None:  # noqa: PLR0917
    """Send an urgent alert in the middle of a newsletter, and measure at the sink when it starts and ends."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    port = free_port()
    settings = {"OWL_SMTP_URL": f"smtp://127.0.0.1:{port}", "OWL_SMTP_RATE": str(rate)}
    with stage(say, households=households, settings=settings, folder=folder) as here:
        caught = here.home.folder / "arrivals"
        caught.unlink(missing_ok=True)
        here.supervisor.start(program("sink", sys.executable, "-m", "bench.counting_sink", str(port), caught))
        await_port(port)
        with crew(here, *MEMBERS):
            time.sleep(LOADING_S)
            measured = _measure(here, say, homes=homes, rate=rate, before=before, caught=caught)
    if as_json:
        click.echo(json.dumps(asdict(measured)))
    else:
        for name, value in asdict(measured).items():
            click.echo(f"{name.replace('_', ' '):>20}  {value}")
    holds = measured.start_s <= STARTS_WITHIN_S and measured.done_s <= measured.alone_s * SLACK + STARTS_WITHIN_S
    sys.exit(0 if holds else 1)


def _measure(here: Stage, say: Say, *, homes: int, rate: float, before: float, caught: Path) -> Measured:
    newsletter = submit_alert(county_by_mail(), here.users, now=utc_now())
    approve_alert(newsletter, here.users, now=utc_now())
    say("The newsletter is on its way")
    time.sleep(before)
    alert = submit_alert(_alert_to(homes, utc_now()), here.users, now=utc_now())
    approve_alert(alert, here.users, now=utc_now())
    approved_at = time.time()
    targeted = ledger(db.session(), alert).targeted
    say(f"So is the alert, to {targeted} people")
    give_up_at = time.monotonic() + 3 * targeted / rate + 30
    while len(_moments(caught, alert)) < targeted and time.monotonic() < give_up_at:
        time.sleep(LOOK_EVERY_S)
    urgent_moments, others = _moments(caught, alert), _moments(caught, newsletter)
    began, ended = others[0], urgent_moments[-1]
    alone = [moment for moment in others if moment < approved_at]
    beside = [moment for moment in others if urgent_moments[0] <= moment <= ended]
    both = len(alone) + len(urgent_moments) + sum(approved_at <= moment <= ended for moment in others)
    return Measured(
        start_s=round(urgent_moments[0] - approved_at, 2),
        done_s=round(ended - approved_at, 2),
        homes=homes,
        alone_s=round(targeted / rate, 2),
        rate=rate,
        newsletter_before=round(len(alone) / max(approved_at - began, 0.1), 1),
        newsletter_meanwhile=round(len(beside) / max(ended - urgent_moments[0], 0.1), 1),
        overall_rate=round(both / max(ended - began, 0.1), 1),
        deliveries=targeted,
    )


def _moments(caught: Path, message_id: int) -> list[float]:
    """When each mail of the message arrived first, in order."""
    return sorted(came[0] for name, came in arrivals(caught).items() if name.startswith(f"<{message_id}."))


def _alert_to(homes: int, now: datetime) -> Draft:
    """To whole postcodes with about so many homes that have an address."""
    asked = (
        sa.select(Household.postcode, sa.func.count())
        .join(Subscription, Subscription.household_id == Household.id)
        .join(Subscriber, Subscriber.id == Subscription.subscriber_id)
        .join(ContactPoint, ContactPoint.subscriber_id == Subscriber.id)
        .where(ContactPoint.channel == Channel.EMAIL)
        .group_by(Household.postcode)
        .order_by(Household.postcode)
    )
    chosen, count = [], 0
    for postcode, there in db.session.execute(asked):
        if count < homes:
            chosen.append(Area(AreaKind.POSTCODE, postcode))
            count += there
    return Draft(
        kind=Kind.CRIME_ALERT,
        severity=Severity.URGENT,
        title="A man with a knife in your street",
        body=BODY,
        sms_text="",
        audience=Audience.of(chosen, channels=[Channel.EMAIL]),
        valid_until=now + VALID_FOR,
    )
