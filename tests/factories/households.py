"""Homes, those who live there, and their addresses."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.database import contact_keys
from owl.foundation.notices import Channel
from owl.foundation.signed_links import new_token
from owl.households.choices import CHOICES
from owl.households.guest_models import TrainingGuest
from owl.households.importing.models import HouseholdList, ListPart, ListStatus
from owl.households.models import ContactPoint, Household, Joining, Subscriber, Subscription
from owl.households.partner_models import Partner
from tests.factories.places import neighbourhood_id
from tests.factories.start import NOW, numbers


def guest(session: Session, address: str = "guest@police.example.com", **fields: Any) -> TrainingGuest:
    """An address of the guest list."""
    channel = Channel.EMAIL if "@" in address else Channel.SMS
    index = contact_keys().blind_index(address, context=channel.value)
    row = TrainingGuest(**{"channel": channel, "address": address, "address_index": index, "added_at": NOW} | fields)
    session.add(row)
    session.commit()
    return row


def household(session: Session, **fields: Any) -> Household:
    """A home."""
    fields.setdefault("neighbourhood_id", neighbourhood_id(session))
    row = Household(**{"postcode": "SG5 1AA", "created_at": NOW} | fields)
    session.add(row)
    session.commit()
    return row


def subscriber(session: Session, home: Household | None = None, **fields: Any) -> Subscriber:
    """Somebody who gets messages at a home."""
    home = home or household(session)
    kinds = fields.pop("kinds", [kind.value for kind in CHOICES])
    row = Subscriber(**{"created_at": NOW} | fields)
    session.add(row)
    session.flush()
    session.add(Subscription(subscriber_id=row.id, household_id=home.id, kinds=kinds, created_at=NOW))
    session.commit()
    return row


def contact_point(
    session: Session,
    owner: Subscriber | None = None,
    *,
    channel: Channel = Channel.EMAIL,
    address: str | None = None,
    **fields: Any,
) -> ContactPoint:
    """A verified address."""
    number = next(numbers)
    owner = owner or subscriber(session)
    address = address or (
        f"resident{number}@example.com" if channel is Channel.EMAIL else f"+44770090{number % 1000:04}"
    )
    row = ContactPoint(
        **{
            "subscriber_id": owner.id,
            "channel": channel,
            "address": address,
            "address_index": contact_keys().blind_index(address.lower(), context=channel.value),
            "verified_at": NOW,
        }
        | fields
    )
    session.add(row)
    session.commit()
    return row


def partner(session: Session, **fields: Any) -> Partner:
    """An organisation on whose behalf a team may write."""
    given = {"name": f"Partner {next(numbers)}", "purpose": "What the partner does near you", "created_at": NOW}
    row = Partner(**given | fields)
    session.add(row)
    session.commit()
    return row


def household_list(session: Session, actor: User) -> HouseholdList:
    """A list that was loaded, with a refused row."""
    counts = dict.fromkeys(("rows", "refused", "known", "people", "homes", "addresses"), 1) | {"encoding": "utf-8-sig"}
    row = HouseholdList(actor_id=actor.id, uploaded_at=NOW, finished_at=NOW, status=ListStatus.LOADED, counts=counts)
    session.add(row)
    session.flush()
    session.add(ListPart(list_id=row.id, is_refused=True, no=0, content="postcode\r\n"))
    session.commit()
    return row


def joining(session: Session, **answers: Any) -> Joining:
    """Somebody who has typed all answers and agreed, and has proved nothing yet."""
    given = {
        "postcode": "SG5 1AA",
        "neighbourhood_id": answers.get("neighbourhood_id") or neighbourhood_id(session),
        "ward_code": None,
        "house": None,
        "name": None,
        "email": "anna@example.com",
        "mobile": None,
        "kinds": [kind.value for kind in CHOICES],
        "wording": "2026-11",
    } | answers
    row = Joining(
        token_hash=new_token()[1],
        answers=json.dumps(given),
        consented_at=NOW,
        expires_at=NOW + timedelta(days=2),
    )
    session.add(row)
    session.commit()
    return row
