"""Whom an audience reaches: as SQL that planning wraps, and as a hash that notices a change."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.errors import BadInput
from owl.foundation.notices import Channel
from owl.geography.models import District, Neighbourhood, Postcode, Ward
from owl.households.models import ContactPoint, Household, Subscriber, Subscription
from owl.households.wanting import Topic, ticked, wanted
from owl.messages.area_choices import area_names
from owl.messages.audience import Area, AreaKind, Audience, EmptyAudience, codes, shapes, watches
from owl.messages.invited_to import not_heard_yet
from owl.messages.on_the_map import drawn, in_words
from owl.messages.places import Column, homes_inside, postcodes_inside
from owl.watches.areas import not_active

KNOWN: dict[AreaKind, Column] = {
    AreaKind.DISTRICT: District.code,
    AreaKind.NEIGHBOURHOOD: Neighbourhood.id,
    AreaKind.WARD: Ward.code,
    AreaKind.SECTOR: Postcode.sector,
    AreaKind.POSTCODE: Postcode.code,
}


class UnknownArea(BadInput):
    """The audience names areas that the geography does not have. `areas` lists them."""

    def __init__(self, areas: Sequence[Area]) -> None:
        self.areas = tuple(areas)
        named = ", ".join(f"{area.kind.label.lower()} {area.code}" for area in areas)
        super().__init__({"include": f"These areas are not known: {named}. Choose from the lists."})


class ContradictoryAudience(EmptyAudience):
    """The audience includes and leaves out the same area."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            {"exclude": f"You include and leave out the same area: {', '.join(names)}. Untick one of the two."}
        )


def recipients(audience: Audience, topic: Topic, now: datetime) -> sa.Select[int, int, Channel, int | None]:
    """(contact_point_id, household_id, channel, subscriber_id) of everybody to write to, mails before texts.

    One row for each contact point; one with several homes inside comes with the lowest id.
    Raises EmptyAudience where nothing is included. Areas must have been checked (`check_areas`).
    """
    audience.require_areas()
    inside = homes_inside(audience, how_far=Subscription.how_far, tie=Subscription.id)
    return reachable(inside, audience.channels, topic, now)


def reachable(
    inside: sa.ColumnElement[bool], channels: Collection[Channel], topic: Topic, now: datetime
) -> sa.Select[int, int, Channel, int | None]:
    """The same of whoever fulfils the condition, which may name a contact point, a subscription and its household."""
    # Few are paused, so leaving them out costs less than joining every subscriber.
    paused = sa.exists().where(Subscriber.id == Subscription.subscriber_id, Subscriber.paused_until > now)
    home = sa.func.min(Household.id).label("household_id")
    return (
        sa.select(ContactPoint.id.label("contact_point_id"), home, ContactPoint.channel, ContactPoint.subscriber_id)
        .join(Subscription, Subscription.subscriber_id == ContactPoint.subscriber_id)
        .join(Household, Household.id == Subscription.household_id)
        .where(
            inside,
            *wanted(topic, Subscription, ContactPoint.channel),
            *ticked(topic, Subscription.subscriber_id),
            *not_heard_yet(topic, Household.id),
            sa.not_(paused),
            ContactPoint.channel.in_(sorted(channels)),
            ContactPoint.suppressed_at.is_(None),
            ContactPoint.address_index.is_not(None),
        )
        .group_by(ContactPoint.id, ContactPoint.channel, ContactPoint.subscriber_id)
        .order_by(ContactPoint.channel, ContactPoint.id)
    )


def check_areas(session: Session, audience: Audience) -> None:
    """Raises EmptyAudience where nothing is included or an area holds nothing, UnknownArea for one that is not ours.

    What is both included and left out is an author's slip, which nobody else can settle: ContradictoryAudience.
    """
    audience.require_areas()
    if both := sorted(set(audience.include) & set(audience.exclude)):
        raise ContradictoryAudience(area_names(session, both))
    check_known(session, (*audience.include, *audience.exclude))


def check_known(session: Session, areas: Sequence[Area]) -> None:
    """Raises UnknownArea, with all that the geography lacks, or EmptyAudience for what holds no postcode."""
    unknown: list[Area] = []
    for kind, column in KNOWN.items():
        asked = set(codes(areas, kind))
        known = set(session.scalars(sa.select(column).where(column.in_(asked)).distinct())) if asked else set()
        unknown += [Area(kind, code) for code in sorted(asked - known)]
    unknown += [Area(AreaKind.WATCH, str(number)) for number in not_active(session, watches(areas))]
    if unknown:
        raise UnknownArea(unknown)
    for shape in shapes(areas):
        if session.scalar(sa.select(Postcode.code).where(*drawn([shape])).limit(1)) is None:
            words = in_words(session, shape)
            sentence = f"There is no postcode of Hertfordshire in one of the areas: {words}. Choose a larger one."
            raise EmptyAudience({"include": sentence})


def neighbourhoods_touched(session: Session, audience: Audience) -> list[str]:
    """The neighbourhoods that the audience has a postcode in, sorted: who may write it, approve it and see it.

    Raises EmptyAudience, also where what is left out covers all that is included, or UnknownArea.
    """
    check_areas(session, audience)
    inside = sa.exists().where(Postcode.neighbourhood_id == Neighbourhood.id, postcodes_inside(audience))
    found = sorted(session.scalars(sa.select(Neighbourhood.id).where(inside)))  # the first postcode of each is enough
    if not found:
        raise EmptyAudience({"exclude": "The areas to leave out cover everything you included, so nobody is left."})
    return found


def audience_hash(session: Session, audience: Audience) -> bytes:
    """32 bytes that change when the audience, or the postcodes that it means, change.

    Raises EmptyAudience or UnknownArea.
    """
    check_areas(session, audience)
    listed = sa.func.string_agg(Postcode.code, sa.text("E'\\n' ORDER BY code COLLATE \"C\""))
    postcodes = session.scalar(
        sa.select(sa.func.sha256(sa.func.convert_to(listed, "UTF8"))).where(postcodes_inside(audience))
    )
    if postcodes is None:
        raise EmptyAudience({"exclude": "The areas to leave out cover everything you included, so nobody is left."})
    return hashlib.sha256(audience.canonical() + b"\0" + postcodes).digest()
