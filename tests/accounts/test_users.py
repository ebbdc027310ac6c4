"""Adding, changing and disabling those who sign in."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from flask_security import verify_password
from sqlalchemy.orm import Session

from owl.accounts.changing_users import change_access, disable_user, reset_user
from owl.accounts.models import RoleName, Team, User
from owl.accounts.permissions import areas_of
from owl.accounts.second_steps import give_second_step, is_code_of
from owl.accounts.sessions import sessions_of, signed_in_user, start_session
from owl.accounts.teams import open_teams, team_of
from owl.accounts.users import add_user, list_users, user_with_email
from owl.foundation.audit import Audit
from owl.foundation.errors import BadInput, Conflict, NotFound, Refused
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN, LETCHWORTH, NORTH_HERTS
from tests.factories import NOW, PASSWORD


def add(**changed: Any) -> int:
    given: dict[str, Any] = {
        "email": "Asha.Patel@Police.Example.com ",
        "name": "Asha  Patel",
        "rank": "PC",
        "password": "umbrella cactus tuba",
        "role": RoleName.OFFICER,
        "areas": [HITCHIN],
        "now": NOW,
    }
    return add_user(**{**given, **changed})


def test_an_added_user_is_listed_with_role_and_areas_and_has_a_hashed_password(session: Session) -> None:
    user_id = add(areas=[HITCHIN, NORTH_HERTS])

    row = user_with_email(session, "asha.patel@police.example.com")
    assert row in list_users(session)
    assert (row.id, row.email, row.name) == (user_id, "asha.patel@police.example.com", "Asha Patel")
    assert (row.roles, row.areas, row.has_second_step) == (("officer",), (HITCHIN, NORTH_HERTS), False)
    stored = session.get_one(User, user_id).password
    assert stored is not None
    assert stored.startswith("$argon2id$")
    assert verify_password("umbrella cactus tuba", stored)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"email": "nobody"}, "email", "Enter an email address"),
        ({"email": "a@example.com\r\nBcc: c@example.com"}, "email", "Enter an email address"),
        ({"name": ""}, "name", "Enter a name"),
        ({"name": "x" * 5000}, "name", "Enter a name"),
        ({"name": "Asha\u202ePatel"}, "name", "Enter a name"),
        ({"password": "short"}, "password", "12 characters or more"),
        ({"password": "password1234"}, "password", "easy to guess"),
        ({"password": "hertfordshire1"}, "password", "easy to guess"),
        ({"password": "Asha.Patel2026"}, "password", "easy to guess"),
        ({"password": "x" * 100_000}, "password", "200 characters or fewer"),
        ({"areas": []}, "areas", "at least one"),
        ({"areas": [HITCHIN, "atlantis"]}, "areas", "no neighbourhood or district atlantis"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_sentence_for_its_field(
    session: Session, changed: dict[str, Any], field: str, sentence: str
) -> None:
    with pytest.raises(BadInput) as refusal:
        add(**changed)
    assert sentence in refusal.value.fields[field]
    assert not list_users(session)


def test_one_address_signs_in_one_user_in_any_case(session: Session) -> None:
    add()
    with pytest.raises(Conflict):
        add(email="ASHA.PATEL@police.example.com")


def test_only_an_administrator_adds_or_disables_users(session: Session) -> None:
    supervisor = factories.user(session, role=RoleName.SUPERVISOR, areas=[HITCHIN])
    with pytest.raises(Refused):
        add(actor_id=supervisor.id)
    with pytest.raises(Refused):
        disable_user(supervisor.id, now=NOW, actor_id=supervisor.id)
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR)
    assert add(actor_id=administrator.id)


def test_disabling_or_changing_access_ends_the_users_sessions(session: Session) -> None:
    user = factories.user(session, areas=[HITCHIN])
    for end in (
        lambda: change_access(user.id, role=RoleName.SUPERVISOR, areas=[HATFIELD], now=NOW),
        lambda: reset_user(user.id, password="another fine kettle", now=NOW),
        lambda: disable_user(user.id, now=NOW),
    ):
        token = start_session(session, user.id, browser="Firefox on Windows", now=NOW)
        session.commit()
        uniquifier = user.fs_uniquifier
        assert signed_in_user(session, token, uniquifier=uniquifier, now=NOW) is user

        end()

        assert user.fs_uniquifier != uniquifier
        assert signed_in_user(session, token, uniquifier=user.fs_uniquifier, now=NOW) is None
        assert sessions_of(session, user.id, token=token, now=NOW) == []
    assert areas_of(session, user.id) == frozenset()


def test_changed_access_replaces_role_and_areas(session: Session) -> None:
    user = factories.user(session, areas=[HITCHIN])
    change_access(user.id, role=RoleName.SUPERVISOR, areas=[HATFIELD], now=NOW)
    assert [role.name for role in user.roles] == ["supervisor"]
    assert areas_of(session, user.id) == {HATFIELD}


def test_a_reset_user_begins_again_without_a_second_step(session: Session) -> None:
    user = factories.user(session, areas=[HITCHIN], active=False, failed_sign_ins=7)
    reset_user(user.id, password="another fine kettle", now=NOW)
    assert user.active
    assert not list_users(session)[0].has_second_step
    assert user.failed_sign_ins == 0
    assert user.password is not None
    assert not verify_password(PASSWORD, user.password)


def test_every_act_is_in_the_audit_with_ids_and_no_contact_details(session: Session) -> None:
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR)
    user_id = add(actor_id=administrator.id)
    disable_user(user_id, now=NOW)
    rows = session.scalars(sa.select(Audit).order_by(Audit.id)).all()
    assert [(row.act, row.actor_id, row.subject_id) for row in rows] == [
        ("add user", administrator.id, user_id),
        ("disable user", None, user_id),
    ]
    assert not any("@" in str(row.details) for row in rows)


def test_nobody_can_be_found_who_is_not_there(session: Session) -> None:
    with pytest.raises(NotFound):
        user_with_email(session, "nobody@example.com")
    with pytest.raises(NotFound):
        disable_user(10**9, now=NOW)


def test_a_second_step_that_was_given_works_with_an_authenticator_app(session: Session) -> None:

    user = factories.user(session, areas=[HITCHIN], second_step=False)
    code = pyotp.TOTP(give_second_step(user.id, now=NOW)).now()
    assert is_code_of(user, code, secret=user.tf_totp_secret)


def test_each_neighbourhood_has_one_team(session: Session) -> None:
    assert open_teams(session) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(Team)) == 33
    assert team_of(session, LETCHWORTH).name == "Letchworth and Baldock Safer Neighbourhood Team"
    with pytest.raises(NotFound):
        team_of(session, "atlantis")


def test_a_password_of_any_characters_will_do_when_it_is_long_and_nobodys_first_guess(session: Session) -> None:
    for number, password in enumerate(
        ["all lower case words", "ЖукИванПоёт громко", "🦉 nest in the oak 🌳", "x7#kQ!mz0Lp2vB" * 14]
    ):
        assert add(email=f"someone{number}@example.com", password=password)
