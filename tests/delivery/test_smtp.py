"""Mail over real SMTP: each mail its own outcome, whatever the relay does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from owl.delivery.providers import OutgoingMail, Result
from owl.delivery.smtp import SmtpRelay
from tests.stand_ins import MailSink


def mail(seq: int, recipient: str = "joan@example.com") -> OutgoingMail:
    content = b"From: alerts@example.com\r\nSubject: Sheds\r\n\r\n.A line that begins with a dot\r\n"
    return OutgoingMail(seq, "b@bounces.example.com", recipient, content)


def relay_of(sink: MailSink) -> SmtpRelay:
    return SmtpRelay.parse(f"smtp://{sink.host}:{sink.port}")


def results(relay: SmtpRelay, *mails: OutgoingMail) -> list[tuple[int, Result, str | None]]:
    return [(outcome.seq, outcome.result, outcome.fault) for group in relay.send_all(mails) for outcome in group]


def test_mails_arrive_whole(mail_sink: MailSink) -> None:
    assert results(relay_of(mail_sink), mail(1), mail(2)) == [(1, Result.SENT, None), (2, Result.SENT, None)]
    assert len(mail_sink.mails("joan@example.com")) == 2


def test_a_refused_recipient_does_not_touch_the_others(mail_sink: MailSink) -> None:
    mail_sink.refuse("gone@example.com", "550 5.1.1 No such user")
    mail_sink.refuse("full@example.com", "552 5.2.2 Mailbox full")
    mail_sink.refuse("later@example.com", "451 4.7.1 Greylisted")
    told = results(
        relay_of(mail_sink),
        mail(1, "gone@example.com"),
        mail(2, "full@example.com"),
        mail(3, "later@example.com"),
        mail(4),
    )
    assert told == [
        (1, Result.PERMANENT, "550 5.1.1"),
        (2, Result.TEMPORARY, "552 5.2.2"),
        (3, Result.TEMPORARY, "451 4.7.1"),
        (4, Result.SENT, None),
    ]


@pytest.mark.parametrize("recipient", ["joan@example.com\r\nRCPT TO:<x@example.com>", "", "@", "joan joan@example.com"])
def test_an_address_that_is_none_reaches_nobody(mail_sink: MailSink, recipient: str) -> None:
    (first, then) = results(relay_of(mail_sink), mail(1, recipient), mail(2))
    assert first[1] is Result.PERMANENT
    assert then == (2, Result.SENT, None)
    assert [caught.recipient for caught in mail_sink.mails()] == ["joan@example.com"]


def test_a_relay_that_is_away_leaves_all_for_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        relay = SmtpRelay("127.0.0.1", free.getsockname()[1])
        told = results(relay, *(mail(seq) for seq in range(1, 6)))
    assert [(seq, result) for seq, result, _ in told] == [(seq, Result.TEMPORARY) for seq in range(1, 6)]


@contextmanager
def scripted(*answers: bytes) -> Iterator[SmtpRelay]:
    """A relay that gives these answers, one a connection, to the end of DATA; None more."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answer in answers:
            line, _ = server.accept()
            with line, line.makefile("rb") as commands:
                line.sendall(b"220 ready\r\n")
                for command in commands:
                    verb = command.strip().upper()
                    if verb == b".":
                        if answer:
                            line.sendall(answer)
                        break
                    if verb.startswith(b"DATA"):
                        line.sendall(b"354 go on\r\n")
                    elif verb.startswith((b"EHLO", b"MAIL", b"RCPT", b"RSET", b"NOOP")):
                        line.sendall(b"250 ok\r\n")

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield SmtpRelay("127.0.0.1", server.getsockname()[1])
    finally:
        thread.join(5)
        server.close()


def test_a_line_that_breaks_after_the_mail_leaves_just_that_one_unsure() -> None:
    with scripted(b"", b"250 taken\r\n") as relay:
        assert results(relay, mail(1), mail(2)) == [(1, Result.UNSURE, "relay"), (2, Result.SENT, None)]


def test_a_relay_that_closes_with_421_is_called_again() -> None:
    with scripted(b"421 4.3.2 closing\r\n", b"250 taken\r\n") as relay:
        assert results(relay, mail(1), mail(2)) == [(1, Result.TEMPORARY, "421 4.3.2"), (2, Result.SENT, None)]


def test_a_relay_without_starttls_is_refused_not_downgraded(mail_sink: MailSink) -> None:
    relay = SmtpRelay.parse(f"smtp://{mail_sink.host}:{mail_sink.port}?starttls=1")
    assert [result for _, result, _ in results(relay, mail(1))] == [Result.TEMPORARY]
    assert mail_sink.mails() == []


@pytest.mark.parametrize(
    ("url", "relay"),
    [
        ("smtp://mail.example.com", SmtpRelay("mail.example.com", 25)),
        ("smtps://mail.example.com", SmtpRelay("mail.example.com", 465, tls=True)),
        (
            "smtp://u%40x:p%2Fw@mail.example.com:587?starttls=1",
            SmtpRelay("mail.example.com", 587, user="u@x", password="p/w", starttls=True),
        ),
    ],
)
def test_the_address_of_a_relay_is_read(url: str, relay: SmtpRelay) -> None:
    assert SmtpRelay.parse(url) == relay


@pytest.mark.parametrize("url", ["", "mail.example.com", "http://mail.example.com", "smtp://"])
def test_what_is_no_relay_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="OWL_SMTP_URL"):
        SmtpRelay.parse(url)
