"""What a subscriber sees on their page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from owl.foundation.errors import NotFound
from owl.foundation.languages import gettext
from owl.geography.models import District, Neighbourhood, Postcode
from owl.households.choices import CHOICES, Kind, Rhythm
from owl.households.contact_points import ContactPointRow, contact_points_of
from owl.households.home_models import Relocation
from owl.households.models import Household, Subscriber, Subscription
from owl.households.ties import Tie

NEWS = timedelta(days=60)  # so long a page says that a boundary has moved


@dataclass(frozen=True, slots=True)
class HomeRow:
    """A home that a subscriber gets messages for, and which kinds."""

    subscription_id: int
    tie: Tie
    postcode: str
    house: str | None
    neighbourhood_id: str
    neighbourhood_name: str
    district_name: str
    kinds: tuple[Kind, ...]
    formerly: str | None  # where a new boundary found it lately: "Letchworth, North Herts"
    is_listed: bool  # whether its postcode is still in use, as far as we know


@dataclass(frozen=True, slots=True)
class SubscriberRow:
    """All that a subscriber has chosen."""

    id: int
    name: str | None
    paused_until: datetime | None  # None also when the pause is over
    homes: tuple[HomeRow, ...]
    contact_points: tuple[ContactPointRow, ...]
    rhythm: Rhythm
    quiet_hours: tuple[int, int] | None  # from and until, hours of London

    @property
    def gets_messages(self) -> bool:
        """Whether any address reaches them; without, they have left."""
        return any(point.suppressed_reason is None for point in self.contact_points)

    def home(self, subscription_id: int) -> HomeRow:
        """The home of one subscription. Raises NotFound where it is not theirs."""
        for home in self.homes:
            if home.subscription_id == subscription_id:
                return home
        raise NotFound(gettext("There is no such home on your page."))

    def contact_point(self, contact_point_id: int) -> ContactPointRow:
        """One of their contact points. Raises NotFound where it is not theirs."""
        for point in self.contact_points:
            if point.id == contact_point_id:
                return point
        raise NotFound(gettext("There is no such address on your page."))


def subscriber_row(session: Session, subscriber_id: int, *, now: datetime) -> SubscriberRow:
    """What the subscriber has chosen. Raises NotFound."""
    subscriber = session.get(Subscriber, subscriber_id)
    if subscriber is None:
        raise NotFound(gettext("There is no such page."))
    paused_until = subscriber.paused_until
    from_, until = subscriber.quiet_from, subscriber.quiet_until
    return SubscriberRow(
        subscriber.id,
        subscriber.name,
        paused_until if paused_until is not None and paused_until > now else None,
        tuple(_homes_of(session, subscriber_id, now)),
        tuple(contact_points_of(session, subscriber_id)),
        subscriber.rhythm,
        None if from_ is None or until is None else (from_, until),
    )


def _homes_of(session: Session, subscriber_id: int, now: datetime) -> list[HomeRow]:
    formerly = (
        select(Relocation.from_name)
        .where(
            Relocation.subscription_id == Subscription.id,
            Relocation.household_id == Household.id,
            Relocation.at > now - NEWS,
        )
        .order_by(Relocation.id.desc())
        .limit(1)
    )
    found = session.execute(
        select(
            Subscription,
            Household,
            Neighbourhood.name,
            District.name,
            formerly.scalar_subquery(),
            func.coalesce(Postcode.listed, True),
        )
        .join(Household, Household.id == Subscription.household_id)
        .join(Neighbourhood, Neighbourhood.id == Household.neighbourhood_id)
        .join(District, District.code == Neighbourhood.district_code)
        .outerjoin(Postcode, Postcode.code == Household.postcode)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(Subscription.id)
    )
    return [
        HomeRow(
            subscription.id,
            subscription.tie,
            home.postcode,
            home.house,
            home.neighbourhood_id,
            neighbourhood,
            district,
            tuple(kind for kind in CHOICES if kind in subscription.kinds),
            before if before != f"{neighbourhood}, {district}" else None,
            listed,
        )
        for subscription, home, neighbourhood, district, before, listed in found
    ]
