"""Sending a notice: one mail or text to one person who waits for it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

import sqlalchemy as sa
from flask import render_template
from sqlalchemy.orm import Session

from owl.delivery.mail_frame import POLICY
from owl.delivery.mail_headers import UnusableAddress, mailbox_header, whole_header, words_header
from owl.delivery.providers import Outcome, OutgoingMail, OutgoingSms, Result, mail_provider, sms_provider
from owl.foundation.current import settings
from owl.foundation.database import db, transaction
from owl.foundation.languages import speaking
from owl.foundation.notices import Channel, Notice, NoticeStatus
from owl.households.guests import must_not_be_reached
from owl.households.reading import Reading, reading_at

LEASE = timedelta(seconds=60)
PATIENCE = timedelta(seconds=45)  # with a provider
BACKOFF = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 900))
LINK = re.compile(r"(https?://[^\s<>]+[^\s<>.,)])")


def send_notice_now(notice_id: int, *, clock: Callable[[], datetime]) -> None:
    """Send the notice unless it is sent; afterwards nothing of what it said or to whom is kept."""
    notice = _claim(notice_id, clock())
    if notice is None or notice.address is None:
        return
    kept_in = must_not_be_reached(db.session(), notice.channel, notice.address)
    reading = reading_at(db.session(), notice.channel, notice.address) or Reading(notice.language)
    db.session.remove()  # no session is open while a provider is called
    outcome = Outcome(notice.id, Result.PERMANENT, fault="training") if kept_in else _hand_over(notice, reading, clock)
    _record(notice, outcome, clock())


def _claim(notice_id: int, now: datetime) -> Notice | None:
    with transaction() as session:
        notice = session.scalar(
            sa.update(Notice)
            .where(
                Notice.id == notice_id,
                Notice.status.in_([NoticeStatus.QUEUED, NoticeStatus.SENDING]),
                Notice.due_at <= now,
                sa.or_(Notice.lease_until.is_(None), Notice.lease_until < now),
            )
            .values(status=NoticeStatus.SENDING, attempts=Notice.attempts + 1, lease_until=now + LEASE)
            .returning(Notice)
        )
        if notice is not None:
            session.expunge(notice)
        return notice


def _hand_over(notice: Notice, reading: Reading, clock: Callable[[], datetime]) -> Outcome:
    with speaking(reading.language):
        return _say(notice, reading, clock)


def _say(notice: Notice, reading: Reading, clock: Callable[[], datetime]) -> Outcome:
    words = json.loads(notice.words or "{}") | {"public_url": settings().public_url}
    if notice.channel is Channel.SMS:
        body = render_template(f"notices/{notice.template}.sms.txt", **words).strip()
        return _only(notice, sms_provider().send_all([OutgoingSms(notice.id, notice.address or "", body)]), clock)
    try:
        mail = _mail(notice, reading, words, clock())
    except UnusableAddress:
        return Outcome(notice.id, Result.PERMANENT, fault="address")
    return _only(notice, mail_provider().send_all([mail]), clock)


def _only(notice: Notice, groups: Iterable[list[Outcome]], clock: Callable[[], datetime]) -> Outcome:
    """What became of it; unsure where that takes so long that our lease would end, and another would send it too."""
    give_up_at = clock() + PATIENCE
    answer = None
    for group in groups:  # to their end: then the provider tidies up
        answer = next(iter(group), answer)
        if answer is None and clock() > give_up_at:
            break
    return answer or Outcome(notice.id, Result.UNSURE, fault="timeout")


def _mail(notice: Notice, reading: Reading, words: dict[str, Any], now: datetime) -> OutgoingMail:
    heading, _, text = render_template(f"notices/{notice.template}.email.txt", **words).partition("\n\n")
    subject = heading.removeprefix("Subject: ").strip()
    html = words.get("html") or render_template(
        "messages/notice.html", subject=subject, paragraphs=_paragraphs(text), size=26 if reading.large_text else 18
    )
    mail = EmailMessage(policy=POLICY)
    for header in (
        mailbox_header("From", "OWL, your Safer Neighbourhood Team", settings().mail_from),
        mailbox_header("To", None, notice.address or ""),
        words_header("Subject", subject),
        whole_header("Date", format_datetime(now)),
        whole_header("Message-ID", f"<notice.{notice.id}@{settings().bounce_domain}>"),
        whole_header("Auto-Submitted", "auto-generated"),
    ):
        mail[header.name] = header
    mail.set_content(text.strip() + "\n")
    mail.add_alternative(html, subtype="html")
    return OutgoingMail(notice.id, f"notices@{settings().bounce_domain}", notice.address or "", mail.as_bytes())


def _paragraphs(text: str) -> list[list[list[tuple[str, bool]]]]:
    """Paragraphs of lines of (text, whether it is a link), for the HTML half."""
    return [
        [[(part, bool(LINK.fullmatch(part))) for part in LINK.split(line) if part] for line in block.splitlines()]
        for block in text.strip().split("\n\n")
    ]


def _record(notice: Notice, outcome: Outcome, now: datetime) -> None:
    tried = notice.attempts
    again = outcome.result not in {Result.SENT, Result.PERMANENT} and tried <= len(BACKOFF)
    mine = sa.update(Notice).where(
        Notice.id == notice.id, Notice.attempts == tried, Notice.status == NoticeStatus.SENDING
    )
    with transaction() as session:
        if again:
            session.execute(mine.values(status=NoticeStatus.QUEUED, due_at=now + BACKOFF[tried - 1], lease_until=None))
        else:
            _close(session, mine, outcome, now)


def _close(session: Session, mine: sa.Update, outcome: Outcome, now: datetime) -> None:
    sent = outcome.result is Result.SENT
    status = NoticeStatus.SENT if sent else NoticeStatus.FAILED
    session.execute(
        mine.values(status=status, sent_at=now if sent else None, address=None, words=None, lease_until=None)
    )
