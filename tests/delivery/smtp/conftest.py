"""Clients that are closed again, and mails to send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

import pytest

from owl.delivery.providers import OutgoingMail, Result
from owl.delivery.smtp.provider import SmtpMail

Told = list[tuple[int, Result, str | None]]
Client = Callable[..., SmtpMail]

CONTENT = b"From: alerts@example.com\r\nSubject: Sheds\r\n\r\n.A line that begins with a dot\r\n"


def mail(seq: int, recipient: str = "joan@example.com", content: bytes = CONTENT) -> OutgoingMail:
    return OutgoingMail(seq, "b@bounces.example.com", recipient, content)


def mails(count: int) -> list[OutgoingMail]:
    return [mail(seq, f"p{seq}@example.com") for seq in range(1, count + 1)]


def results(client: SmtpMail, *wanted: OutgoingMail) -> Told:
    """What became of each, by seq."""
    told = chain.from_iterable(client.send_all(wanted))
    return sorted((outcome.seq, outcome.result, outcome.fault) for outcome in told)


@pytest.fixture
def client() -> Iterator[Client]:
    """Makes a client of these relays, on one line where nothing else is said."""
    made: list[SmtpMail] = []

    def make(*urls: str, connections: int = 1) -> SmtpMail:
        made.append(SmtpMail.parse(",".join(urls), connections=connections))
        return made[-1]

    yield make
    for one in made:
        one.close()
