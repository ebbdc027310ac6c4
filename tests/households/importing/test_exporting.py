"""Everybody goes out, and comes in again as they were."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.audit import Audit
from owl.foundation.database import Model
from owl.foundation.errors import Refused
from owl.foundation.languages import Language
from owl.foundation.notices import Channel
from owl.households.choices import HowFar, Rhythm
from owl.households.consent import record_consent
from owl.households.importing.exporting import export_households
from owl.households.leaving import leave
from owl.households.models import ContactPoint, Subscriber, Subscription
from owl.households.partner_models import Partner, PartnerTick
from owl.households.ties import Tie
from tests import factories
from tests.factories import NOW
from tests.households.importing.lists import load

LATER = NOW + timedelta(days=1)
REFERENCES = ("person", "home")


def export() -> str:
    return "".join(export_households(now=LATER))


def rows_of(text: str) -> list[dict[str, str]]:
    """The rows with references counted from 1 in the order they come."""
    rows = list(csv.DictReader(io.StringIO(text)))
    for name in REFERENCES:
        numbers: dict[str, int] = {}
        for row in rows:
            row[name] = str(numbers.setdefault(row[name], len(numbers) + 1))
    return rows


def agreed(session: Session, point: ContactPoint, *, days: int, wording: str = "2026-11") -> None:
    assert point.address_index is not None
    record_consent(
        session, channel=point.channel, address_index=point.address_index, given=True, wording=wording,
        source="import: paper", at=NOW - timedelta(days=days),
    )  # fmt: skip
    session.commit()


def tick(
    session: Session, owner: Subscriber, partner: Partner, *, days: int, taken_back_at: datetime | None = None
) -> None:
    session.add(
        PartnerTick(
            subscriber_id=owner.id, partner_id=partner.id, purpose=partner.purpose, source="import: web form",
            ticked_at=NOW - timedelta(days=days), taken_back_at=taken_back_at,
        )
    )  # fmt: skip


@pytest.fixture
def everybody(session: Session) -> None:
    """A family at one home, with a shop; habits and choices of every kind; partners; one who left; a formula."""
    home = factories.household(session, postcode="SG5 1SD", neighbourhood_id="hitchin-urban", house="12 Höhe")
    unnumbered = factories.household(
        session, postcode="AL1 1AG", neighbourhood_id="st-albans-south-east-and-london-colney"
    )
    new = factories.household(session, postcode="SG5 1ZZ", neighbourhood_id="hitchin-urban")
    anna = factories.subscriber(
        session, home, name="Anna, the “first”", rhythm=Rhythm.DAILY, quiet_from=21, quiet_until=8, weekly_allowance=3,
        language=Language.POLISH, large_text=True,
    )  # fmt: skip
    session.add(
        Subscription(
            subscriber_id=anna.id, household_id=unnumbered.id, kinds=["crime_alert", "event"], tie=Tie.WORK,
            how_far=HowFar.STREET, only_urgent=True, not_by_text=["event"], texts_only_urgent=True, created_at=NOW,
        )
    )  # fmt: skip
    bea = factories.subscriber(session, unnumbered, name="=1+1", paused_until=NOW + timedelta(days=9))
    cid = factories.subscriber(session, new, kinds=["good_news"])
    for owner, channel, address, days in (
        (anna, Channel.EMAIL, "anna@example.com", 9),
        (anna, Channel.SMS, "+447700900123", 9),
        (anna, Channel.EMAIL, "anna2@example.com", 3),
        (bea, Channel.SMS, "+447700900124", 9),
        (cid, Channel.EMAIL, "+cid@example.com", 2),
    ):
        agreed(session, factories.contact_point(session, owner, channel=channel, address=address), days=days)
    leave(cid.id, now=NOW)
    council, watch, over = (
        factories.partner(session, name=name, purpose=f"News of {name}") for name in ("Council", "Watch", "Over")
    )
    for owner, partner, days, taken_back in ((bea, council, 8, None), (bea, watch, 7, None), (anna, watch, 6, NOW)):
        tick(session, owner, partner, days=days, taken_back_at=taken_back)
    tick(session, anna, over, days=5)
    over.ended_at = NOW
    session.commit()


@pytest.mark.usefixtures("everybody")
def test_what_goes_out_comes_in_again_as_it_was(session: Session) -> None:
    before = export()
    rows = rows_of(before)
    assert len(rows) == 5
    assert [row["home"] for row in rows] == ["1", "2", "2", "2", "3"]
    assert [row["partner"] for row in rows] == ["", "", "Council", "Watch", ""]
    assert [row["language"] for row in rows[::2]] == ["pl", "en", "en"]
    assert rows[2]["name"] == "'=1+1"
    session.execute(sa.text("SET LOCAL session_replication_role = replica"))
    for table in reversed(Model.metadata.sorted_tables):
        if table.name in {
            "consent",
            "suppression",
            "partner_tick",
            "subscription",
            "contact_point",
            "subscriber",
            "household",
        }:
            session.execute(table.delete())
    session.execute(sa.text("SET LOCAL session_replication_role = origin"))
    session.expire_all()

    loaded = load(before, now=LATER)

    assert (loaded.done.refused, loaded.refused) == (0, [])
    assert (loaded.done.people, loaded.done.homes, loaded.done.addresses) == (3, 3, 5)
    assert rows_of(export()) == rows_of(before)


@pytest.mark.usefixtures("everybody")
def test_what_goes_out_is_known_to_the_owl_that_it_came_from(session: Session) -> None:
    loaded = load(export(), now=LATER)
    assert (loaded.done.rows, loaded.done.known, loaded.done.refused) == (5, 5, 0)


def test_only_an_administrator_takes_everybody_along_and_it_is_known_who(session: Session) -> None:
    officer, administrator = (factories.user(session, role=role) for role in (RoleName.OFFICER, RoleName.ADMINISTRATOR))
    with pytest.raises(Refused):
        export_households(now=NOW, actor_id=officer.id)
    list(export_households(now=NOW, actor_id=administrator.id))
    act = session.scalars(sa.select(Audit)).one()
    assert (act.act, act.actor_id) == ("export households", administrator.id)


def test_there_may_be_nobody(session: Session) -> None:
    assert session.scalars(sa.select(Subscriber)).all() == []
    assert len(export().splitlines()) == 1
