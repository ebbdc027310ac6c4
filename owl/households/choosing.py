"""All that a subscriber chooses, for one home and for themselves, saved together or not at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.notices import Channel
from owl.households.choices import HowFar, Kind, Rhythm
from owl.households.consent import MY_PAGE
from owl.households.models import Subscriber, Subscription
from owl.households.own_homes import own_subscription
from owl.households.partners import tick_partners
from owl.households.queries import SubscriberRow, subscriber_row

LARGEST_ALLOWANCE = 100  # messages a week: as good as no limit


@dataclass(frozen=True, slots=True)
class HomeChoices:
    """What comes for one home. `by`: the kinds that come by each channel its owner was asked about."""

    by: dict[Channel, frozenset[Kind]]
    how_far: HowFar
    only_urgent: bool
    texts_only_urgent: bool

    @property
    def kinds(self) -> frozenset[Kind]:
        """What comes at all."""
        return frozenset().union(*self.by.values())


@dataclass(frozen=True, slots=True)
class PersonalChoices:
    """When messages come to a person, and from whom beside the police, whatever the home."""

    rhythm: Rhythm
    weekly_allowance: int | None  # None: as the house has it
    quiet_hours: tuple[int, int] | None  # from and until, hours of London
    paused_until: datetime | None
    partner_ids: frozenset[int]


@dataclass(frozen=True, slots=True)
class Chosen:
    """All that stands on the one screen, as it is stored now."""

    my: SubscriberRow
    home: HomeChoices
    person: PersonalChoices


def save_choices(
    subscriber_id: int, subscription_id: int, *, home: HomeChoices, person: PersonalChoices, now: datetime
) -> None:
    """Let all of this count from now on. Raises NotFound, or BadInput for `partners` that are not offered."""
    with transaction() as session:
        subscription = own_subscription(session, subscriber_id, subscription_id)
        _choose_for_home(subscription, home, now)
        quiet_from, quiet_until = person.quiet_hours or (None, None)
        session.execute(
            update(Subscriber)
            .where(Subscriber.id == subscriber_id)
            .values(
                rhythm=person.rhythm, weekly_allowance=person.weekly_allowance, paused_until=person.paused_until,
                quiet_from=quiet_from, quiet_until=quiet_until,
            )
        )  # fmt: skip
        tick_partners(session, subscriber_id, person.partner_ids, source=MY_PAGE, now=now)


def _choose_for_home(subscription: Subscription, home: HomeChoices, now: datetime) -> None:
    kinds = [kind.value for kind in Kind if kind in home.kinds]
    subscription.not_by_mail = _not_by(Channel.EMAIL, kinds, subscription.not_by_mail, home)
    subscription.not_by_text = _not_by(Channel.SMS, kinds, subscription.not_by_text, home)
    if subscription.kinds != kinds:
        subscription.kinds, subscription.chosen_at = kinds, now
    subscription.how_far, subscription.only_urgent = home.how_far, home.only_urgent
    subscription.texts_only_urgent = home.texts_only_urgent


def _not_by(channel: Channel, kinds: list[str], before: Collection[str], home: HomeChoices) -> list[str]:
    """The kinds that don't come by the channel; of one that its owner was not asked about, as before."""
    wanted = home.by.get(channel)
    return [kind for kind in kinds if (kind in before if wanted is None else kind not in wanted)]


def chosen_by(session: Session, subscriber_id: int, subscription_id: int, *, now: datetime) -> Chosen:
    """What the subscriber has chosen, for this home and for themselves. Raises NotFound."""
    my = subscriber_row(session, subscriber_id, now=now)
    my.home(subscription_id)
    person = session.get_one(Subscriber, subscriber_id)
    tie = session.scalars(select(Subscription).where(Subscription.id == subscription_id)).one()
    kinds = {Kind(kind) for kind in tie.kinds}
    never = {Channel.EMAIL: tie.not_by_mail, Channel.SMS: tie.not_by_text}
    channels = {point.channel for point in my.contact_points}
    by = {channel: frozenset(kinds - set(map(Kind, never[channel]))) for channel in channels}
    home = HomeChoices(by, tie.how_far, tie.only_urgent, tie.texts_only_urgent)
    return Chosen(
        my, home, PersonalChoices(my.rhythm, person.weekly_allowance, my.quiet_hours, my.paused_until, frozenset())
    )
