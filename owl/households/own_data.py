"""All that this topic holds about a subscriber: UK GDPR, articles 15 and 20."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from owl.foundation.notices import Channel
from owl.households.choices import CHOICES
from owl.households.consent_wording import WORDS, consent_words
from owl.households.contact_points import show_address
from owl.households.guest_models import TrainingGuest
from owl.households.home_models import HomeMove, Invitation, Relocation
from owl.households.models import Consent, ContactPoint, Household, Proof, Subscriber, Subscription
from owl.households.partner_models import Partner, PartnerTick
from owl.households.queries import subscriber_row


def person_data(session: Session, subscriber_id: int, *, now: datetime) -> dict[str, Any]:
    """Name, homes, choices, addresses with the evidence of consent, partners, invitations and moves; times aware.

    Raises NotFound.
    """
    row = subscriber_row(session, subscriber_id, now=now)
    person = session.get_one(Subscriber, subscriber_id)
    chosen = sa.select(Subscription).where(Subscription.subscriber_id == subscriber_id)
    by_id = {subscription.id: subscription for subscription in session.scalars(chosen)}
    return {
        "name": person.name,
        "with_us_since": person.created_at,
        "language": person.language.label,
        "large_text": person.large_text,
        "paused_until": row.paused_until,
        "quiet_from_hour": person.quiet_from,
        "quiet_until_hour": person.quiet_until,
        "how_often": person.rhythm.value,
        "most_messages_a_week": person.weekly_allowance,
        "homes": [
            {"postcode": home.postcode, "house": home.house}
            | {"neighbourhood": home.neighbourhood_name, "district": home.district_name, "tie": home.tie.label}
            | _choices(by_id[home.subscription_id])
            for home in row.homes
        ],
        "addresses": [_address(session, point) for point in points_of(session, subscriber_id)],
        "addresses_to_be_proved": _unproved(session, subscriber_id, now),
        "partners": _partners(session, subscriber_id),
        "invitations": _invitations(session, subscriber_id),
        "moves": _moves(session, subscriber_id),
        "neighbourhoods_before": _relocations(session, subscriber_id),
    }


def points_of(session: Session, subscriber_id: int) -> list[ContactPoint]:
    """The subscriber's contact points, the oldest first."""
    asked = sa.select(ContactPoint).where(ContactPoint.subscriber_id == subscriber_id).order_by(ContactPoint.id)
    return list(session.scalars(asked))


def _choices(chosen: Subscription) -> dict[str, Any]:
    def labels(kinds: list[str]) -> list[str]:
        return [kind.label for kind in CHOICES if kind in kinds]

    return {
        "kinds_of_message": labels(chosen.kinds),
        "not_by_mail": labels(chosen.not_by_mail),
        "not_by_text": labels(chosen.not_by_text),
        "texts_only_when_urgent": chosen.texts_only_urgent,
        "only_urgent": chosen.only_urgent,
        "how_far_around": chosen.how_far.value,
        "since": chosen.created_at,
        "last_changed_at": chosen.chosen_at,
    }


def _address(session: Session, point: ContactPoint) -> dict[str, Any]:
    guest = sa.select(TrainingGuest.added_at).where(TrainingGuest.address_index == point.address_index)
    evidence = sa.select(Consent).where(Consent.address_index == point.address_index)
    return {
        "channel": point.channel.label,
        "address": show_address(point.channel, point.address or ""),
        "proved_at": point.verified_at,
        "stopped_at": point.suppressed_at,
        "why_stopped": point.suppressed_reason.label if point.suppressed_reason else None,
        "in_practice_since": session.scalar(guest),
        "consent": [
            {
                "at": consent.at,
                "given": consent.given,
                "wording": consent.wording,
                "words": _words(consent.wording, point.channel),
                "source": consent.source,
            }
            for consent in session.scalars(evidence.order_by(Consent.at, Consent.id))
        ],
    }


def _words(version: str, channel: Channel) -> str:
    """What was agreed to, as far as it is known here: an imported list may name words of another system."""
    return consent_words(version, [channel]) if version in WORDS else version


def _unproved(session: Session, subscriber_id: int, now: datetime) -> list[dict[str, Any]]:
    asked = sa.select(Proof).where(
        Proof.subscriber_id == subscriber_id, Proof.used_at.is_(None), Proof.expires_at > now
    )
    return [
        {"address": show_address(proof.channel, proof.address), "asked_at": proof.created_at}
        for proof in session.scalars(asked.order_by(Proof.id))
    ]


def _partners(session: Session, subscriber_id: int) -> list[dict[str, Any]]:
    asked = (
        sa.select(Partner.name, PartnerTick)
        .join(Partner, Partner.id == PartnerTick.partner_id)
        .where(PartnerTick.subscriber_id == subscriber_id)
        .order_by(PartnerTick.id)
    )
    return [
        {
            "name": name,
            "purpose": tick.purpose,
            "source": tick.source,
            "ticked_at": tick.ticked_at,
            "taken_back_at": tick.taken_back_at,
        }
        for name, tick in session.execute(asked)
    ]


def _invitations(session: Session, subscriber_id: int) -> list[dict[str, Any]]:
    asked = (
        sa.select(Invitation.created_at, Invitation.expires_at, Invitation.joined)
        .join(Subscription, Subscription.id == Invitation.subscription_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(Invitation.id)
    )
    return [{"made_at": made, "ends_at": ends, "joined": joined} for made, ends, joined in session.execute(asked)]


def _moves(session: Session, subscriber_id: int) -> list[dict[str, Any]]:
    before, after = aliased(Household), aliased(Household)
    asked = (
        sa.select(HomeMove.at, before.postcode, after.postcode)
        .join(Subscription, Subscription.id == HomeMove.subscription_id)
        .join(before, before.id == HomeMove.from_household_id)
        .join(after, after.id == HomeMove.to_household_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(HomeMove.id)
    )
    return [{"at": at, "from": old, "to": new} for at, old, new in session.execute(asked)]


def _relocations(session: Session, subscriber_id: int) -> list[dict[str, Any]]:
    asked = (
        sa.select(Relocation.at, Relocation.from_name, Relocation.told_at)
        .join(Subscription, Subscription.id == Relocation.subscription_id)
        .where(Subscription.subscriber_id == subscriber_id)
        .order_by(Relocation.id)
    )
    return [{"until": at, "neighbourhood": name, "told_at": told} for at, name, told in session.execute(asked)]
