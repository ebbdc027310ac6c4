"""Mail over SMTP: one connection for many mails."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from owl.delivery.providers import Outcome, OutgoingMail, Result

TIMEOUT_S = 30
ENHANCED = re.compile(rb"\b([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463
MAILBOX_FULL = "5.2.2"  # sent with a 5xx by many, yet it passes
ON_THE_LINE = re.compile(r"[^\s<>@\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")
NOT_AN_ADDRESS = "address"  # a code of ours: the address can't go on an SMTP line


@dataclass(frozen=True, slots=True)
class SmtpRelay:
    """The relay that takes our mail."""

    host: str
    port: int
    user: str | None = None
    password: str | None = None
    tls: bool = False
    starttls: bool = False

    @classmethod
    def parse(cls, url: str) -> Self:
        """From smtp[s]://user:password@host:port?starttls=1. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
            raise ValueError("OWL_SMTP_URL must look like smtp://host:port or smtps://user:password@host:port")
        tls = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or (465 if tls else 25),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            tls=tls,
            starttls=parse_qs(parts.query).get("starttls") == ["1"],
        )

    def send_all(self, mails: Sequence[OutgoingMail]) -> Iterator[list[Outcome]]:
        """Hand over each mail on one connection, opened again once where the relay closes it."""
        line: smtplib.SMTP | None = None
        reopened = 0
        for mail in mails:
            try:
                line = line or self._open()
            except (OSError, smtplib.SMTPException) as error:
                yield [Outcome(mail.seq, Result.TEMPORARY, fault=_code_of(error))]
                reopened += 1
                if reopened > 1:  # the relay is away: leave the rest for later
                    yield from ([Outcome(rest.seq, Result.TEMPORARY, fault="relay")] for rest in _after(mails, mail))
                    return
                continue
            outcome = _send(line, mail)
            if outcome.result is Result.UNSURE:
                line.close()
            if line.sock is None:  # closed by us, or by the relay with a 421
                line = None
            yield [outcome]
        if line is not None:
            _say_goodbye(line)

    def _open(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.tls:
            line: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=context)
        else:
            line = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        try:
            if self.starttls:
                line.starttls(context=context)  # raises where the relay has none: never downgraded
            if self.user is not None and self.password is not None:
                line.login(self.user, self.password)
        except BaseException:
            line.close()
            raise
        return line


def _send(line: smtplib.SMTP, mail: OutgoingMail) -> Outcome:
    if not ON_THE_LINE.fullmatch(mail.recipient):  # smtplib would send to what it can make of it
        return Outcome(mail.seq, Result.PERMANENT, fault=NOT_AN_ADDRESS)
    options = [] if mail.recipient.isascii() else ["SMTPUTF8"]
    try:
        line.sendmail(mail.return_path, [mail.recipient], mail.content, mail_options=options)
    except smtplib.SMTPRecipientsRefused as error:
        return _refused(mail.seq, *next(iter(error.recipients.values())))
    except smtplib.SMTPResponseException as error:
        return _refused(mail.seq, error.smtp_code, error.smtp_error)
    except smtplib.SMTPNotSupportedError:
        return Outcome(mail.seq, Result.PERMANENT, fault="smtputf8")
    except (OSError, smtplib.SMTPServerDisconnected) as error:  # it may have been taken
        return Outcome(mail.seq, Result.UNSURE, fault=_code_of(error))
    return Outcome(mail.seq, Result.SENT)


def _refused(seq: int, code: int, said: bytes | str) -> Outcome:
    found = ENHANCED.search(said if isinstance(said, bytes) else said.encode())
    enhanced = found[1].decode() if found else ""
    result = Result.PERMANENT if 500 <= code < 600 and enhanced != MAILBOX_FULL else Result.TEMPORARY
    return Outcome(seq, result, fault=f"{code} {enhanced}".strip())


def _code_of(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return str(error.smtp_code)
    return "timeout" if isinstance(error, TimeoutError) else "relay"


def _after(mails: Sequence[OutgoingMail], mail: OutgoingMail) -> Sequence[OutgoingMail]:
    return mails[mails.index(mail) + 1 :]


def _say_goodbye(line: smtplib.SMTP) -> None:
    try:
        line.quit()
    except (OSError, smtplib.SMTPException):
        line.close()
