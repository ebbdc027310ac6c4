"""Who may do what, and where."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.accounts.permissions import Permission, areas_of, require
from owl.foundation.errors import Refused
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN, LETCHWORTH, NORTH_HERTS

MAY = {
    RoleName.OFFICER: {"read", "compose", "answer", "stop", "consult", "keep_page"},
    RoleName.SUPERVISOR: {"read", "compose", "answer", "approve", "stop", "vet", "consult", "keep_page"},
    RoleName.INSPECTOR: {
        "read",
        "compose",
        "answer",
        "approve",
        "stop",
        "vet",
        "review",
        "consult",
        "sign",
        "keep_page",
    },
    RoleName.COORDINATOR: {"run_watch"},
    RoleName.ADMINISTRATOR: {"read", "administer", "stop"},
}


@pytest.mark.parametrize("role", RoleName)
@pytest.mark.parametrize("permission", Permission)
def test_a_role_grants_what_the_table_says_and_nothing_else(
    session: Session, role: RoleName, permission: Permission
) -> None:
    user = factories.user(session, role=role, areas=[HITCHIN])
    if permission.value in MAY[role]:
        assert require(session, user.id, permission, [HITCHIN]) is user
    else:
        with pytest.raises(Refused, match="You may not"):
            require(session, user.id, permission, [HITCHIN])


def test_all_of_the_neighbourhoods_must_be_the_users_own(session: Session) -> None:
    user = factories.user(session, areas=[HITCHIN])
    require(session, user.id, Permission.COMPOSE, [HITCHIN])
    with pytest.raises(Refused, match="outside your own areas"):
        require(session, user.id, Permission.COMPOSE, [HITCHIN, HATFIELD])


def test_a_district_gives_all_of_its_neighbourhoods(session: Session) -> None:
    user = factories.user(session, areas=[NORTH_HERTS])
    assert {HITCHIN, LETCHWORTH} <= areas_of(session, user.id)
    assert HATFIELD not in areas_of(session, user.id)


def test_an_administrator_reads_everywhere_and_composes_nowhere(session: Session) -> None:
    user = factories.user(session, role=RoleName.ADMINISTRATOR)
    require(session, user.id, Permission.READ, [HITCHIN, HATFIELD])
    with pytest.raises(Refused):
        require(session, user.id, Permission.COMPOSE, [HITCHIN])


def test_a_neighbourhood_that_nobody_knows_is_refused_to_everyone(session: Session) -> None:
    user = factories.user(session, role=RoleName.ADMINISTRATOR)
    with pytest.raises(Refused):
        require(session, user.id, Permission.READ, ["atlantis"])


def test_a_disabled_user_may_do_nothing_and_has_no_areas(session: Session) -> None:
    user = factories.user(session, areas=[HITCHIN], active=False)
    assert areas_of(session, user.id) == frozenset()
    with pytest.raises(Refused):
        require(session, user.id, Permission.READ)


def test_somebody_who_is_not_a_user_may_do_nothing(session: Session) -> None:
    with pytest.raises(Refused):
        require(session, 10**9, Permission.READ)
