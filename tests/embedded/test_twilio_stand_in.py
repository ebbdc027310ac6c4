"""The stand-in, spoken to by Twilio's own client."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from owl.foundation.clock import utc_now
from tests.stand_ins import ACCOUNT, Callback, StandIn

STATUS_URL = "http://localhost:5000/hooks/twilio/status?d=abc"
MOBILE = "+447700900123"


class ElsewhereClient(TwilioHttpClient):
    """Twilio's own client, sent to another server."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=5)
        self.url = urlsplit(url)

    def request(self, method: str, url: str, *args: object, **kwargs: object) -> Response:
        return super().request(
            method, urlunsplit(urlsplit(url)._replace(scheme="http", netloc=self.url.netloc)), *args, **kwargs
        )


def client_of(stand_in: StandIn, token: str = ACCOUNT.token) -> Client:
    return Client(ACCOUNT.sid, token, http_client=ElsewhereClient(stand_in.url))


def wait_for(count: int, callbacks: list[Callback]) -> list[Callback]:
    give_up_at = time.monotonic() + 5
    while len(callbacks) < count and time.monotonic() < give_up_at:
        time.sleep(0.01)
    return callbacks


def send(stand_in: StandIn, to: str = MOBILE, body: str = "Hello", **more: str):  # type: ignore[no-untyped-def]
    asked = {"messaging_service_sid": "MG" + "0" * 32, "status_callback": STATUS_URL} | more
    return client_of(stand_in).messages.create(to=to, body=body, **asked)


def test_a_text_is_accepted_kept_and_reported_with_twilios_signature(twilio_stand_in: StandIn) -> None:
    answer = send(twilio_stand_in)

    assert answer.status == "accepted"
    assert answer.num_segments == "0"  # a messaging service knows only later
    assert [text.body for text in twilio_stand_in.texts(MOBILE)] == ["Hello"]
    first, second = wait_for(2, twilio_stand_in.callbacks)
    assert [first.params["MessageStatus"], second.params["MessageStatus"]] == ["sent", "delivered"]
    assert first.params["MessageSid"] == answer.sid
    is_signed = RequestValidator(ACCOUNT.token).validate(first.url, first.params, first.headers["X-Twilio-Signature"])
    assert is_signed
    assert first.url == STATUS_URL


def test_a_text_can_be_looked_up_by_number_and_time(twilio_stand_in: StandIn) -> None:
    sid = send(twilio_stand_in).sid
    send(twilio_stand_in, to="+447700900124")
    wait_for(4, twilio_stand_in.callbacks)
    messages = client_of(twilio_stand_in).messages

    found = messages.list(to=MOBILE, date_sent_after=utc_now() - timedelta(minutes=5), limit=20)

    assert [(text.sid, text.status, text.body) for text in found] == [(sid, "delivered", "Hello")]
    assert messages.list(to=MOBILE, date_sent_after=utc_now() + timedelta(minutes=5), limit=20) == []
    assert messages(sid).fetch().status == "delivered"


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        (lambda: {"to": "+447700900990"}, 21211, 400),
        (lambda: {"to": "07700900123"}, 21211, 400),
        (lambda: {"to": "+447700900991"}, 21610, 400),
        (lambda: {"to": "+447700900992"}, 21614, 400),
        (lambda: {"to": "+447700900993"}, 20429, 429),
        (lambda: {"to": "+447700900994"}, 20500, 500),
        (lambda: {"body": "x" * 1601}, 21617, 400),
    ],
)
def test_what_cannot_be_sent_is_refused_with_twilios_code(
    twilio_stand_in: StandIn, change: Callable[[], dict[str, str]], code: int, status: int
) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        send(twilio_stand_in, **change())

    assert (refusal.value.code, refusal.value.status) == (code, status)
    assert twilio_stand_in.texts() == []


def test_a_passing_fault_has_passed_at_the_second_try(twilio_stand_in: StandIn) -> None:
    busy = "+447700900123"
    twilio_stand_in.refuse(busy, 20429)
    with pytest.raises(TwilioRestException):
        send(twilio_stand_in, to=busy)

    assert send(twilio_stand_in, to=busy).status == "accepted"


def test_a_dead_handset_is_told_in_the_receipt(twilio_stand_in: StandIn) -> None:
    send(twilio_stand_in, to="+447700900996")

    last = wait_for(2, twilio_stand_in.callbacks)[-1]
    assert (last.params["MessageStatus"], last.params["ErrorCode"]) == ("undelivered", "30005")
    assert twilio_stand_in.texts()[0].fault == 30005


def test_a_wrong_token_is_refused(twilio_stand_in: StandIn) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        client_of(twilio_stand_in, "wrong").messages.create(to=MOBILE, body="Hello", from_="+447700900000")

    assert refusal.value.status == 401


def test_after_stop_a_number_is_refused_until_start(twilio_stand_in: StandIn) -> None:
    def say(words: str) -> None:
        requests.post(
            f"{twilio_stand_in.url}/stand-in/inbound",
            data={"From": MOBILE, "Body": words},
            auth=(ACCOUNT.sid, ACCOUNT.token),
            timeout=5,
        ).raise_for_status()

    say("Stop ")
    with pytest.raises(TwilioRestException) as refusal:
        send(twilio_stand_in)
    assert refusal.value.code == 21610
    stop = twilio_stand_in.callbacks[0]
    assert stop.url == "http://localhost:5000/hooks/twilio/inbound"
    assert (stop.params["From"], stop.params["Body"], stop.params["OptOutType"]) == (MOBILE, "Stop ", "STOP")

    say("START")
    assert send(twilio_stand_in).status == "accepted"
