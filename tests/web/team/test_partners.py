"""Writing on a partner's behalf: chosen in the composer, counted at once, named wherever the message is shown."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import RoleName
from owl.delivery.models import Delivery, DeliveryStatus
from owl.delivery.rendering import preview
from owl.households.models import Subscriber
from owl.households.partner_models import Partner
from owl.households.partners import end_partnership, tick_partners
from owl.messages.models import Message, Severity
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in
from tests.factories import NOW
from tests.messages.drafts import resident
from tests.web.team.test_composing import NEW, post


@pytest.fixture
def fire(client: FlaskClient, session: Session) -> Partner:
    """A partner that one of two residents has ticked, and an officer at the screen."""
    partner = factories.partner(session, name="Fire & rescue")
    resident(session)
    resident(session)
    first = session.scalars(sa.select(Subscriber.id).order_by(Subscriber.id)).first()
    tick_partners(session, first or 0, [partner.id], source="my page", now=NOW)
    session.commit()
    sign_in(client, session, factories.user(session, areas=[HITCHIN]))
    return partner


def test_it_goes_to_those_who_ticked_the_partner_and_names_it(
    client: FlaskClient, session: Session, fire: Partner
) -> None:
    assert "1 home" in post(client, act="count", partner=str(fire.id)).text
    assert "2 homes" in post(client, act="count").text
    edit = post(client, partner=str(fire.id)).location
    assert f'<option value="{fire.id}" selected>Fire &amp; rescue' in client.get(edit).text

    message = session.scalars(sa.select(Message)).one()
    shown = preview(message, sender="PC Green")
    assert "On behalf of Fire & rescue." in " ".join(shown.text.split())
    assert "On behalf of Fire &amp; rescue." in shown.html
    assert "Fire &amp; rescue" in client.get(f"/team/messages/{message.id}").text


def test_nobody_writes_for_a_partner_that_is_none_any_more(
    client: FlaskClient, session: Session, fire: Partner
) -> None:
    administrator = factories.user(session, role=RoleName.ADMINISTRATOR)
    edit = post(client, partner=str(fire.id)).location
    end_partnership(fire.id, actor_id=administrator.id, now=NOW)
    answer = post(client, edit, partner=str(fire.id), version="1", act="send")
    assert "Choose another, or none" in answer.text
    for forged in ("999999", "x", "1" * 30, "²"):
        assert post(client, NEW, partner=forged).status_code == 400


def test_what_is_held_and_what_was_overridden_is_said_on_the_messages_page(
    client: FlaskClient, session: Session, fire: Partner
) -> None:
    message = factories.message(
        session, targeted=3, overridden=2, severity=Severity.URGENT, neighbourhood_ids=[HITCHIN]
    )
    for status in (DeliveryStatus.HELD, DeliveryStatus.HELD_FOR_DIGEST, DeliveryStatus.SENT):
        factories.delivery(session, of=message, status=status)
    assert session.scalar(sa.select(sa.func.count()).select_from(Delivery)) == 3
    page = " ".join(client.get(f"/team/messages/{message.id}").text.split())
    for words in ("Held until morning: 1", "Held for digest: 1", "it went at once to 2 people"):
        assert words in page
    assert "don’t add up" not in page
