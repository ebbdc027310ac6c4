"""Why somebody got a message, for whoever opens its link: a text has no room for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.geography.models import Neighbourhood
from owl.households.choices import CHOICES, Kind
from owl.households.models import Subscription
from owl.replies.opening import OpenedLink


@dataclass(frozen=True, slots=True)
class Why:
    """The choice that brought the message. Nothing finer than the neighbourhood: people forward links."""

    kind: Kind
    neighbourhood: str
    chosen_at: datetime


def why_sent(session: Session, link: OpenedLink) -> Why | None:
    """The choice; None where no choice brought it, or it was changed since."""
    if link.kind not in CHOICES:
        return None
    found = session.execute(
        sa.select(Neighbourhood.name, sa.func.coalesce(Subscription.chosen_at, Subscription.created_at))
        .select_from(Subscription)
        .join(Neighbourhood, Neighbourhood.id == link.neighbourhood_id)
        .where(Subscription.subscriber_id == link.subscriber_id, Subscription.kinds.contains([link.kind.value]))
        .order_by((Subscription.household_id == link.recipient.household_id).desc(), Subscription.id)
        .limit(1)
    ).one_or_none()
    return Why(link.kind, *found) if found is not None else None
