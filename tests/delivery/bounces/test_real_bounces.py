"""Mails that come back: by Postfix where it can be started, and by a mail server of ours that writes the same."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.delivery.bounces.verdicts import Verdict
from owl.delivery.models import Bounce
from owl.foundation.signed_links import Purpose, sign_delivery
from tests.delivery.bounces.postfix import bouncing_postfix
from tests.delivery.bounces.samples import dsn
from tests.delivery.bounces.serving import served
from tests.delivery.smtp.postfix import postfix_is_here
from tests.stand_ins import MailSink

DOMAIN = "bounces.owl.example.com"
WAYS = ["ours", *(["Postfix by SMTP", "Postfix by LMTP"] if postfix_is_here() else [])]  # `make test` installs it
GIVE_UP_S = 60.0
Send = Callable[[str, str], object]  # return path, address

REFUSALS = {
    "dead@example.com": "550 5.1.1 No such user",
    "later@example.com": "451 4.7.1 Greylisted, try again later",
    "refused@example.com": "550 5.7.1 Blocked: our filter takes this for spam",
    "full@example.com": "552 5.2.2 The mailbox is full",
}


@pytest.fixture(params=WAYS)
def send(request: pytest.FixtureRequest, app: Flask, committed: Session, mail_sink: MailSink) -> Iterator[Send]:
    """Sends a mail that comes back."""
    for address, answer in REFUSALS.items():
        mail_sink.refuse(address, answer)
    with ExitStack() as stack:
        kind = "lmtp" if "LMTP" in request.param else "smtp"
        mailin = stack.enter_context(served(app, f"{kind}://127.0.0.1:0"))
        if request.param == "ours":
            yield lambda path, address: _report(mailin, path, address)
        else:
            back = f"smtp:[127.0.0.1]:{mailin}" if kind == "smtp" else f"lmtp:inet:127.0.0.1:{mailin}"
            port = stack.enter_context(bouncing_postfix(domain=DOMAIN, back=back, next_port=mail_sink.port))
            yield lambda path, address: _mail(port, path, address)


def _report(port: int, path: str, address: str) -> None:
    words = REFUSALS[address]
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail("", [path], dsn(status=words.split()[1], diagnostic=f"smtp; {words}"))


def _mail(port: int, path: str, address: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        client.sendmail(path, [address], b"Subject: Shed break-ins\n\nPlease check your locks.\n")


def test_what_comes_back_is_known_by_its_return_path(send: Send, settings: Settings, committed: Session) -> None:
    keys = [key.get_secret_value().encode() for key in settings.secret_keys]
    for seq, address in enumerate(REFUSALS, start=1):
        send(f"b-{sign_delivery(keys, Purpose.RETURN_PATH, 3, seq)}@{DOMAIN}", address)
    asked = sa.select(Bounce.message_id, Bounce.seq, Bounce.verdict, Bounce.fault).order_by(Bounce.seq)
    give_up_at = time.monotonic() + GIVE_UP_S
    while len(found := committed.execute(asked).all()) < len(REFUSALS) and time.monotonic() < give_up_at:
        committed.rollback()
        time.sleep(0.1)
    assert [(row.message_id, row.verdict, (row.fault or "").split()[-1]) for row in found] == [
        (3, Verdict.HARD, "5.1.1"),
        (3, Verdict.SOFT, "4.7.1"),
        (3, Verdict.OURS, "5.7.1"),
        (3, Verdict.SOFT, "5.2.2"),
    ]
