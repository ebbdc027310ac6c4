"""A consultation of the demo: announced, open, and with an invitation on its way, as any other."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from owl.consultations.announcing import announce_consultation
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.inviting import invite
from owl.consultations.planning_the_year import ready_made
from owl.consultations.writing import create_consultation
from owl.embedded.demo_results import fullest_neighbourhood
from owl.embedded.demo_users import DemoUser
from owl.embedded.first_alert import approve_alert
from owl.foundation.database import db
from owl.messages.composing import submit_message
from owl.messages.models import Message

OPEN_FOR = timedelta(days=21)


def open_consultation(users: list[DemoUser], *, now: datetime) -> int | None:
    """The id of the message that invites the neighbourhood with most homes; None where there are none."""
    where = fullest_neighbourhood(db.session())
    running = Consultation.status == ConsultationStatus.ANNOUNCED
    there = db.session().scalar(sa.select(Consultation.id).where(running).limit(1))
    db.session.rollback()
    if where is None or there is not None:
        return None
    draft = replace(ready_made({where}), closes_at=now + OPEN_FOR)
    made = create_consultation(draft, author_id=users[0].id, now=now)
    announce_consultation(made, actor_id=users[0].id, version=1, now=now)
    message_id = invite(made, user_id=users[0].id, again=False, now=now)
    version = db.session().get_one(Message, message_id).version
    db.session.rollback()
    submit_message(message_id, user_id=users[0].id, version=version, now=now)
    approve_alert(message_id, users, now=now)
    return message_id
