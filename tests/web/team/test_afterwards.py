"""What became of a message, as its page and its file tell it, without JavaScript."""

from __future__ import annotations

import csv
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.delivery.models import Batch, DeliveryStatus
from owl.foundation.notices import Channel
from owl.messages.models import Message
from owl.reports.tallies import keep_tallies
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in
from tests.factories import NOW


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> User:
    user = factories.user(session, areas=[HITCHIN])
    sign_in(client, session, user)
    return user


@pytest.fixture
def message(session: Session) -> Message:
    """Two mails, of which one arrived and one failed."""
    sent = factories.message(session, neighbourhood_ids=[HITCHIN], targeted=2, homes=2)
    home = factories.household(session, neighbourhood_id=HITCHIN)
    factories.delivery(session, of=sent, home=home, status=DeliveryStatus.SENT)
    factories.delivery(session, of=sent, home=home, status=DeliveryStatus.FAILED, fault="550 5.1.1")
    session.add(
        Batch(
            message_id=sent.id, no=1, channel=Channel.EMAIL, lane="standard", first_seq=1, last_seq=2, due_at=NOW,
            done_at=NOW,
        )
    )  # fmt: skip
    session.commit()
    return sent


def page_of(client: FlaskClient, path: str) -> str:
    return " ".join(client.get(path).text.split())


def test_the_page_tells_channels_areas_and_why_it_failed_and_the_script_gets_the_same(
    client: FlaskClient, session: Session, officer: User, message: Message
) -> None:
    here = f"/team/messages/{message.id}"
    assert "Areas are being counted" in page_of(client, here)
    keep_tallies(now=NOW)
    for path in (here, f"{here}/ledger"):
        page = page_of(client, path)
        assert "The mailbox does not exist (1)" in page
        assert '<th scope="row" class="govuk-table__header">Mails</th>' in page
        assert '<th scope="row" class="govuk-table__header">Hitchin Urban</th>' in page
        assert "1 (50 %)" in page or "2 (50 %)" in page or "1 (100 %)" in page


def test_the_file_has_every_figure_and_nothing_of_anybody(
    client: FlaskClient, session: Session, officer: User, message: Message
) -> None:
    factories.reply(session, factories.delivery(session, of=message), neighbourhood_id=HITCHIN)
    keep_tallies(now=NOW)
    answer = client.get(f"/team/messages/{message.id}/figures.csv")
    assert answer.mimetype == "text/csv"
    assert f'filename="{message.code}.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text)))
    assert rows[0] == ["what", "area", "channel", "state", "count"]
    assert ["deliveries", "", "email", "failed", "1"] in rows
    assert ["why it failed", "", "", "The mailbox does not exist", "1"] in rows
    assert ["deliveries", "Hitchin Urban", "email", "sent", "1"] in rows
    assert ["replies", "", "", "", "1"] in rows
    assert "@" not in answer.text
    assert "white van" not in answer.text


def test_what_it_led_to_is_said_and_then_told_with_words_to_begin_with(
    client: FlaskClient, session: Session, officer: User, message: Message
) -> None:
    here = f"/team/messages/{message.id}"
    assert "Say what it led to" in client.get(here).text
    refused = client.post(f"{here}/outcome", data={"led_to": ["none", "arrest"]})
    assert refused.status_code == 400
    assert 'href="#led_to"' in refused.text
    answer = client.post(f"{here}/outcome", data={"led_to": ["arrest", "recovered"], "closes": "yes"})
    assert answer.location == f"{here}/what-happened"
    assert "An arrest has been made. What was stolen has been recovered." in client.get(answer.location).text
    page = page_of(client, here)
    assert "Property recovered" in page
    assert "Closed" in page
    assert client.post(f"{here}/outcome", data={"led_to": ["none"]}).location == here
    assert "Nothing that we know of" in client.get(here).text
