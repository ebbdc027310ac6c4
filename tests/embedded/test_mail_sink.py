"""What the mail sink promises to a sender."""

from __future__ import annotations

import smtplib
import socket
from email import message_from_bytes, policy

import pytest

from tests.stand_ins import MailSink

MAIL = "From: alerts@owl.example.com\r\nSubject: Caf\N{LATIN SMALL LETTER E WITH ACUTE}\r\n\r\n.A dot\r\n".encode()


def test_a_mail_is_kept_once_for_each_recipient_and_byte_for_byte(mail_sink: MailSink) -> None:
    with smtplib.SMTP(mail_sink.host, mail_sink.port) as smtp:
        smtp.sendmail("bounce@owl.example.com", ["ann@example.com", "bob@example.com"], MAIL, ["BODY=8BITMIME"])

    assert [mail.recipient for mail in mail_sink.mails()] == ["ann@example.com", "bob@example.com"]
    (mail,) = mail_sink.mails("BOB@example.com")
    assert mail.sender == "bounce@owl.example.com"
    assert mail.content == MAIL
    assert message_from_bytes(mail.content, policy=policy.SMTPUTF8)["Subject"] == "Café"


def test_an_address_that_misbehaves_is_refused_and_the_others_are_not(mail_sink: MailSink) -> None:
    mail_sink.refuse("ann@example.com", "451 4.7.1 Try again later")

    with smtplib.SMTP(mail_sink.host, mail_sink.port) as smtp:
        refused = smtp.sendmail("", ["ann@example.com", "bob@example.com"], MAIL)

    assert refused == {"ann@example.com": (451, b"4.7.1 Try again later")}
    assert len(mail_sink.mails()) == 1


@pytest.mark.parametrize("extension", ["pipelining", "8bitmime", "smtputf8", "size"])
def test_it_offers_what_a_fast_sender_asks_for(mail_sink: MailSink, extension: str) -> None:
    with smtplib.SMTP(mail_sink.host, mail_sink.port) as smtp:
        smtp.ehlo()

        assert smtp.has_extn(extension)


def test_answers_come_in_order_when_everything_is_sent_at_once(mail_sink: MailSink) -> None:
    mail_sink.refuse("no@example.com")
    said = (
        b"EHLO here\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<no@example.com>\r\nRCPT TO:<yes@example.com>\r\n"
        b"DATA\r\nSubject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n"
    )
    with socket.create_connection((mail_sink.host, mail_sink.port), timeout=5) as line:
        line.sendall(said)
        heard = b""
        while part := line.recv(4096):
            heard += part

    codes = [row[:3] for row in heard.decode().splitlines() if row[3] == " "]
    assert codes == ["220", "250", "250", "550", "250", "354", "250", "221"]
    assert mail_sink.mails()[0].content == b"Subject: x\r\n\r\n.dot\r\n"
