"""Texts that Twilio brings: signed for this very address, or refused."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from config.settings import Settings
from owl.delivery.models import InboundText
from owl.foundation.notices import Channel
from owl.households.models import ContactPoint, SuppressionReason
from tests import factories

NUMBER = "+447700900123"


@pytest.fixture
def call(client: FlaskClient, settings: Settings) -> Any:
    def post(path: str, form: dict[str, str]) -> TestResponse:
        validator = RequestValidator(settings.twilio_auth_token.get_secret_value())
        signature = validator.compute_signature(settings.public_url + path, form)
        return client.post(path, data=form, headers={"X-Twilio-Signature": signature})

    return post


@pytest.fixture
def phone(session: Session) -> ContactPoint:
    return factories.contact_point(session, channel=Channel.SMS, address=NUMBER)


def text(call: Any, sid: str, body: str, sender: str = NUMBER) -> None:
    answer = call("/hooks/twilio/inbound", {"MessageSid": sid, "From": sender, "Body": body})
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")


@pytest.mark.parametrize("word", ["STOP", "stop", " Stop. ", "UNSUBSCRIBE", "end"])
def test_stop_suppresses_the_number_and_start_lifts_it(
    session: Session, call: Any, phone: ContactPoint, word: str
) -> None:
    text(call, "SM1", word)
    session.refresh(phone)
    assert phone.suppressed_reason is SuppressionReason.STOPPED
    text(call, "SM2", "START")
    session.refresh(phone)
    assert phone.suppressed_at is None


def test_what_twilio_signed_is_taken_whatever_stands_in_it(client: FlaskClient, settings: Settings) -> None:
    """Twilio signs each value of a name that comes more than once, and names that are empty."""
    validator = RequestValidator(settings.twilio_auth_token.get_secret_value())
    form = MultiDict([("MessageSid", "SM1"), ("From", NUMBER), ("Body", "Zażółć 👮🏽\u200d♀️ & =%26+"), ("Empty", "")])
    form.setlist("AddOns", ["b", "a", "b"])
    for path in ("/hooks/twilio/inbound", "/hooks/twilio/inbound?from=a%20b&to=%C5%82&to="):
        signature = validator.compute_signature(settings.public_url + path, form)
        answer = client.post(path, data=form, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 200, path


def test_a_replayed_stop_does_not_undo_a_later_start(session: Session, call: Any, phone: ContactPoint) -> None:
    for sid, word in (("SM1", "STOP"), ("SM2", "START"), ("SM1", "STOP")):
        text(call, sid, word)
    session.refresh(phone)
    assert phone.suppressed_at is None


def test_what_is_no_word_of_ours_suppresses_nobody_and_is_known_by_its_sid_alone(
    session: Session, call: Any, phone: ContactPoint
) -> None:
    text(call, "SM1", "Please stop the noise next door")
    text(call, "SM2", "STOP", sender="+447700900999")
    text(call, "SM3", "STOP", sender="not a number")
    session.refresh(phone)
    assert phone.suppressed_at is None
    assert set(session.scalars(sa.select(InboundText.sid))) == {"SM1", "SM2", "SM3"}


@pytest.mark.parametrize("signature", [None, "", "AAAA", "é"])
def test_an_unsigned_or_forged_text_is_refused(client: FlaskClient, signature: str | None) -> None:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    assert client.post("/hooks/twilio/inbound", data={"Body": "STOP"}, headers=headers).status_code == 403


def test_a_body_of_more_than_a_megabyte_is_refused(call: Any, session: Session) -> None:
    answer = call("/hooks/twilio/inbound", {"MessageSid": "SM1", "From": NUMBER, "Body": "x" * 1_100_000})
    assert answer.status_code == 413
