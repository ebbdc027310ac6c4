"""Lists of households on the administrators' pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from owl.accounts.models import RoleName
from owl.app import LARGEST_REQUEST
from owl.households.importing.uploads import load_waiting_lists
from tests import factories
from tests.browser import sign_in
from tests.factories import NOW, PASSWORD
from tests.households.importing.lists import ANNA, csv_of
from tests.households.importing.test_uploads import BAD
from tests.web.public.pages import shows_fault, text

PLACE = "/admin/households/"


@pytest.fixture
def page(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    return client


def send(page: FlaskClient, content: bytes) -> TestResponse:
    """As a browser does; the client's own way leaves large files open."""
    head = b'--x\r\nContent-Disposition: form-data; name="list"; filename="households.csv"\r\n\r\n'
    return page.post(PLACE, data=head + content + b"\r\n--x--\r\n", content_type="multipart/form-data; boundary=x")


def upload(page: FlaskClient, content: bytes) -> str:
    answer = send(page, content)
    assert answer.status_code == 303, text(answer)
    return str(answer.location)


def test_a_list_is_loaded_and_its_refused_rows_come_back(page: FlaskClient) -> None:
    place = upload(page, csv_of(ANNA, BAD).encode())
    assert "Being loaded" in text(page.get(place))
    load_waiting_lists(allow_drama=True, now=NOW)

    shown = text(page.get(place))
    assert "Rows refused 1" in " ".join(shown.split())
    file = page.get(f"{place}/refused.csv")
    assert file.headers["Content-Disposition"].startswith('attachment; filename="refused-rows-')
    assert file.headers["Cache-Control"] == "no-store"
    assert "Zoë" in file.data.decode("utf-8-sig")
    assert "1 row refused" in text(page.get(PLACE))

    page.post(f"{place}/forget")
    assert page.get(f"{place}/refused.csv").status_code == 404
    assert "not kept any more" in text(page.get(place))


def test_what_is_wrong_with_the_file_is_said_at_once(page: FlaskClient) -> None:
    shows_fault(page.post(PLACE), "list", "Choose the file")
    shows_fault(send(page, b"PK\x03\x04"), "list", "This is a spreadsheet")


def test_a_list_may_be_larger_than_any_other_form_for_administrators_alone(page: FlaskClient, session: Session) -> None:
    large = csv_of(*[ANNA] * 30_000).encode()
    assert len(large) > LARGEST_REQUEST
    upload(page, large)

    sign_in(page, session, factories.user(session))
    assert send(page, large).status_code == 413


def test_everybody_is_saved_after_the_password_alone(page: FlaskClient) -> None:
    upload(page, csv_of(ANNA).encode())
    load_waiting_lists(allow_drama=True, now=NOW)
    shows_fault(page.post(f"{PLACE}export", data={"password": "wrong"}), "password", "That is not your password")

    file = page.post(f"{PLACE}export", data={"password": PASSWORD})

    assert file.headers["Content-Disposition"] == 'attachment; filename="households.csv"'
    assert "anna@example.com" in file.data.decode("utf-8-sig")
