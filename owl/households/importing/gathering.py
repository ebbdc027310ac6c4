"""What is exported of some people, as cells: their habits, homes, addresses and partners."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import zip_longest

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.households.contact_points import show_address
from owl.households.importing.columns import Column
from owl.households.importing.rows import COLUMN_OF, STOPPED_OF
from owl.households.models import Consent, ContactPoint, Household, Subscriber, Subscription
from owl.households.partner_models import Partner, PartnerTick

Cells = Mapping[Column, str]


def habits_of(person: Subscriber) -> Cells:
    """What holds for them at all their homes."""
    return {
        Column.PERSON: str(person.id),
        Column.NAME: person.name or "",
        Column.QUIET_FROM: _number(person.quiet_from),
        Column.QUIET_UNTIL: _number(person.quiet_until),
        Column.RHYTHM: person.rhythm.value,
        Column.WEEKLY_ALLOWANCE: _number(person.weekly_allowance),
        Column.PAUSED_UNTIL: person.paused_until.isoformat() if person.paused_until else "",
        Column.LANGUAGE: person.language.value,
        Column.LARGE_TEXT: _yes(person.large_text),
        Column.JOINED: person.created_at.isoformat(),
    }


def homes_of(session: Session, subscriber_ids: Sequence[int]) -> defaultdict[int, list[Cells]]:
    """By subscriber, their homes and what they chose for each."""
    asked = (
        sa.select(Subscription, Household)
        .join(Household, Household.id == Subscription.household_id)
        .where(Subscription.subscriber_id.in_(subscriber_ids))
        .order_by(Subscription.id)
    )
    found: defaultdict[int, list[Cells]] = defaultdict(list)
    for chosen, home in session.execute(asked):
        found[chosen.subscriber_id].append(
            {
                Column.HOME: str(home.id),
                Column.POSTCODE: home.postcode,
                Column.HOUSE: home.house or "",
                Column.NEIGHBOURHOOD: home.neighbourhood_id,
                Column.TIE: chosen.tie.value,
                Column.KINDS: ";".join(chosen.kinds),
                Column.HOW_FAR: chosen.how_far.value,
                Column.ONLY_URGENT: _yes(chosen.only_urgent),
                Column.NOT_BY_MAIL: ";".join(chosen.not_by_mail),
                Column.NOT_BY_TEXT: ";".join(chosen.not_by_text),
                Column.TEXTS_ONLY_URGENT: _yes(chosen.texts_only_urgent),
            }
        )
    return found


def addresses_of(session: Session, subscriber_ids: Sequence[int]) -> defaultdict[int, list[Cells]]:
    """By subscriber, a mail and a mobile together where they were agreed to together."""
    evidence = (
        sa.select(Consent.address_index, Consent.at, Consent.wording, Consent.source)
        .where(Consent.given)
        .order_by(Consent.at, Consent.id)  # the last one counts
    )
    asked = sa.select(ContactPoint).where(
        ContactPoint.subscriber_id.in_(subscriber_ids), ContactPoint.address_index.is_not(None)
    )
    points = session.scalars(asked.order_by(ContactPoint.id)).all()
    indexes = [point.address_index for point in points]
    given = {row.address_index: row for row in session.execute(evidence.where(Consent.address_index.in_(indexes)))}
    together: defaultdict[tuple[int, str, str, str], dict[Channel, list[Cells]]] = defaultdict(
        lambda: {channel: [] for channel in Channel}
    )
    for point in points:
        said = given.get(point.address_index)
        at, wording, source = (said.at, said.wording, said.source) if said else (point.verified_at, "", "")
        key = (point.subscriber_id or 0, at.isoformat(), wording, source)
        together[key][point.channel].append(_address(point))
    found: defaultdict[int, list[Cells]] = defaultdict(list)
    for (subscriber_id, *agreed), by_channel in together.items():
        consent = dict(zip((Column.CONSENT_DATE, Column.CONSENT_WORDING, Column.CONSENT_SOURCE), agreed, strict=True))
        for pair in zip_longest(*by_channel.values(), fillvalue={}):
            found[subscriber_id].append(consent | {column: cell for one in pair for column, cell in one.items()})
    return found


def ticks_of(session: Session, subscriber_ids: Sequence[int]) -> defaultdict[int, list[Cells]]:
    """By subscriber, the partners of today whose messages they want."""
    asked = (
        sa.select(PartnerTick, Partner.name)
        .join(Partner, Partner.id == PartnerTick.partner_id)
        .where(PartnerTick.subscriber_id.in_(subscriber_ids))
        .where(PartnerTick.taken_back_at.is_(None), Partner.ended_at.is_(None))
        .order_by(PartnerTick.id)
    )
    found: defaultdict[int, list[Cells]] = defaultdict(list)
    for tick, name in session.execute(asked):
        found[tick.subscriber_id].append(
            {
                Column.PARTNER: name,
                Column.PARTNER_PURPOSE: tick.purpose,
                Column.PARTNER_DATE: tick.ticked_at.isoformat(),
                Column.PARTNER_SOURCE: tick.source,
            }
        )
    return found


def _address(point: ContactPoint) -> Cells:
    stopped = f"{point.suppressed_at.isoformat()} {point.suppressed_reason}" if point.suppressed_at else ""
    shown = show_address(point.channel, point.address or "")
    return {COLUMN_OF[point.channel]: shown, STOPPED_OF[point.channel]: stopped}


def _yes(chosen: bool) -> str:  # noqa: FBT001  # a cell
    return "yes" if chosen else "no"


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
