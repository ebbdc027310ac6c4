"""The clock's part in the yearly plan: it announces what is planned, a week before it opens."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.consultations.announcing import announce
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.foundation.clock import show_time
from owl.foundation.database import db, transaction
from owl.foundation.errors import BadInput
from owl.foundation.notices import Channel, send_notice

BEFORE = timedelta(days=7)  # its keys are young, and its team has time to write the invitation
log = structlog.get_logger()


def announce_planned(*, now: datetime) -> int:
    """Announce every planned consultation that opens within a week; how many. Twice is the same as once.

    One that a team has left unfinished stays a draft: its page says what is missing.
    """
    due = sa.select(Consultation.id).where(*_is_due(now)).order_by(Consultation.opens_at, Consultation.id)
    ids = db.session().scalars(due).all()
    db.session().rollback()  # nothing was changed: each has a transaction of its own
    return sum(_announce(consultation_id, now) for consultation_id in ids)


def _announce(consultation_id: int, now: datetime) -> int:
    try:
        with transaction() as session:
            locked = sa.select(Consultation).where(Consultation.id == consultation_id, *_is_due(now)).with_for_update()
            consultation = session.scalar(locked.execution_options(populate_existing=True))
            if consultation is None:  # another clock was faster
                return 0
            announce(session, consultation, actor_id=None, now=now)
            _tell_author(session, consultation, now)
    except BadInput as error:
        log.info("a planned consultation is not ready", consultation=consultation_id, lacks=sorted(error.fields))
        return 0
    return 1


def _is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Consultation.status == ConsultationStatus.DRAFT,
        Consultation.round.is_not(None),
        Consultation.opens_at <= now + BEFORE,
        Consultation.closes_at > now,
    )


def _tell_author(session: Session, consultation: Consultation, now: datetime) -> None:
    author = session.get_one(User, consultation.author_id)
    if author.active and consultation.opens_at:
        send_notice(
            session, "consultation_announced", channel=Channel.EMAIL, address=author.email, now=now,
            title=consultation.title, opens_at=show_time(consultation.opens_at), consultation_id=consultation.id,
        )  # fmt: skip
