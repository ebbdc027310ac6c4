"""Addresses that are not to be used: the owner's will is kept, with its evidence."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.households.models import Consent, ContactPoint, Suppression, SuppressionReason
from owl.households.suppressing import WITHDRAWALS, lift_suppression, suppress
from tests import factories
from tests.factories import NOW


def evidence(session: Session) -> list[tuple[bool, str]]:
    return [(row.given, row.source) for row in session.scalars(sa.select(Consent).order_by(Consent.id))]


@pytest.mark.parametrize("reason", list(SuppressionReason))
def test_a_suppressed_address_is_known_by_its_blind_index_alone(session: Session, reason: SuppressionReason) -> None:
    point = factories.contact_point(session)

    assert suppress(session, point.id, reason=reason, source="test", now=NOW)

    row = session.scalars(sa.select(Suppression)).one()
    assert (row.address_index, row.reason, row.since) == (point.address_index, reason, NOW)
    assert (point.suppressed_at, point.suppressed_reason) == (NOW, reason)
    assert evidence(session) == ([(False, "test")] if reason in WITHDRAWALS else [])


def test_suppressing_twice_is_the_same_as_once(session: Session) -> None:
    point = factories.contact_point(session)
    suppress(session, point.id, reason=SuppressionReason.UNSUBSCRIBED, source="unsubscribe link", now=NOW)
    assert not suppress(session, point.id, reason=SuppressionReason.UNSUBSCRIBED, source="unsubscribe link", now=NOW)
    assert evidence(session) == [(False, "unsubscribe link")]


def test_the_owners_will_is_written_over_a_fault_and_never_the_other_way_round(session: Session) -> None:
    point = factories.contact_point(session)
    suppress(session, point.id, reason=SuppressionReason.BOUNCED, source="bounce", now=NOW)
    assert suppress(session, point.id, reason=SuppressionReason.UNSUBSCRIBED, source="my page", now=NOW)
    assert not suppress(session, point.id, reason=SuppressionReason.BOUNCED, source="bounce", now=NOW)
    assert point.suppressed_reason is SuppressionReason.UNSUBSCRIBED
    assert session.scalars(sa.select(Suppression)).one().reason is SuppressionReason.UNSUBSCRIBED


def test_a_lifted_suppression_leaves_evidence_and_nothing_else(session: Session) -> None:
    point = factories.contact_point(session, channel=Channel.SMS)
    suppress(session, point.id, reason=SuppressionReason.STOPPED, source="text STOP", now=NOW)

    assert lift_suppression(session, point.id, source="text START", now=NOW)
    assert not lift_suppression(session, point.id, source="text START", now=NOW)

    assert (point.suppressed_at, point.suppressed_reason) == (None, None)
    assert session.scalars(sa.select(Suppression)).all() == []
    assert evidence(session) == [(False, "text STOP"), (True, "text START")]


def test_an_erased_contact_point_stays_as_it_is(session: Session) -> None:
    point = factories.contact_point(session, address="anna@example.com")
    point.address = point.address_index = None
    session.flush()
    assert not suppress(session, point.id, reason=SuppressionReason.STOPPED, source="text STOP", now=NOW)
    assert not lift_suppression(session, point.id, source="text START", now=NOW)
    assert not suppress(session, point.id + 999, reason=SuppressionReason.STOPPED, source="text STOP", now=NOW)
    assert session.scalars(sa.select(ContactPoint)).one().suppressed_at is None


def test_evidence_of_consent_can_not_be_changed(session: Session) -> None:
    point = factories.contact_point(session)
    suppress(session, point.id, reason=SuppressionReason.UNSUBSCRIBED, source="my page", now=NOW)
    with pytest.raises(sa.exc.DatabaseError, match="never changed"):
        session.execute(sa.update(Consent).values(given=True))
