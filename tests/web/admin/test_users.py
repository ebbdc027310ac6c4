"""The pages where administrators find, add, change and let go of those who sign in."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from flask_security import verify_password
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName, User
from owl.accounts.users import user_with_email
from owl.messages.models import MessageStatus
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.browser import sign_in

PAGE = "/admin/users"


@pytest.fixture
def chief(client: FlaskClient, session: Session) -> User:
    user = factories.user(session, role=RoleName.ADMINISTRATOR, name="Chris Stone")
    sign_in(client, session, user)
    return user


def test_somebody_is_added_gets_a_first_password_and_other_access(
    client: FlaskClient, session: Session, chief: User
) -> None:
    typed = {"email": "asha.patel@police.example.com", "name": "Asha Patel", "rank": "PC", "role": "officer"}
    kept = client.post(f"{PAGE}/new", data=typed)
    assert kept.status_code == 400
    assert "Give at least one neighbourhood" in kept.text
    assert 'value="Asha Patel"' in kept.text

    page = client.post(f"{PAGE}/new", data=typed | {"areas": [HITCHIN]}).text

    added = user_with_email(session, typed["email"])
    found = re.search(r"<strong>([\w-]{20})</strong>", page)
    assert found
    assert verify_password(found[1], session.get_one(User, added.id).password or "")
    assert client.post(f"{PAGE}/new", data=typed | {"areas": [HITCHIN]}).status_code == 409

    one = f"{PAGE}/{added.id}"
    client.post(f"{one}/access", data={"role": "supervisor", "areas": [HATFIELD, HITCHIN]})
    client.post(f"{one}/name", data={"name": "Asha Patel-Moss", "rank": "Sergeant"})
    changed = user_with_email(session, typed["email"])
    assert (changed.roles, changed.areas, changed.rank) == (("supervisor",), (HITCHIN, HATFIELD), "Sergeant")
    for faulty in ({"role": "king", "areas": [HITCHIN]}, {"role": "officer", "areas": ["atlantis"]}):
        assert client.post(f"{one}/access", data=faulty).status_code == 400
    assert user_with_email(session, typed["email"]) == changed
    assert "shown this once" in client.post(f"{one}/reset").text


def test_users_are_found_by_role_state_and_part_of_a_name_that_stays_out_of_the_address(
    client: FlaskClient, session: Session, chief: User
) -> None:
    factories.user(session, name="Amy 100%_Field", areas=[HITCHIN])
    factories.user(session, name="Ben Marsh", areas=[HITCHIN], active=False)
    for query, seen in (
        ("", {"Amy", "Chris"}),
        ("?state=disabled", {"Ben"}),
        ("?state=all&role=officer", {"Amy", "Ben"}),
        ("?state=nonsense&role=king&page=-5", {"Amy", "Chris"}),
    ):
        page = client.get(PAGE + query).text
        assert {name for name in ("Amy", "Ben", "Chris") if name in page.split("<main")[1]} == seen, query
    assert "Amy" in client.post(f"{PAGE}/find", data={"words": "field 100%"}).text
    assert "Ben" in client.post(f"{PAGE}/find", data={"words": "marsh"}).text
    nobody = client.post(f"{PAGE}/find", data={"words": "%"}).text
    assert "Ben" not in nobody
    assert "Try a shorter part" in client.post(f"{PAGE}/find", data={"words": " "}).text


def test_somebody_leaves_and_a_colleague_has_their_drafts(client: FlaskClient, session: Session, chief: User) -> None:
    leaver = factories.user(session, areas=[HITCHIN], name="Lee Ver")
    colleague = factories.user(session, areas=[HITCHIN], name="Colin Ague")
    draft = factories.message(
        session, author_id=leaver.id, status=MessageStatus.DRAFT, neighbourhood_ids=[HITCHIN], approved_at=None
    )
    leave = f"{PAGE}/{leaver.id}/leave"
    page = client.get(leave).text
    assert "1 draft" in page
    assert "Colin Ague" in page
    assert "Choose who goes on" in client.post(leave).text

    assert client.post(leave, data={"successor": colleague.id}).location == f"{PAGE}/{leaver.id}"

    session.expire_all()
    assert (draft.author_id, leaver.active) == (colleague.id, False)
    assert "Let them in again" in client.get(f"{PAGE}/{leaver.id}").text


def test_nobody_shuts_themselves_out(client: FlaskClient, session: Session, chief: User) -> None:
    own = f"{PAGE}/{chief.id}"
    assert "This is you" in client.get(own).text
    for path, form in (("access", {"role": "officer", "areas": [HITCHIN]}), ("reset", {}), ("leave", {})):
        assert client.post(f"{own}/{path}", data=form).status_code == 409
