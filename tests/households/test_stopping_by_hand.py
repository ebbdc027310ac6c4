"""Addresses that are stopped, found and mended by administrators, who never see a list of them."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput, Conflict
from owl.foundation.notices import Channel
from owl.households.models import Consent, SuppressionReason
from owl.households.stopping_by_hand import look_up, mend_address, stop_address, suppression_counts
from owl.households.suppressing import suppress
from tests import factories
from tests.factories import NOW


@pytest.fixture
def by(session: Session) -> dict[str, Any]:
    """Who does it, and when."""
    chief = factories.user(session, role=RoleName.ADMINISTRATOR)
    return {"actor_id": chief.id, "allow_drama": True, "now": NOW}


@pytest.mark.parametrize("address", ["anna@example.com", "07700 900123"])
def test_an_address_is_stopped_once_its_owner_asks_whether_we_know_it_or_not(
    session: Session, by: dict[str, Any], address: str
) -> None:
    assert look_up(address, **by).reason is None
    for _ in range(2):
        stop_address(address, **by)
    found = look_up(address.upper(), **by)
    assert (found.reason, found.since, found.is_known, found.is_will) == (
        SuppressionReason.UNSUBSCRIBED, NOW, False, True
    )  # fmt: skip
    assert suppression_counts(session)[SuppressionReason.UNSUBSCRIBED] == 1
    with pytest.raises(Conflict, match="Only they can begin again"):
        mend_address(address, **by)


def test_somebody_who_is_stopped_by_hand_has_that_among_the_evidence(session: Session, by: dict[str, Any]) -> None:
    point = factories.contact_point(session, address="anna@example.com")
    stop_address("Anna@Example.com", **by)
    session.refresh(point)
    assert point.suppressed_reason is SuppressionReason.UNSUBSCRIBED
    [evidence] = session.scalars(sa.select(Consent))
    assert (evidence.given, evidence.source) == (False, "asked an administrator")


def test_a_mailbox_that_is_mended_is_written_to_again(session: Session, by: dict[str, Any]) -> None:
    point = factories.contact_point(session, channel=Channel.EMAIL, address="anna@example.com")
    suppress(session, point.id, reason=SuppressionReason.BOUNCED, source="bounce", now=NOW)
    session.commit()
    mend_address("anna@example.com", **by)
    session.refresh(point)
    assert point.suppressed_at is None
    assert look_up("anna@example.com", **by).reason is None
    with pytest.raises(Conflict, match="may be written to"):
        mend_address("anna@example.com", **by)


def test_what_is_no_address_is_refused_and_no_address_is_in_the_audit(session: Session, by: dict[str, Any]) -> None:
    for typed in ("", "anna", "@", "020 7946 0000", "x" * 5000 + "@example.com"):
        with pytest.raises(BadInput) as refusal:
            look_up(typed, **by)
        assert list(refusal.value.fields) == ["address"]
    stop_address("anna@example.com", **by)
    rows = session.scalars(sa.select(Audit)).all()
    assert [row.act for row in rows] == ["stop address"]
    assert "anna" not in str([row.details for row in rows])
