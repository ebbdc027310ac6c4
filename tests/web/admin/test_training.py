"""The page where an administrator says who practises, and the banner that says so to them."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.households.guests import listed_guests
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in

PAGE = "/admin/training"


def test_guests_and_trainees_are_kept_on_one_page_and_the_banner_follows(client: FlaskClient, session: Session) -> None:
    officer = factories.user(session, areas=[HITCHIN], name="Asha Patel")
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR)
    sign_in(client, session, administrator)
    assert "Nobody yet" in client.get(PAGE).text
    assert client.post(PAGE, data={"address": "nobody"}).status_code == 400
    client.post(PAGE, data={"address": "guest@police.example.com"})
    again = client.post(PAGE, data={"address": "GUEST@police.example.com"})
    assert (again.status_code, "on the guest list already" in again.text) == (409, True)
    assert "Has not joined" in client.get(PAGE).text
    assert "Asha Patel" not in client.get(PAGE).text
    assert "Asha Patel" in client.post(f"{PAGE}/find", data={"words": "asha pat"}).text
    assert "Asha Patel" not in client.post(f"{PAGE}/find", data={"words": " "}).text
    client.post(f"{PAGE}/users/{officer.id}", data={"training": "begin"})
    assert "Asha Patel" in client.get(PAGE).text
    assert client.post(f"{PAGE}/users/999999", data={"training": "begin"}).status_code == 404
    assert 'aria-label="Training"' not in client.get("/team").text

    sign_in(client, session, officer)
    for page in ("/team", "/team/messages/new", "/team/profile"):
        assert "You are practising." in client.get(page).text

    sign_in(client, session, administrator)
    client.post(f"{PAGE}/users/{officer.id}", data={"training": "end"})
    [guest] = listed_guests(session).rows
    client.post(f"{PAGE}/guests/{guest.id}/remove")
    assert client.post(f"{PAGE}/guests/{guest.id}/remove").status_code == 404
    assert listed_guests(session).rows == ()
