"""Who opens the pages that a bench measures: somebody of each role whose area is the whole county."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from bench.stage import Stage
from owl.accounts.identity import SEEN_AT, TOKEN
from owl.accounts.models import RoleName, User
from owl.accounts.sessions import start_session
from owl.accounts.users import add_user, user_with_email
from owl.foundation.clock import utc_now
from owl.foundation.database import db, transaction
from owl.foundation.errors import Conflict
from owl.geography.queries import districts

PASSWORD = "a long password of a bench that nobody signs in with"


def who_looks(here: Stage) -> dict[str, int]:
    """Ids of users by role: those of the demo, and the two that it has not."""
    known = {user.role: user.id for user in here.users}
    county = [district.code for district in districts(db.session())]
    db.session.rollback()
    for role, areas in ((RoleName.INSPECTOR, county), (RoleName.COORDINATOR, county)):
        if role.value not in known:
            known[role.value] = _user(role, areas)
    return known


def _user(role: RoleName, areas: list[str]) -> int:
    email = f"{role.value}.of.a.bench@owl.example.com"
    try:
        return add_user(
            email=email, name="Jo Hill", rank=None, password=PASSWORD, role=role, areas=areas, now=utc_now()
        )
    except Conflict:  # from the run before, which kept its folder
        return user_with_email(db.session(), email).id


def signed_in(app: Flask, user_id: int) -> FlaskClient:
    """A browser in which the user has taken both steps."""
    now, client = utc_now(), app.test_client()
    with transaction() as session:
        token = start_session(session, user_id, browser="Firefox on Windows", now=now)
        uniquifier = session.get_one(User, user_id).fs_uniquifier
    with client.session_transaction() as cookie:
        cookie.update({"_user_id": uniquifier, "_fresh": True, TOKEN: token, SEEN_AT: int(now.timestamp())})
    return client
