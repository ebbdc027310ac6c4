"""Whether a subscriber wants a message: the choices that narrow what comes, as conditions in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from owl.foundation.notices import Channel
from owl.households.choices import Kind
from owl.households.count_models import ReachApart
from owl.households.models import Subscription
from owl.households.partner_models import Partner, PartnerTick

Condition = sa.ColumnElement[bool]
Ties = type[Subscription] | type[ReachApart]


@dataclass(frozen=True, slots=True)
class Topic:
    """What of a message decides who wants it, beside where they live."""

    kind: Kind
    urgent: bool = False
    partner_id: int | None = None  # on whose behalf; None: the police's own
    invites_to: int | None = None  # a consultation: homes that have taken part don't want it any more


def wanted(topic: Topic, ties: Ties, channel: InstrumentedAttribute[Channel]) -> Iterator[Condition]:
    """The conditions under which somebody wants the topic for the home of a tie, by the channel of a contact point."""
    by_mail = channel == Channel.EMAIL
    not_by_it = sa.case((by_mail, ties.not_by_mail), else_=ties.not_by_text)
    yield ties.kinds.contains([topic.kind.value])
    yield sa.literal(topic.kind.value) != sa.all_(not_by_it)
    if not topic.urgent:
        yield sa.not_(ties.only_urgent)
        yield sa.or_(by_mail, sa.not_(ties.texts_only_urgent))


def ticked(topic: Topic, subscriber_id: InstrumentedAttribute[int]) -> Iterator[Condition]:
    """The condition under which a subscriber wants the messages of the topic's partner."""
    if topic.partner_id is not None:
        yield sa.exists().where(
            PartnerTick.subscriber_id == subscriber_id,
            PartnerTick.partner_id == topic.partner_id,
            PartnerTick.taken_back_at.is_(None),
            Partner.id == PartnerTick.partner_id,
            Partner.ended_at.is_(None),
        )
