"""A partner's messages go to those who ticked it, with the date and the purpose that they saw."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from owl.households.data_rights import erase_subscriber
from owl.households.partner_models import PartnerTick
from owl.households.partners import add_partner, end_partnership, open_partners, tick_partners, ticks_of
from tests import factories
from tests.factories import NOW

LATER = NOW + timedelta(days=1)


def administrator(session: Session) -> int:
    return factories.user(session, role=RoleName.ADMINISTRATOR).id


def test_a_tick_has_a_purpose_and_a_date_which_stays_until_it_is_taken_back(session: Session) -> None:
    fire, watch = factories.partner(session, name="Fire"), factories.partner(session, name="Watch")
    joan = factories.subscriber(session).id
    tick_partners(session, joan, [fire.id], source="my page", now=NOW)
    tick_partners(session, joan, [fire.id, watch.id], source="my page", now=LATER)
    assert [(row.partner.name, row.ticked_at) for row in ticks_of(session, joan)] == [("Fire", NOW), ("Watch", LATER)]

    tick_partners(session, joan, [watch.id], source="my page", now=LATER)
    tick_partners(session, joan, [watch.id], source="my page", now=LATER)  # pressed twice
    assert [row.ticked_at for row in ticks_of(session, joan)] == [None, LATER]
    kept = session.execute(sa.select(PartnerTick.purpose, PartnerTick.ticked_at, PartnerTick.taken_back_at))
    assert sorted(kept.all(), key=str) == [(fire.purpose, NOW, LATER), (watch.purpose, LATER, None)]


def test_what_is_not_offered_can_not_be_ticked(session: Session) -> None:
    over = factories.partner(session, ended_at=NOW)
    with pytest.raises(BadInput, match="not on the list"):
        tick_partners(session, factories.subscriber(session).id, [over.id], source="my page", now=NOW)


def test_who_is_erased_leaves_no_tick(session: Session) -> None:
    joan = factories.subscriber(session).id
    tick_partners(session, joan, [factories.partner(session).id], source="my page", now=NOW)
    session.commit()
    erase_subscriber(joan, now=NOW)
    assert session.scalar(sa.select(sa.func.count()).select_from(PartnerTick)) == 0


def test_administrators_add_partners_and_end_partnerships(session: Session) -> None:
    actor = administrator(session)
    new = add_partner(name=" Fire  and rescue ", purpose="Fire safety near you", actor_id=actor, now=NOW)
    assert [(row.id, row.name) for row in open_partners(session)] == [(new, "Fire and rescue")]
    with pytest.raises(Conflict):
        add_partner(name="Fire and rescue", purpose="Something else", actor_id=actor, now=NOW)
    end_partnership(new, actor_id=actor, now=LATER)
    assert open_partners(session) == []
    with pytest.raises(NotFound):
        end_partnership(new, actor_id=actor, now=LATER)


def test_nobody_else_does(session: Session) -> None:
    partner, officer = factories.partner(session), factories.user(session)
    with pytest.raises(Refused):
        add_partner(name="Fire", purpose="Fire safety", actor_id=officer.id, now=NOW)
    with pytest.raises(Refused):
        end_partnership(partner.id, actor_id=officer.id, now=NOW)


@pytest.mark.parametrize(("name", "purpose"), [("", "Words"), ("Fire", " "), ("x" * 81, "Words"), ("Fire", "x" * 201)])
def test_a_partner_has_a_name_and_a_purpose(session: Session, name: str, purpose: str) -> None:
    with pytest.raises(BadInput):
        add_partner(name=name, purpose=purpose, actor_id=administrator(session), now=NOW)
