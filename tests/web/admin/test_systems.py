"""An administrator gives another system a key, lets it be called, and ends both."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.systems.models import ApiKey, Webhook
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in

PLACE = "/admin/systems"


@pytest.fixture
def page(client: FlaskClient, session: Session) -> FlaskClient:
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    return client


def test_a_key_is_shown_once_and_ended_for_good(page: FlaskClient, session: Session) -> None:
    made = page.post(PLACE, data={"name": "Custody", "scopes": ["areas"], "areas": [HITCHIN]})
    [secret] = re.findall(r"owl_[\w-]+", made.text)
    assert made.headers["Cache-Control"] == "no-store"
    assert page.get("/api/v1/areas", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    listed = page.get(PLACE).text
    assert secret not in listed
    assert "Custody" in listed
    key_id = session.scalar(sa.select(ApiKey.id))
    called = page.post(f"{PLACE}/{key_id}/webhook", data={"url": "https://example.com/owl", "events": "message.sent"})
    assert "whsec_" in called.text
    assert "example.com" in page.get(PLACE).text
    webhook_id = session.scalar(sa.select(Webhook.id))
    page.post(f"{PLACE}/webhooks/{webhook_id}/end")
    page.post(f"{PLACE}/{key_id}/end")
    assert page.get("/api/v1/areas", headers={"Authorization": f"Bearer {secret}"}).status_code == 401
    assert "Ended" in page.get(PLACE).text


def test_what_is_missing_is_said_and_what_was_typed_stays(page: FlaskClient, session: Session) -> None:
    answer = page.post(PLACE, data={"name": "Custody"})
    assert (answer.status_code, "Tick what the key is for" in answer.text, "Custody" in answer.text) == (
        400,
        True,
        True,
    )
    page.post(PLACE, data={"name": "Custody", "scopes": ["areas"], "areas": [HITCHIN]})
    key_id = session.scalar(sa.select(ApiKey.id))
    answer = page.post(f"{PLACE}/{key_id}/webhook", data={"url": "ftp://example.com/", "events": "message.sent"})
    assert (answer.status_code, "begins with https://" in answer.text) == (400, True)
