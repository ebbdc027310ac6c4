from __future__ import annotations

import secrets

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from owl.accounts.models import HouseLimit, Limit
from owl.consultations.stuffing import COUNT, hold_back_stuffing
from owl.foundation.database import db
from owl.foundation.errors import TooMany
from owl.foundation.jobs import connection

OF_ONE_ADDRESS, OF_ALL = 3, 50


@pytest.fixture(autouse=True)
def limits(session: Session) -> None:
    """As an administrator set them."""
    session.add(HouseLimit(limit=Limit.BALLOTS_OF_ONE_ADDRESS, value=OF_ONE_ADDRESS))
    session.add(HouseLimit(limit=Limit.BALLOTS_OF_ALL, value=OF_ALL))
    session.commit()


@pytest.fixture
def slug() -> str:
    """Of a consultation that no other test counts for."""
    return secrets.token_hex(4)


def press(slug: str, address: str, times: int = 1) -> None:
    for _ in range(times):
        hold_back_stuffing(db.session(), slug, address)


def test_one_address_is_held_back_for_an_hour_and_others_are_not(app: Flask, slug: str) -> None:
    with app.app_context():
        press(slug, "192.0.2.7", OF_ONE_ADDRESS)
        with pytest.raises(TooMany, match="not sent"):
            press(slug, "192.0.2.7")
        press(f"other-{slug}", "192.0.2.7")
        press(slug, "192.0.2.8")
        # One home may choose among all addresses of its network.
        press(slug, "2001:db8:1:2::1", OF_ONE_ADDRESS - 1)
        press(slug, "2001:db8:1:2:ffff::9")
        with pytest.raises(TooMany):
            press(slug, "2001:db8:1:2::2")
        press(slug, "2001:db8:1:3::1")


def test_many_addresses_are_held_back_together(app: Flask, slug: str) -> None:
    with app.app_context():
        connection().set(f"{COUNT}:{slug}", OF_ALL)
        with pytest.raises(TooMany, match="Very many"):
            press(slug, "10.9.9.9")
        press(f"other-{slug}", "10.9.9.9")


def test_no_address_is_kept_and_all_is_gone_in_a_day(app: Flask, slug: str) -> None:
    with app.app_context():
        press(slug, "192.0.2.7")
        names = [name.decode() for name in connection().scan_iter("owl:open-ballots:*")]
        assert f"{COUNT}:{slug}" in names
        assert not any("192.0.2" in name for name in names)
        assert all(int(connection().ttl(name)) <= 24 * 60 * 60 for name in names)  # type: ignore[arg-type]
