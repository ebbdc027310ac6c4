"""Nothing that tells who a resident or user is reaches a log: neither before it is cleaned, nor after."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator

import pyotp
import pytest
import sqlalchemy as sa
import structlog
from flask import Flask
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from owl.accounts.second_steps import give_second_step
from owl.delivery.notices import send_notice_now
from owl.delivery.planning import plan_batches, plan_deliveries
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import transaction
from owl.foundation.jobs import Queue
from owl.foundation.logs import formatter
from owl.foundation.notices import Notice
from owl.households.consent import WORDING
from owl.messages.models import MessageStatus
from tests import factories
from tests.house.routes.table import WHO
from tests.house.world import PERSONS, World, undone
from tests.stand_ins import MailSink, StandIn
from workers.worker import Worker

HOME = "SG5 1SD"
TYPED = {
    "email": "joan.smith@example.com",
    "mobile": "07700 900321",
    "name": "Joan Featherstonehaugh",
    "house": "Rose Cottage",
    "words": "I saw the man in the red coat.",
    "password": "umbrella cactus tuba",
    "code": "918273",
    "next": "/team/hidden-away",
}
SECRETS = [*TYPED.values(), HOME, "+447700900321", "447700900321", "joan.smith", "Featherstonehaugh"]


class Everything(logging.Handler):
    """Keeps each record as it was logged, and as the line that is written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(formatter())
        self.logged = io.StringIO()
        self.written = io.StringIO()

    def emit(self, record: logging.LogRecord) -> None:
        if record.name == "mail.log":  # the mail sink, which runs in this process too
            return
        self.logged.write(f"{record.name}: {record.getMessage()} {record.__dict__.get('_logger', '')}\n")
        self.written.write(self.format(record) + "\n")


@pytest.fixture
def logs() -> Iterator[Everything]:
    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.setLevel(level)
    root.removeHandler(handler)


def assert_silent(logs: Everything, secrets: list[str]) -> None:
    lines = logs.logged.getvalue() + logs.written.getvalue()
    assert "request" in lines, "logging must be on for this test to mean anything"
    found = [secret for secret in secrets if secret.lower() in lines.lower()]
    assert not found, [line for line in lines.splitlines() if any(secret.lower() in line.lower() for secret in found)]


def test_joining_and_its_notices_leave_nothing_in_the_logs(
    app: Flask, session: Session, logs: Everything, mail_sink: MailSink, twilio_stand_in: StandIn
) -> None:
    client = app.test_client()
    client.get("/join/where", query_string={"postcode": HOME})
    client.post("/join/where", data={"postcode": HOME})
    client.post("/join/contact", data=TYPED)
    client.post("/join/kinds", data={"kinds": ["crime_alert"]})
    client.post("/join/consent", data={"agree": WORDING})
    shown = re.search(r'name="shown"\s+value="(\w+)"', client.get("/join/check").text)
    assert shown
    client.post("/join/check", data={"shown": shown[1]})
    notices = session.scalars(sa.select(Notice)).all()
    words = [json.loads(notice.words or "{}") for notice in notices]
    tokens = [str(said[name]) for said in words for name in ("token", "code") if name in said]
    assert len(tokens) >= 2

    for notice_id in [notice.id for notice in notices]:
        send_notice_now(notice_id, clock=utc_now)
    for said in words:
        if "token" in said:
            client.get(f"/join/prove/{said['token']}")
            client.post(f"/join/prove/{said['token']}")
        client.post("/join/code", data={"code": said.get("code", "")})

    assert_silent(logs, [*SECRETS, *tokens])


def test_signing_in_leaves_nothing_in_the_logs(app: Flask, session: Session, logs: Everything) -> None:
    user = factories.user(session, email=TYPED["email"], name=TYPED["name"])
    key = give_second_step(user.id, now=utc_now())
    client, code = app.test_client(), pyotp.TOTP(key).now()
    client.get("/team/sign-in", query_string={"next": TYPED["next"]})
    client.post("/team/sign-in", data=TYPED)
    client.post("/team/sign-in", data=TYPED | {"password": factories.PASSWORD})
    client.post("/team/second-step", data={"code": code})
    assert client.get("/team/profile").status_code == 200
    cookie = client.get_cookie("owl")
    assert cookie

    assert_silent(logs, [*SECRETS, factories.PASSWORD, code, key, cookie.value])


def test_what_providers_tell_leaves_nothing_in_the_logs(app: Flask, session: Session, logs: Everything) -> None:
    told = {"MessageSid": "SM" + "1" * 32, "From": "+447700900321", "Body": "STOP it, says Joan Featherstonehaugh"}
    address = f"{settings().public_url}/hooks/twilio/inbound"
    token = settings().twilio_auth_token.get_secret_value()
    signature = RequestValidator(token).compute_signature(address, told)
    client = app.test_client()
    assert client.post("/hooks/twilio/inbound", data=told, headers={"X-Twilio-Signature": signature}).status_code == 200
    client.post("/hooks/twilio/inbound", data=told, headers={"X-Twilio-Signature": "forged"})

    assert_silent(logs, [*SECRETS, signature, token])


def test_sending_a_message_tells_which_and_how_it_went_and_not_to_whom(
    app: Flask, session: Session, logs: Everything, mail_sink: MailSink
) -> None:
    structlog.contextvars.bind_contextvars(request="0a1b2c3d")  # as the request that approved it
    home = factories.household(session)
    for address in (TYPED["email"], "refused@example.com"):
        owner = factories.subscriber(session, home, name=TYPED["name"])
        factories.contact_point(session, owner, address=address)
    now = utc_now()
    message = factories.message(
        session,
        neighbourhood_ids=[home.neighbourhood_id],
        status=MessageStatus.SENDING,
        approved_at=now,
        finished_at=None,
    )
    with transaction() as inside:
        planned = plan_deliveries(inside, message, now=now)
        message.targeted = planned.targeted
        plan_batches(inside, message, planned, now=now)
    mail_sink.refuse("refused@example.com")

    Worker(app, [Queue.STANDARD]).work(burst=True, logging_level="WARNING")

    lines = [json.loads(line) for line in logs.written.getvalue().splitlines()]
    begins, ends = (line for line in lines if line["logger"] == "owl.jobs")
    assert {"job": "send_batch", "message": message.id, "batch": 1, "request": "0a1b2c3d"}.items() <= begins.items()
    assert {"result": "done", "email sent": 1, "email permanent": 1, "bounced": 1}.items() <= ends.items()
    assert {"seconds", "worker"} <= set(ends)
    assert_silent(logs, [*SECRETS, "refused@example.com"])


def test_opening_and_filling_every_page_leaves_nothing_in_the_logs(world: World, logs: Everything) -> None:
    for rule in world.app.url_map.iter_rules():
        person = "resident" if WHO[rule.endpoint][PERSONS.index("resident")] == "+" else "supervisor"
        for method in (rule.methods or set()) & {"GET", "POST"}:
            with undone():
                world.client(person).open(world.path(rule), method=method, data=TYPED, query_string=TYPED)

    assert_silent(logs, [*SECRETS, *world.links.values(), *world.cookies.values()])
