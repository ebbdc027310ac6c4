"""The page that tells administrators how long anything is kept, and what each night deleted."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.rights.night import delete_what_is_old
from tests import factories
from tests.browser import sign_in
from tests.rights.test_night import NOW, YEAR


def test_an_administrator_sees_what_each_night_deleted(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    assert "No night has gone by yet" in client.get("/admin/retention").text

    factories.reply(session, received_at=NOW - 3 * YEAR)
    delete_what_is_old(now=NOW)

    page = client.get("/admin/retention").text
    assert "Thursday 23 November, 02:30" in page
    assert "1 replies" in " ".join(page.split())
