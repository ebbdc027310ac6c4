"""Status callbacks: signed for this very address and kept before they are answered, or refused with nothing stored."""

from __future__ import annotations

import time
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator
from werkzeug.test import TestResponse

from config.settings import Settings
from owl.delivery.models import DeliveryStatus, Receipt
from owl.foundation.current import delivery_token
from owl.foundation.jobs import Queue, on_queue
from owl.foundation.signed_links import Purpose
from tests import factories

NUMBER = "+447700900123"


@pytest.fixture
def client(app: Flask, committed: Session) -> FlaskClient:
    """Real commits: the receipts are written on a connection of their own."""
    return app.test_client()


@pytest.fixture
def call(client: FlaskClient, settings: Settings) -> Any:
    def post(path: str, form: dict[str, str], *, signed_for: str | None = None, **named: Any) -> TestResponse:
        validator = RequestValidator(settings.twilio_auth_token.get_secret_value())
        signature = validator.compute_signature(settings.public_url + (signed_for or path), form)
        return client.post(path, data=form, headers={"X-Twilio-Signature": signature} | named.pop("headers", {}))

    return post


@pytest.fixture
def status_path(committed: Session) -> str:
    delivery = factories.delivery(committed, status=DeliveryStatus.SENT)
    return f"/hooks/twilio/status/{delivery_token(Purpose.RECEIPT, delivery.message_id, delivery.seq)}"


def receipts(committed: Session) -> int:
    return committed.scalar(sa.select(sa.func.count()).select_from(Receipt)) or 0


DELIVERED = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": NUMBER}


def test_a_signed_receipt_is_kept_once(committed: Session, call: Any, status_path: str) -> None:
    for _ in range(3):
        assert call(status_path, DELIVERED).status_code == 204
    assert receipts(committed) == 1


def test_the_public_address_counts_behind_a_proxy(committed: Session, call: Any, status_path: str) -> None:
    answer = call(status_path, DELIVERED, headers={"Host": "127.0.0.1:8000", "X-Forwarded-Proto": "http"})
    assert answer.status_code == 204


@pytest.mark.parametrize("signature", [None, "", "AAAA", "é"])
def test_an_unsigned_or_forged_call_is_refused_and_nothing_is_stored(
    committed: Session, client: FlaskClient, status_path: str, signature: str | None
) -> None:
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    assert client.post(status_path, data=DELIVERED, headers=headers).status_code == 403
    assert receipts(committed) == 0


def test_a_signature_for_another_address_is_refused(committed: Session, call: Any, status_path: str) -> None:
    assert call(status_path, DELIVERED, signed_for="/hooks/twilio/inbound").status_code == 403
    assert receipts(committed) == 0


def test_a_signed_call_with_a_forged_or_foreign_delivery_is_refused(committed: Session, call: Any) -> None:
    for token in ("x" * 32, delivery_token(Purpose.FEEDBACK, 1, 1), "short"):
        assert call(f"/hooks/twilio/status/{token}", DELIVERED).status_code == 403
    assert receipts(committed) == 0


def test_a_kept_receipt_asks_for_merging(call: Any, status_path: str) -> None:
    for turn in range(150):  # one asks for many, and an earlier test may have asked just now
        call(status_path, DELIVERED | {"MessageSid": f"SM{turn}"})
        if len(on_queue(Queue.NOTICES)):
            break
        time.sleep(0.1)
    assert len(on_queue(Queue.NOTICES)) == 1


def test_words_that_tell_nothing_new_are_taken_and_not_kept(committed: Session, call: Any, status_path: str) -> None:
    for word in ("queued", "sending", "accepted", "", "something new"):
        assert call(status_path, DELIVERED | {"MessageStatus": word}).status_code == 204
    assert receipts(committed) == 0


def test_a_body_of_more_than_sixteen_kilobytes_is_refused(committed: Session, call: Any, status_path: str) -> None:
    assert call(status_path, DELIVERED | {"Body": "x" * 20_000}).status_code == 413
    assert receipts(committed) == 0


@pytest.mark.parametrize("body", [b"\xff\xfe", b"MessageStatus=%FF", b"MessageSid=a%00&MessageStatus=sent", b"&" * 900])
def test_a_body_that_is_no_form_is_refused(
    committed: Session, client: FlaskClient, status_path: str, body: bytes
) -> None:
    headers = {"X-Twilio-Signature": "AAAA", "Content-Type": "application/x-www-form-urlencoded"}
    assert client.post(status_path, data=body, headers=headers).status_code == 403
    assert receipts(committed) == 0


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_only_post_is_taken(client: FlaskClient, status_path: str, method: str) -> None:
    answer = client.open(status_path, method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_every_answer_has_the_headers_of_every_page(client: FlaskClient, status_path: str) -> None:
    answer = client.post(status_path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "Set-Cookie" not in answer.headers
