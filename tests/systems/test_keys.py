"""A system acts as a user, and is nobody's colleague."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.colleagues import acts_there
from owl.accounts.listing_users import State, users_named, users_page
from owl.accounts.models import RoleName, User
from owl.accounts.permissions import Permission
from owl.handover.unfinished import successors
from owl.systems.keys import make_key
from owl.systems.models import Scope
from tests import factories
from tests.accounts.places import HITCHIN

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def test_no_work_is_handed_to_a_system_and_no_list_of_people_has_it(session: Session) -> None:
    maker = factories.user(session, role=RoleName.ADMINISTRATOR)
    officer = factories.user(session, areas=[HITCHIN])
    make_key(name="Custody", scopes=[Scope.AREAS], areas=[HITCHIN], actor_id=maker.id, now=NOW)
    assert [one.id for one in successors(session, [HITCHIN], instead_of=maker.id)] == [officer.id]
    assert users_named(session, "Custody").rows == ()
    assert {row.id for row in users_page(session, state=State.ALL).rows} == {maker.id, officer.id}
    acting = sa.select(User.id).where(acts_there(Permission.ANSWER, [HITCHIN]))
    assert session.scalars(acting).all() == [officer.id]
