"""The page where new boundaries are handed in and looked at before they are applied."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from owl.accounts.models import RoleName
from owl.geography.set_models import GeographySet
from owl.households.home_models import Relocation
from owl.households.models import Household
from tests import factories
from tests.browser import sign_in
from tests.geography.town import Town, clear_the_county
from tests.households.test_new_geography import ELM, OAK, put_in_place
from tests.web.public.pages import text


@pytest.fixture
def home(client: FlaskClient, session: Session) -> Household:
    clear_the_county(session)
    put_in_place(Town())
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    home = factories.household(session, postcode="AL1 1AB", neighbourhood_id="north", ward_code=OAK)
    factories.subscriber(session, home)
    return home


def hand_in(client: FlaskClient, content: bytes, name: str = "new.zip") -> TestResponse:
    """As a browser sends a file; the client itself would leave a large one open."""
    head = f'--end\r\nContent-Disposition: form-data; name="set"; filename="{name}"\r\n\r\n'.encode()
    return client.post(
        "/admin/geography", data=head + content + b"\r\n--end--\r\n", content_type="multipart/form-data; boundary=end"
    )


def test_a_set_is_handed_in_looked_at_and_applied(client: FlaskClient, session: Session, home: Household) -> None:
    answer = hand_in(client, Town().place("AL1 1AB", ELM, "west").packed())
    assert answer.status_code == 303
    path = answer.location
    shown = text(client.get(path))
    assert "1 homes would come to another neighbourhood. Nobody has moved yet." in shown
    assert "North, Eastshire West, Westshire The boundary has moved Postcodes: AL1 1AB 1 1 1 out of reach" in shown
    session.refresh(home)
    assert home.neighbourhood_id == "north"

    assert client.post(f"{path}/apply").location == path

    session.refresh(home)
    assert home.neighbourhood_id == "west"
    assert "Applied: 5 postcodes are in place. 1 homes moved" in text(client.get(path))
    assert "Somebody has decided" in text(client.post(f"{path}/apply", follow_redirects=True))
    assert len(session.scalars(sa.select(Relocation)).all()) == 1


def test_a_set_is_put_away_without_a_trace_in_the_homes(client: FlaskClient, session: Session, home: Household) -> None:
    path = hand_in(client, Town().place("AL1 1AB", ELM, "west").packed()).location
    assert client.post(f"{path}/put-away").location == "/admin/geography"
    assert "Put away" in text(client.get("/admin/geography"))
    session.refresh(home)
    assert home.neighbourhood_id == "north"
    assert session.scalars(sa.select(GeographySet.content).order_by(GeographySet.id.desc())).first() is None


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "lacks the column"), (Town().packed()[:300], "damaged"), (Town().place("AL1", OAK, "x").packed(), "AL1")],
)
def test_what_is_wrong_with_a_set_is_listed(
    client: FlaskClient, session: Session, home: Household, content: bytes, said: str
) -> None:
    answer = hand_in(client, content)
    assert answer.status_code == 400
    assert "Nothing was changed" in text(answer)
    assert said in text(answer)


def test_without_a_file_it_is_asked_for(client: FlaskClient, home: Household) -> None:
    answer = client.post("/admin/geography", data={"set": "words"})
    assert (answer.status_code, "Choose a file" in text(answer)) == (400, True)


def test_a_set_larger_than_other_requests_may_be_comes_through(client: FlaskClient, home: Household) -> None:
    assert hand_in(client, b"x" * (2 * 1024 * 1024)).status_code == 400
    assert hand_in(client, b"x" * (21 * 1024 * 1024)).status_code == 413
