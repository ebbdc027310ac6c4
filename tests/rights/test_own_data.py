"""What somebody is told about themselves is everything; what is deleted is all that opens to them."""

from __future__ import annotations

import json
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

import owl.geography.set_models  # noqa: F401  # what tables of ours name must be known
from owl.foundation.database import EncryptedText, Model, transaction
from owl.foundation.notices import Channel, Notice, NoticeStatus, send_notice
from owl.households.consent import record_consent
from owl.households.data_rights import erase_subscriber
from owl.households.inviting import invite
from owl.households.models import Subscriber, Subscription
from owl.households.partner_models import Partner, PartnerTick
from owl.replies.models import MessageRating, Rating
from owl.rights.own_data import as_json, everything_about
from tests import factories
from tests.factories import NOW

# What a person leaves in each table that names them or holds something sealed, and what deleting does to it.
FORGOTTEN = {
    "allowance_use": "deleted",
    "answer": "with its reply",
    "consultation_signing_key": "a secret of the house: no person's",
    "contact_point": "address, owner and index are wiped; the row is counted",
    "household": "the house is wiped, where nobody else lives there",
    "household_list_part": "refused rows of a list, gone within a week or at a press; its other rows once it is loaded",
    "invitation": "with its subscription",
    "joining": "deleted",
    "magic_link": "deleted",
    "notice": "wiped: what was sent already is",
    "partner_tick": "deleted",
    "proof": "deleted",
    "reach_stale": "a number, until the next count",
    "remark": "words torn from a ballot name no home and no person",
    "reply": "deleted",
    "reply_addition": "with its reply",
    "reply_note": "with its reply",
    "subscriber": "deleted",
    "training_guest": "deleted",
    "subscription": "deleted",
    "delivery": "the number of a contact point without address: counted",
    "bounce": "the number of a contact point without address",
    "user": "somebody of the police, whose second step is sealed",
    "webhook": "a secret that is shared with another system: no person's",
    "text_trouble": "the number of a contact point without address",
    "watch_home": "no person is named; the home goes when nobody asks for a year, or at a press",
    "reach_apart": "the number of a contact point, until the next count",
}


def test_it_is_known_what_becomes_of_each_table_that_names_somebody() -> None:
    """Who adds a table or a sealed column says here what deleting does to it, and lets deleting do it."""
    naming = {"subscriber_id", "contact_point_id"}
    found = {
        table.name
        for table in Model.metadata.sorted_tables
        if any(column.name in naming or isinstance(column.type, EncryptedText) for column in table.columns)
    }
    assert found | {"subscriber"} == set(FORGOTTEN)


def somebody(session: Session) -> Subscriber:
    """With something in every section."""
    home = factories.household(session, postcode="SG5 1SD", neighbourhood_id="hitchin-urban", house="Marmalade Cottage")
    owner = factories.subscriber(
        session, home, name="Zebedee", created_at=NOW - timedelta(days=30), quiet_from=21, quiet_until=8
    )
    point = factories.contact_point(session, owner, address="zebedee@example.com")
    assert point.address_index is not None
    record_consent(
        session, channel=Channel.EMAIL, address_index=point.address_index, given=True, wording="leaflet of 2019",
        source="import", at=NOW,
    )  # fmt: skip
    partner = Partner(name="The Council", purpose="Bins and roads", created_at=NOW)
    session.add(partner)
    session.flush()
    session.add(
        PartnerTick(subscriber_id=owner.id, partner_id=partner.id, purpose="Bins", source="my page", ticked_at=NOW)
    )
    delivery = factories.delivery(session, point, home=home)
    session.add(MessageRating(message_id=delivery.message_id, seq=1, rating=Rating.USEFUL, rated_on=NOW.date()))
    factories.reply(session, delivery, words="I saw a quokka")
    factories.delivery(session)  # somebody else's
    session.commit()
    subscription = session.scalars(sa.select(Subscription).where(Subscription.subscriber_id == owner.id)).one()
    invite(owner.id, subscription.id, now=NOW)
    return owner


def test_everything_is_told_and_nothing_of_others(session: Session) -> None:
    held = json.loads(as_json(everything_about(session, somebody(session).id, now=NOW)))

    assert (held["name"], held["quiet_from_hour"], held["homes"][0]["house"]) == ("Zebedee", 21, "Marmalade Cottage")
    assert held["addresses"][0]["consent"][0]["words"] == "leaflet of 2019"
    assert held["partners"][0]["name"] == "The Council"
    assert held["replies"][0]["words"] == "I saw a quokka"
    assert [(row["title"], row["useful"]) for row in held["messages"]] == [("Shed break-ins in Walsworth", "Yes")]
    assert len(held["invitations"]) == 1


def test_whatever_is_sealed_opens_to_nothing_of_theirs_once_they_are_deleted(session: Session) -> None:
    owner = somebody(session)
    with transaction() as inside:
        send_notice(inside, "answer", channel=Channel.EMAIL, address="zebedee@example.com", now=NOW, answer="quokka")
        send_notice(inside, "answer", channel=Channel.EMAIL, address="ben@example.com", now=NOW, answer="wombat")

    erase_subscriber(owner.id, now=NOW)

    session.expire_all()
    opened = "".join(
        str(value)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EncryptedText)
        for value in session.scalars(sa.select(column))
    ).lower()
    for theirs in ("zebedee", "marmalade", "quokka"):
        assert theirs not in opened
    assert "wombat" in opened
    statuses = session.scalars(sa.select(Notice.status).order_by(Notice.id)).all()
    assert statuses == [NoticeStatus.FAILED, NoticeStatus.QUEUED]
