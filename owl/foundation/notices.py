"""Notices: one mail or text to one person who waits for it (a code, a link, an answer).

The row is written before any provider is called, and a job sends it, so a crash loses none.
What it said and to whom is wiped once it is sent.
"""

from __future__ import annotations

import json
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, Session, mapped_column

from owl.foundation.database import Choice, EncryptedText, Model, enqueue
from owl.foundation.jobs import Job, Queue
from owl.foundation.languages import Language, gettext, spoken_now


class Channel(StrEnum):
    """How somebody is reached."""

    EMAIL = "email"
    SMS = "sms"

    @property
    def label(self) -> str:
        """For the screen."""
        return {"email": gettext("Email"), "sms": gettext("Text message")}[self.value]


class NoticeStatus(StrEnum):
    """Where a notice is on its way."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Notice(Model):
    """One mail or text from a template in templates/notices/."""

    __tablename__ = "notice"
    __table_args__ = (
        # The sweep, which sees only what is still to do.
        Index(None, "due_at", postgresql_where="status IN ('queued', 'sending')"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    template: Mapped[str]  # a folder of templates/notices/
    channel: Mapped[Channel] = mapped_column(Choice(Channel))
    address: Mapped[str | None] = mapped_column("address_encrypted", EncryptedText("notice.address"))
    words: Mapped[str | None] = mapped_column("words_encrypted", EncryptedText("notice.words"))  # JSON for the template
    language: Mapped[Language] = mapped_column(Choice(Language), default=Language.ENGLISH, server_default="en")
    status: Mapped[NoticeStatus] = mapped_column(Choice(NoticeStatus), default=NoticeStatus.QUEUED)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


NOBODYS_DOMAIN = ".invalid"  # RFC 2606: the address of a system, which reads no mail


def send_notice(
    session: Session,
    template: str,
    *,
    channel: Channel,
    address: str,
    now: datetime,
    queue: Queue = Queue.NOTICES,
    **words: str | int,
) -> None:
    """Write the notice and queue its sending once the session's transaction has committed.

    `address` is an email address or a mobile number in E.164. It is in the language that is spoken now, unless the
    address is of somebody who chose another. `queue`: another one where nobody waits for it. To an address that
    can't exist nothing is written.
    """
    if address.endswith(NOBODYS_DOMAIN):
        return
    notice = Notice(
        template=template,
        channel=channel,
        address=address,
        words=json.dumps(words),
        language=spoken_now(),
        created_at=now,
        due_at=now,
    )
    session.add(notice)
    session.flush()
    enqueue(session, Job.SEND_NOTICE, notice.id, queue=queue)
