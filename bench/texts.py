"""`owl bench texts`: one message by text, through Twilio's client to the stand-in, by one worker."""

from __future__ import annotations

import json
import sys
import time
from contextlib import closing
from dataclasses import asdict, dataclass

import click
import sqlalchemy as sa

from bench.fanout import await_end
from bench.sink import await_port, free_port
from bench.stage import Say, Stage, program, stage
from owl.delivery.models import DeliveryStatus
from owl.delivery.providers import OutgoingSms, Result
from owl.delivery.queries import ledger
from owl.delivery.twilio import TwilioTexts
from owl.embedded.first_alert import BODY, TEXT, TITLE, VALID_FOR, approve_alert, submit_alert
from owl.foundation.clock import utc_now
from owl.foundation.database import db, transaction
from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.contact_points import index_of
from owl.households.models import ContactPoint, Subscriber
from owl.messages.audience import COUNTY_CODE, Area, AreaKind, Audience
from owl.messages.draft import Draft
from owl.messages.models import Severity

NOWHERE = "http://receipts.invalid"  # the stand-in posts to loopback alone: no receipt disturbs the measuring


@dataclass(frozen=True)
class Measured:
    """One message by text, beside the client alone."""

    texts: int
    seconds: float  # from approval to every text recorded
    rate_per_worker: float  # texts a second, each planned, claimed, handed over and recorded
    client_rate: float  # texts a second, handed over by the client alone: nothing rendered, nothing recorded
    ledger_holds: bool


@click.command()
@click.option("--count", default=5000, show_default=True, type=click.IntRange(100, 200_000))
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def texts(count: int, as_json: bool) -> None:
    """Send one message by text, and measure until each delivery is recorded."""

    def say(words: str) -> None:
        click.echo(words, err=True)

    port = free_port()
    settings = {
        "TWILIO_API_URL": f"http://127.0.0.1:{port}",
        "OWL_PUBLIC_URL": NOWHERE,
        "OWL_SMS_RATE": "100000",
        "OWL_SMS_DAILY_PENCE": "100000000",
    }
    with stage(say, households=count, settings=settings) as here:
        _give_mobiles()
        _start_stand_in(here, port)
        measured = _measure(here, say, count)
    figures = asdict(measured)
    if as_json:
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name.replace('_', ' '):>16}  {value}")
    sys.exit(0 if measured.ledger_holds else 1)


def _give_mobiles() -> None:
    """A mobile for everybody who has none: the demo knows only the thousand numbers that are nobody's."""
    with transaction() as session:
        has_one = sa.exists().where(ContactPoint.subscriber_id == Subscriber.id, ContactPoint.channel == Channel.SMS)
        ids = session.scalars(sa.select(Subscriber.id).where(~has_one).order_by(Subscriber.id)).all()
        numbers = [f"+4475{subscriber_id:08}" for subscriber_id in ids]
        rows = [
            {
                "subscriber_id": subscriber_id,
                "channel": Channel.SMS,
                "address": number,
                "address_index": index_of(Channel.SMS, number),
                "verified_at": utc_now(),
            }
            for subscriber_id, number in zip(ids, numbers, strict=True)
        ]
        session.execute(sa.insert(ContactPoint), rows)


def _start_stand_in(here: Stage, port: int) -> None:
    options = (
        "--file", here.home.caught, "--twilio-port", str(port), "--smtp-port", str(free_port()),
        "--inbound-url", f"{NOWHERE}/hooks/twilio/inbound",
    )  # fmt: skip
    here.supervisor.start(program("twilio", sys.executable, "-m", "owl.embedded.stand_ins", *options))
    await_port(port)


def _measure(here: Stage, say: Say, count: int) -> Measured:
    before = set(here.pids())
    here.supervisor.start(program("worker", sys.executable, "-m", "workers", "texts", "bulk-texts"))
    time.sleep(4)  # it loads the application long before an alert comes
    say("Sending")
    message_id = submit_alert(_draft(), here.users, now=utc_now())
    began = time.time()
    approve_alert(message_id, here.users, now=utc_now())
    finished, _ = await_end(here, message_id, set(here.pids()) - before, say)
    found = ledger(db.session(), message_id)
    reached = found.count(DeliveryStatus.SENT, DeliveryStatus.DELIVERED)
    say("Measuring the client alone")
    return Measured(
        texts=found.targeted,
        seconds=round(finished - began, 2),
        rate_per_worker=round(found.targeted / (finished - began)),
        client_rate=round(_client_alone(here, count)),
        ledger_holds=found.holds and reached == found.targeted,
    )


def _client_alone(here: Stage, count: int) -> float:
    provider = TwilioTexts(
        account_sid=here.settings.twilio_account_sid,
        auth_token=here.settings.twilio_auth_token.get_secret_value(),
        messaging_service_sid=here.settings.twilio_messaging_service_sid,
        api_url=here.settings.twilio_api_url,
    )
    outgoing = [OutgoingSms(seq, f"+4477{seq:08}", f"{TEXT} {NOWHERE}/r/{seq:032}") for seq in range(1, count + 1)]
    with closing(provider):
        began = time.monotonic()
        sent = [outcome for group in provider.send_all(outgoing) for outcome in group]
        seconds = time.monotonic() - began
    assert {outcome.result for outcome in sent} == {Result.SENT}
    return count / seconds


def _draft() -> Draft:
    return Draft(
        kind=Kind.CRIME_ALERT,
        severity=Severity.ROUTINE,
        title=TITLE,
        body=BODY,
        sms_text=TEXT,
        audience=Audience.of([Area(AreaKind.COUNTY, COUNTY_CODE)], channels=[Channel.SMS]),
        valid_until=utc_now() + VALID_FOR,
    )
