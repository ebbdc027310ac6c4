"""Where other systems want to be called: added and ended by an administrator."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.accounts.models import User
from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound
from owl.foundation.events import EventName
from owl.systems.addresses import CLOSED, is_open_address
from owl.systems.models import ApiKey, Webhook, WebhookCall
from owl.systems.signing import new_secret

LONGEST_URL = 500


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """A webhook as an administrator sees it."""

    id: int
    system: str
    host: str  # the rest of the address may hold a secret of theirs
    events: tuple[EventName, ...]
    made_at: datetime
    ended_at: datetime | None
    waiting: int  # calls
    given_up: int
    last_done_at: datetime | None
    last_fault: str | None


def add_webhook(
    key_id: int, *, url: str, events: Collection[str], actor_id: int, allow_local: bool = False, now: datetime
) -> str:
    """The secret that the calls are signed with, which nobody can be shown again.

    `allow_local`: also plain HTTP and addresses of this machine, for development.
    Raises BadInput, NotFound for a key that has ended, and Refused.
    """
    url = url.strip()
    faults = {}
    if len(url) > LONGEST_URL or not is_open_address(url, allow_local=allow_local):
        faults["url"] = CLOSED
    if not events or not set(events) <= set(EventName):
        faults["events"] = "Tick what the system wants to hear of."
    if faults:
        raise BadInput(faults)
    secret = new_secret()
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        key = session.get(ApiKey, key_id)
        if key is None or key.ended_at is not None:
            raise NotFound("There is no such key, or it has ended.")
        row = Webhook(key_id=key_id, url=url, secret=secret, events=sorted(set(events)), made_at=now)
        session.add(row)
        session.flush()
        record_act(session, "add webhook", actor_id=actor_id, subject="webhook", subject_id=row.id, now=now, key=key_id)
    return secret


def end_webhook(webhook_id: int, *, actor_id: int, now: datetime) -> None:
    """Call it no more. Raises NotFound and Refused."""
    with transaction() as session:
        require(session, actor_id, Permission.ADMINISTER)
        row = session.get(Webhook, webhook_id, with_for_update=True)
        if row is None:
            raise NotFound("There is no such webhook.")
        if row.ended_at is None:
            row.ended_at = now
            record_act(session, "end webhook", actor_id=actor_id, subject="webhook", subject_id=webhook_id, now=now)


def listed_webhooks(session: Session) -> list[WebhookRow]:
    """Every webhook that is called, the newest first, and how it goes."""
    tried = aliased(WebhookCall)
    last = (
        sa.select(tried.fault)
        .where(tried.webhook_id == Webhook.id, tried.attempts > 0)
        .order_by(tried.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    waits = sa.and_(WebhookCall.done_at.is_(None), WebhookCall.given_up_at.is_(None))
    found = session.execute(
        sa.select(
            Webhook.id, User.name, Webhook.url, Webhook.events, Webhook.made_at, Webhook.ended_at,
            sa.func.count(WebhookCall.id).filter(waits), sa.func.count(WebhookCall.given_up_at),
            sa.func.max(WebhookCall.done_at), last,
        )
        .join(ApiKey, ApiKey.id == Webhook.key_id)
        .join(User, User.id == ApiKey.user_id)
        .outerjoin(WebhookCall, WebhookCall.webhook_id == Webhook.id)
        .where(Webhook.ended_at.is_(None))
        .group_by(Webhook.id, User.name)
        .order_by(Webhook.id.desc())
    )  # fmt: skip
    return [
        WebhookRow(number, system, urlsplit(url).netloc, tuple(map(EventName, events)), *rest)
        for number, system, url, events, *rest in found
    ]
