"""`owl mailin` on real sockets: what it takes, what it refuses, and that it keeps what it took."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.delivery.bounces.lines import LARGEST_MAIL
from owl.delivery.bounces.listening import listening
from owl.delivery.bounces.verdicts import Verdict
from owl.delivery.models import Bounce
from owl.foundation.errors import BadInput
from owl.foundation.signed_links import Purpose, sign_delivery
from tests.delivery.bounces.samples import RETURNED, dsn, feedback
from tests.delivery.bounces.serving import served

DOMAIN = "bounces.owl.example.com"


@pytest.fixture
def port(app: Flask, committed: Session) -> Iterator[int]:
    with served(app) as port:
        yield port


@pytest.fixture
def path(settings: Settings) -> str:
    """The return path of delivery 7 of message 3."""
    keys = [key.get_secret_value().encode() for key in settings.secret_keys]
    return f"b-{sign_delivery(keys, Purpose.RETURN_PATH, 3, 7)}@{DOMAIN}"


def stored(session: Session) -> list[tuple[int, int, Verdict, str | None]]:
    rows = session.execute(sa.select(Bounce.message_id, Bounce.seq, Bounce.verdict, Bounce.fault).order_by(Bounce.id))
    return [tuple(row) for row in rows]


def test_a_bounce_is_on_disk_before_it_is_acknowledged(port: int, path: str, committed: Session) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo("mx.example.com")
        assert {"size", "pipelining", "8bitmime", "smtputf8", "enhancedstatuscodes"} <= set(client.esmtp_features)
        assert client.sendmail("", [path], dsn()) == {}
        assert stored(committed) == [(3, 7, Verdict.HARD, "550 5.1.1")]


def test_the_same_report_twice_is_kept_once(port: int, path: str, committed: Session) -> None:
    for _ in range(2):
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.sendmail(
                "", [path.upper().replace(path[2:].partition("@")[0].upper(), path[2:].partition("@")[0])], dsn()
            )
    assert len(stored(committed)) == 1


@pytest.mark.parametrize(
    ("address", "answer"),
    [
        ("b-" + "A" * 32 + "@" + DOMAIN, (550, b"5.1.1")),
        ("b-@" + DOMAIN, (550, b"5.1.1")),
        ("anna@" + DOMAIN, (550, b"5.1.1")),
        ("anna@example.com", (550, b"5.7.1")),
        ("anna%example.com@example.org", (550, b"5.7.1")),
        ("notices@" + DOMAIN, (250, b"2.1.5")),
        ("Complaints@" + DOMAIN.upper(), (250, b"2.1.5")),
    ],
)
def test_who_may_be_written_to_is_said_before_the_mail_is_sent(
    port: int, address: str, answer: tuple[int, bytes]
) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo("mx.example.com")
        client.mail("")
        code, words = client.rcpt(address)
        assert (code, words[:5]) == answer


def test_every_changed_letter_of_a_return_path_is_refused(port: int, path: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo("mx.example.com")
        client.mail("")
        for place in range(2, 34):
            other = "A" if path[place] != "A" else "B"
            assert client.rcpt(path[:place] + other + path[place + 1 :])[0] == 550


def test_what_is_too_large_is_refused_by_its_size_and_by_its_bytes(port: int, path: str, committed: Session) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo("mx.example.com")
        assert client.mail("", [f"SIZE={LARGEST_MAIL + 1}"])[0] == 552
        client.mail("")
        client.rcpt(path)
        assert client.data(b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 16_000)[0] == 552
        client.mail("")
        client.rcpt(path)
        assert client.data(dsn())[0] == 250  # and the line goes on
    assert len(stored(committed)) == 1


def test_who_never_stops_is_cut_off(port: int, path: str) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(f"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<{path}>\r\nDATA\r\n".encode())
        with suppress(ConnectionError):
            for _ in range(400):
                line.sendall(b"x" * 16_384)
        with suppress(ConnectionError):
            while line.recv(65_536):
                pass


@pytest.mark.parametrize("mail", [b"", b"\r\n\r\n", b"no header at all\r\n", b"\xff\xfe\x00\x00"])
def test_what_is_no_mail_is_refused_for_good(port: int, path: str, mail: bytes, committed: Session) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.ehlo("mx.example.com")
        client.mail("")
        client.rcpt(path)
        assert client.data(mail) == (554, b"5.6.0 This is not a mail that can be read")
    assert stored(committed) == []


def test_what_could_not_be_stored_is_not_acknowledged(app: Flask, port: int, path: str, committed: Session) -> None:
    committed.execute(sa.text("ALTER TABLE bounce RENAME TO elsewhere"))
    committed.commit()
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.ehlo("mx.example.com")
            client.mail("")
            client.rcpt(path)
            code, words = client.data(dsn())
    finally:
        committed.execute(sa.text("ALTER TABLE elsewhere RENAME TO bounce"))
        committed.commit()
    assert (code, words[:5]) == (451, b"4.3.0")


def test_a_complaint_is_known_by_the_marks_of_the_mail_that_it_returns(
    port: int, path: str, settings: Settings, committed: Session
) -> None:
    keys = [key.get_secret_value().encode() for key in settings.secret_keys]
    link = f"List-Unsubscribe: <https://owl.example.com/unsubscribe/{sign_delivery(keys, Purpose.UNSUBSCRIBE, 4, 8)}>\n"
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.sendmail(
            "fbl@example.net", [f"complaints@{DOMAIN}"], feedback(original=f"Return-Path: <{path}>\n{RETURNED}")
        )
        client.sendmail("fbl@example.net", [f"complaints@{DOMAIN}"], feedback(original=link + RETURNED))
        with pytest.raises(smtplib.SMTPDataError, match=r"5\.7\.1"):
            client.sendmail("fbl@example.net", [f"complaints@{DOMAIN}"], feedback())
    assert stored(committed) == [(3, 7, Verdict.COMPLAINT, None), (4, 8, Verdict.COMPLAINT, None)]


def test_lmtp_answers_for_each_recipient(app: Flask, committed: Session, settings: Settings) -> None:
    keys = [key.get_secret_value().encode() for key in settings.secret_keys]
    paths = [f"b-{sign_delivery(keys, Purpose.RETURN_PATH, 3, seq)}@{DOMAIN}" for seq in (1, 2)]
    with served(app, "lmtp://127.0.0.1:0") as port, socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        reader = line.makefile("rb")
        recipients = "".join(f"RCPT TO:<{path}>\r\n" for path in [*paths, f"b-forged@{DOMAIN}"])
        line.sendall(f"LHLO mx.example.com\r\nMAIL FROM:<>\r\n{recipients}DATA\r\n".encode())
        said = [reader.readline()]
        while not said[-1].startswith(b"354"):
            said.append(reader.readline())
        assert sum(row.startswith(b"550 5.1.1") for row in said) == 1
        line.sendall(dsn().replace(b"\n", b"\r\n") + b".\r\n")
        assert [reader.readline()[:9] for _ in paths] == [b"250 2.0.0"] * 2
        line.sendall(f"MAIL FROM:<>\r\n{recipients}DATA\r\n".encode())
        assert [reader.readline()[:3] for _ in range(5)] == [b"250", b"250", b"250", b"550", b"354"]
        line.sendall(b"no mail\r\n.\r\nQUIT\r\n")
        assert [reader.readline()[:3] for _ in range(3)] == [b"554", b"554", b"221"]
        reader.close()
    assert [row[:2] for row in stored(committed)] == [(3, 1), (3, 2)]


def test_told_to_stop_it_answers_what_is_under_way_and_sends_the_idle_away(
    app: Flask, committed: Session, path: str
) -> None:
    with served(app) as port:
        idle = socket.create_connection(("127.0.0.1", port), timeout=10)
        busy = socket.create_connection(("127.0.0.1", port), timeout=10)
        busy.sendall(f"EHLO x\r\nMAIL FROM:<>\r\nRCPT TO:<{path}>\r\nDATA\r\n".encode())
        to_busy, to_idle = busy.makefile("rb"), idle.makefile("rb")
        while not to_busy.readline().startswith(b"354"):
            pass
        assert to_idle.readline().startswith(b"220")

        def finish() -> None:
            assert to_idle.readline().startswith(b"421 4.3.2")  # it is leaving
            busy.sendall(dsn().replace(b"\n", b"\r\n") + b".\r\n")

        finishing = threading.Thread(target=finish)
        finishing.start()
    finishing.join(10)
    with busy, idle, to_busy, to_idle:
        assert [to_busy.readline()[:3] for _ in range(2)] == [b"250", b"421"]
    assert len(stored(committed)) == 1


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:25", "smtp://127.0.0.1", "smtp:///run/mailin", "smtp://192.0.2.1:25", ""]
)
def test_where_nothing_can_listen_is_said(app: Flask, url: str) -> None:
    async def listen() -> None:
        async with listening(app, [url]):
            raise AssertionError

    with pytest.raises(BadInput, match=r"listen on|Write smtp://"):
        asyncio.run(listen())
