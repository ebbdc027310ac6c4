"""Partitions are there before their messages are."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.delivery.partitions import FILLFACTOR, ensure_partition


def options_of(session: Session, name: str) -> list[str]:
    return session.scalar(sa.text("SELECT reloptions FROM pg_class WHERE oid = to_regclass(:name)"), {"name": name})


def test_a_partition_is_made_once_with_room_on_its_pages(session: Session) -> None:
    ensure_partition(session, 5_001)
    ensure_partition(session, 5_999)
    assert options_of(session, "delivery_5") == ["fillfactor=45"]


def test_the_partition_has_the_keys_of_its_parent(session: Session) -> None:
    ensure_partition(session, 7_000)
    keys = session.scalars(
        sa.text(
            "SELECT contype::text FROM pg_constraint"
            " WHERE conrelid = to_regclass('delivery_7') AND contype IN ('p', 'u')"
        )
    ).all()
    assert sorted(keys) == ["p", "u"]


def test_the_first_partition_leaves_as_much_room_as_the_next_ones(session: Session) -> None:
    assert options_of(session, "delivery_0") == [f"fillfactor={FILLFACTOR}"]
