"""The page on which administrators write templates."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from tests import factories
from tests.browser import sign_in

WRITTEN = {"kind": "event", "name": "Meeting", "title": "Meet us", "body": "On {day} in {place}."}


def test_templates_are_written_changed_and_ended(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    assert "Add ours" in client.get("/admin/templates").text
    assert client.post("/admin/templates/new", data=WRITTEN).status_code == 303
    page = client.get("/admin/templates").text
    assert "To fill in: day, place" in page
    wrong = client.post("/admin/templates/new", data=WRITTEN | {"title": ""})
    assert (wrong.status_code, "Enter a title." in wrong.text) == (400, True)
    assert "called “Meeting” already" in client.post("/admin/templates/new", data=WRITTEN).text
    [row] = [path for path in page.split('"') if path.startswith("/admin/templates/") and path[-1].isdigit()]
    assert 'value="Meet us"' in client.get(row).text
    assert client.post(row, data=WRITTEN | {"name": "Surgery"}).status_code == 303
    assert "Surgery" in client.get("/admin/templates").text
    assert client.post(f"{row}/end").status_code == 303
    assert client.get(row).status_code == 404
    assert client.post("/admin/templates/starters").status_code == 303
    assert "Shed or garage break-in" in client.get("/admin/templates").text
