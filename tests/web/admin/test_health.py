"""The page that shows administrators how OWL is."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.foundation.jobs import connection as redis_connection
from owl.messages.models import MessageStatus
from tests import factories
from tests.browser import sign_in


@pytest.mark.usefixtures("mail_sink", "twilio_stand_in")
def test_an_administrator_sees_what_is_amiss_first_and_what_to_do(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    redis_connection().flushall()  # of the workers that other tests started
    sign_in(client, session, factories.user(session, role=RoleName.ADMINISTRATOR))
    factories.message(session, status=MessageStatus.PAUSED)

    page = client.get("/admin/health").text

    assert "Something does not work" in page, "no worker runs here"
    places = [page.index(words) for words in ("Nobody serves", "1 paused", "In good order", "It knows the account")]
    assert places == sorted(places)
    assert "What to do:" in page
    assert "Start the workers" in page
    assert 'href="/admin/health"' in client.get("/admin").text


def test_nobody_else_does_and_nobody_is_led_there(client: FlaskClient, session: Session) -> None:
    sign_in(client, session, factories.user(session, role=RoleName.SUPERVISOR))

    assert client.get("/admin/health").status_code == 403
    assert "/admin/health" not in client.get("/team").text
