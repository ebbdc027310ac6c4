"""A subscriber and their page, opened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.households.models import Subscriber
from tests import factories
from tests.households.proofs import EMAIL, word
from tests.web.public.my_page import POSTCODE


@pytest.fixture
def owner(session: Session) -> Subscriber:
    home = factories.household(session, postcode=POSTCODE, neighbourhood_id="hitchin-urban", house="12")
    owner = factories.subscriber(session, home, name="Anna")
    factories.contact_point(session, owner, address=EMAIL)
    return owner


@pytest.fixture
def page(client: FlaskClient, session: Session, owner: Subscriber) -> FlaskClient:
    """A client that has opened the owner's page."""
    client.post("/my", data={"contact": EMAIL})
    client.post(f"/my/open/{word(session, 'token')}")
    return client


@pytest.fixture
def still_november() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(factories.NOW, tick=False) as traveller:
        yield traveller
