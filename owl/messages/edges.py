"""Homes so near to a drawn line that they may be on its other side: a home is at the place of its postcode."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.geography.models import Postcode
from owl.households.models import ContactPoint, Household, Subscription
from owl.households.wanting import Topic
from owl.messages.audience import Audience, shapes
from owl.messages.on_the_map import near_line
from owl.messages.places import postcodes_inside
from owl.messages.reach import recipients
from owl.messages.shapes import Nearest

LINE_M = 50  # half a street: a postcode is some fifteen homes


@dataclass(frozen=True, slots=True)
class Edge:
    """Homes within LINE_M of a line."""

    overspill: int  # that the message reaches: they may live outside
    missed: int  # that it does not: they may live inside


def edge_of(session: Session, audience: Audience, topic: Topic, now: datetime) -> Edge | None:
    """How many homes are near the lines that are drawn; None where none is. The areas must have been checked."""
    drawn = [shape for shape in shapes((*audience.include, *audience.exclude)) if not isinstance(shape, Nearest)]
    if not drawn:
        return None
    near = sa.select(Postcode.code).where(near_line(drawn, LINE_M))
    reached = recipients(audience, topic, now).where(Household.postcode.in_(near)).order_by(None).subquery()
    beyond = (
        sa.select(Household.id)
        .where(Household.postcode.in_(near.where(~postcodes_inside(audience))))
        .where(
            sa.exists()
            .where(Subscription.household_id == Household.id, Subscription.kinds.contains([topic.kind.value]))
            .where(ContactPoint.subscriber_id == Subscription.subscriber_id)
            .where(ContactPoint.suppressed_at.is_(None), ContactPoint.address_index.is_not(None))
        )
        .subquery()
    )
    counts = (
        sa.select(sa.func.count(reached.c.household_id.distinct())).scalar_subquery(),
        sa.select(sa.func.count()).select_from(beyond).scalar_subquery(),
    )
    return Edge(*session.execute(sa.select(*counts)).one())
