"""Who a delivery was for."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from owl.delivery.queries import recipient_of
from owl.foundation.errors import NotFound
from owl.foundation.notices import Channel
from tests import factories


def test_a_delivery_names_its_recipient_by_ids(session: Session) -> None:
    home = factories.household(session)
    person = factories.subscriber(session, home)
    phone = factories.contact_point(session, person, channel=Channel.SMS)
    delivery = factories.delivery(session, phone, home=home)

    recipient = recipient_of(session, delivery.message_id, delivery.seq)

    assert recipient.contact_point_id == phone.id
    assert recipient.subscriber_id == person.id
    assert recipient.household_id == home.id
    assert recipient.neighbourhood_id == home.neighbourhood_id
    assert recipient.channel is Channel.SMS


def test_an_erased_person_leaves_a_recipient_without_a_subscriber_or_home(session: Session) -> None:
    home = factories.household(session)
    mail = factories.contact_point(session, factories.subscriber(session, home))
    delivery = factories.delivery(session, mail, home=home, household_id=home.id + 1000)
    mail.subscriber_id = mail.address = mail.address_index = None
    session.commit()

    recipient = recipient_of(session, delivery.message_id, delivery.seq)

    assert recipient.subscriber_id is None
    assert recipient.neighbourhood_id is None


def test_a_delivery_that_never_was_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        recipient_of(session, 1, 999_999)
