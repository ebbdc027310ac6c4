"""The verbs of other systems and of OWL's own health."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.events import EventName
from owl.systems.keys import make_key
from owl.systems.models import ApiKey, Scope, Webhook
from tests import factories
from tests.accounts.places import HITCHIN
from tests.factories import NOW
from tests.house.verbs.verb import Verb, administer


def a_key(session: Session) -> int:
    maker = factories.user(session, role=RoleName.ADMINISTRATOR).id
    make_key(name="Custody", scopes=[Scope.AREAS], areas=[HITCHIN], actor_id=maker, now=NOW)
    return session.scalars(sa.select(ApiKey.id)).one()


def a_webhook(session: Session) -> int:
    row = Webhook(key_id=a_key(session), url="https://example.com/owl", secret="x", events=[], made_at=NOW)
    session.add(row)
    session.commit()
    return row.id


VERBS: dict[str, Verb] = {
    "health.queue_board.put_away_job": administer(
        lambda do, who, it: do(factories.broken_job(), actor_id=who, now=NOW)
    ),
    "health.queue_board.try_again": administer(
        lambda do, who, it: do(factories.broken_job(), actor_id=who, now=NOW)
    ),
    "systems.keys.end_key": administer(lambda do, who, it: do(it, actor_id=who, now=NOW), a_key),
    "systems.keys.make_key": administer(
        lambda do, who, it: do(name="Custody", scopes=[Scope.AREAS], areas=[HITCHIN], actor_id=who, now=NOW)
    ),
    "systems.webhooks.add_webhook": administer(
        lambda do, who, it: do(
            it, url="https://example.com/owl", events=[EventName.MESSAGE_SENT], actor_id=who, now=NOW
        ),
        a_key,
    ),
    "systems.webhooks.end_webhook": administer(lambda do, who, it: do(it, actor_id=who, now=NOW), a_webhook),
}  # fmt: skip
