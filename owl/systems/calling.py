"""Calls to other systems: written down in sets, made by a job, tried again with growing patience."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from owl.accounts.models import UserArea
from owl.foundation.database import transaction
from owl.foundation.events import Event, EventName
from owl.geography.models import Neighbourhood
from owl.messages.models import Message
from owl.replies.models import Reply
from owl.systems.addresses import leads_outside
from owl.systems.models import ApiKey, Webhook, WebhookCall
from owl.systems.signing import signed_headers

AT_A_TIME = 1_000  # events
CALLS = 50  # in one job: with systems that are silent it lasts 250 s at most
SILENT_S = 5.0
LEASE = timedelta(minutes=6)  # longer than a job with silent systems lasts
PATIENCE = tuple(
    timedelta(seconds=s) for s in (60, 300, 1800, 7200, 28_800, 86_400)
)  # between the tries; then it is given up


@dataclass(frozen=True, slots=True)
class _Call:
    id: int
    attempts: int
    url: str
    secret: str
    name: EventName
    subject_id: int
    event_id: int
    at: datetime

    @property
    def body(self) -> bytes:
        """What the system is told: ids, which it can ask about with its key."""
        subject = self.name.partition(".")[0]
        told = {
            "type": self.name.value,
            "timestamp": self.at.isoformat(),
            "data": {f"{subject}_id": self.subject_id},
        }
        return json.dumps(told, separators=(",", ":")).encode()


def spread_events(*, now: datetime) -> int:
    """Write down whom each new event is to be told; how many calls."""
    with transaction() as session:
        new = sa.select(Event.id).where(Event.spread_at.is_(None)).order_by(Event.id).limit(AT_A_TIME)
        ids = session.scalars(new.with_for_update(skip_locked=True)).all()
        if not ids:
            return 0
        calls = sa.select(Webhook.id, Event.id, sa.literal(now)).where(
            Event.id.in_(ids),
            Webhook.ended_at.is_(None),
            sa.type_coerce(Event.name, sa.Text) == sa.any_(Webhook.events),
            ApiKey.id == Webhook.key_id,
            _concerns(),
        )
        written = session.scalars(
            insert(WebhookCall).from_select(["webhook_id", "event_id", "due_at"], calls).returning(WebhookCall.id)
        ).all()
        session.execute(sa.update(Event).where(Event.id.in_(ids)).values(spread_at=now))
        return len(written)


def make_calls(*, now: datetime, allow_local: bool = False) -> int:
    """Make the calls that are due; how many systems took theirs."""
    taken = 0
    for call in _claimed(now):
        fault = _call(call, now=now, allow_local=allow_local)
        taken += fault is None
        _note(call, fault, now)
    return taken


def _concerns() -> sa.ColumnElement[bool]:
    """Whether the event is about a neighbourhood of the key's."""
    own = sa.select(Neighbourhood.id).join(
        UserArea,
        (UserArea.neighbourhood_id == Neighbourhood.id) | (UserArea.district_code == Neighbourhood.district_code),
    )
    own = own.where(UserArea.user_id == ApiKey.user_id).correlate(ApiKey)
    about_a_reply = Event.name == EventName.REPLY_RECEIVED
    message = sa.select(Message.id).where(
        Message.id == Event.subject_id, Message.neighbourhood_ids.overlap(sa.func.array(own.scalar_subquery()))
    )
    reply = sa.select(Reply.id).where(Reply.id == Event.subject_id, Reply.neighbourhood_id.in_(own))
    return sa.case(
        (about_a_reply, reply.correlate(Event, ApiKey).exists()),
        else_=message.correlate(Event, ApiKey).exists(),
    )


def _claimed(now: datetime) -> list[_Call]:
    """The calls that are due, each held for a while, so that no second job makes them too."""
    due = (
        sa.select(WebhookCall.id)
        .join(Webhook, Webhook.id == WebhookCall.webhook_id)
        .where(WebhookCall.done_at.is_(None), WebhookCall.given_up_at.is_(None), WebhookCall.due_at <= now)
        .where(Webhook.ended_at.is_(None))
        .order_by(WebhookCall.due_at)
        .limit(CALLS)
        .with_for_update(of=WebhookCall, skip_locked=True)
    )
    with transaction() as session:
        held = session.scalars(
            sa.update(WebhookCall)
            .where(WebhookCall.id.in_(due))
            .values(due_at=now + LEASE, attempts=WebhookCall.attempts + 1)
            .returning(WebhookCall.id)
            .execution_options(synchronize_session=False)
        ).all()
        found = session.execute(
            sa.select(
                WebhookCall.id, WebhookCall.attempts, Webhook.url, Webhook.secret,
                Event.name, Event.subject_id, Event.id, Event.at,
            )
            .join(Webhook, Webhook.id == WebhookCall.webhook_id)
            .join(Event, Event.id == WebhookCall.event_id)
            .where(WebhookCall.id.in_(held))
            .order_by(WebhookCall.id)
        )  # fmt: skip
        return [_Call(*row) for row in found]


def _call(call: _Call, *, now: datetime, allow_local: bool) -> str | None:
    """What went wrong, in a few words; None where the system took it."""
    if not allow_local and not leads_outside(call.url):
        return "its address leads nowhere, or behind our walls"
    headers = signed_headers(call.secret, call_id=f"evt_{call.event_id}", body=call.body, now=now)
    headers["Content-Type"] = "application/json"
    try:
        answer = requests.post(
            call.url, data=call.body, headers=headers, timeout=SILENT_S, allow_redirects=False, stream=True
        )
        answer.close()
    except requests.RequestException as error:
        return type(error).__name__
    return None if answer.ok and not answer.is_redirect else f"answered {answer.status_code}"


def _note(call: _Call, fault: str | None, now: datetime) -> None:
    values: dict[str, object] = {"fault": fault}
    if fault is None:
        values["done_at"] = now
    elif call.attempts > len(PATIENCE):
        values["given_up_at"] = now
    else:
        values["due_at"] = now + PATIENCE[call.attempts - 1]
    with transaction() as session:
        session.execute(sa.update(WebhookCall).where(WebhookCall.id == call.id).values(**values))
