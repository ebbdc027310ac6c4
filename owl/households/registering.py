"""A subscriber comes to be, or gets a further contact point, once an address is proved."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from owl.foundation.languages import Language
from owl.foundation.notices import Channel
from owl.households.consent import FORM, record_consent
from owl.households.consent_wording import language_of
from owl.households.contact_points import find_contact_point, hold_address, index_of, is_in_use
from owl.households.homes import find_or_add_home, forget_house, subscribe_home
from owl.households.inviting import use_invitation
from owl.households.models import ContactPoint, Subscriber, Subscription
from owl.households.suppressing import forget_suppression


def register(
    session: Session,
    answers: Mapping[str, Any],
    channel: Channel,
    address: str,
    now: datetime,
    *,
    source: str = FORM,
    consented_at: datetime | None = None,
) -> int | None:
    """The subscriber of a joining, whom the proved address now reaches; None where it reaches somebody already.

    Who left and comes back is the same subscriber, so that their replies stay theirs, with the choices
    of this joining. Belongs inside the caller's transaction.
    """
    index = index_of(channel, address)
    hold_address(session, index)
    point = find_contact_point(session, index, lock=True)
    if is_in_use(point):
        return None
    subscriber_id = point.subscriber_id if point is not None else None
    language = language_of(answers["wording"])
    if subscriber_id is None:
        subscriber_id = _new_subscriber(session, answers["name"], language, now)
    elif not _is_reached(session, subscriber_id):
        _begin_afresh(session, subscriber_id, answers["name"], language)
    household_id = _invited_to(session, answers, now) or find_or_add_home(
        session,
        postcode=answers["postcode"],
        neighbourhood_id=answers["neighbourhood_id"],
        ward_code=answers["ward_code"],
        house=answers["house"],
        now=now,
    )
    subscribe_home(session, subscriber_id, household_id, kinds=list(answers["kinds"]), now=now)
    add_contact_point(
        session,
        subscriber_id,
        channel=channel,
        address=address,
        wording=answers["wording"],
        source=source,
        now=now,
        consented_at=consented_at,
    )
    return subscriber_id


def _invited_to(session: Session, answers: Mapping[str, Any], now: datetime) -> int | None:
    """The home of whoever invited; None without an invitation, or where it has ended meanwhile."""
    invitation_id = answers.get("invitation_id")
    return use_invitation(session, invitation_id, now=now) if invitation_id is not None else None


def add_contact_point(
    session: Session,
    subscriber_id: int,
    *,
    channel: Channel,
    address: str,
    wording: str,
    source: str,
    now: datetime,
    consented_at: datetime | None = None,
) -> bool:
    """Let the proved address reach the subscriber; False where it reaches somebody else already.

    A fresh proof lifts every suppression. A former owner whom nothing else reaches is forgotten.
    Belongs inside the caller's transaction.
    """
    index = index_of(channel, address)
    hold_address(session, index)
    point = find_contact_point(session, index, lock=True)
    if point is not None and is_in_use(point):
        return point.subscriber_id == subscriber_id
    if point is None:
        point = ContactPoint(channel=channel, address_index=index, subscriber_id=None)
        session.add(point)
    former = point.subscriber_id
    point.subscriber_id, point.address, point.verified_at = subscriber_id, address, now
    point.suppressed_at = point.suppressed_reason = None
    forget_suppression(session, index)
    record_consent(
        session,
        channel=channel,
        address_index=index,
        given=True,
        wording=wording,
        source=source,
        at=consented_at or now,
    )
    session.flush()
    if former is not None and former != subscriber_id:
        _forget_unless_reached(session, former)
    return True


def _is_reached(session: Session, subscriber_id: int) -> bool:
    mine = select(ContactPoint.id).where(
        ContactPoint.subscriber_id == subscriber_id, ContactPoint.suppressed_at.is_(None)
    )
    return session.scalar(mine.limit(1)) is not None


def _begin_afresh(session: Session, subscriber_id: int, name: str | None, language: Language) -> None:
    """Who had left agrees to what they choose now, and to nothing of before."""
    session.execute(
        update(Subscriber).where(Subscriber.id == subscriber_id).values(name=name, paused_until=None, language=language)
    )
    former = (
        delete(Subscription).where(Subscription.subscriber_id == subscriber_id).returning(Subscription.household_id)
    )
    forget_house(session, list(session.scalars(former)))


def _forget_unless_reached(session: Session, subscriber_id: int) -> None:
    if session.scalar(select(ContactPoint.id).where(ContactPoint.subscriber_id == subscriber_id).limit(1)) is None:
        _begin_afresh(session, subscriber_id, None, Language.ENGLISH)
        session.execute(delete(Subscriber).where(Subscriber.id == subscriber_id))


def _new_subscriber(session: Session, name: str | None, language: Language, now: datetime) -> int:
    subscriber = Subscriber(name=name, language=language, created_at=now)
    session.add(subscriber)
    session.flush()
    return subscriber.id
