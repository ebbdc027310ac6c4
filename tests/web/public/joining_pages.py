"""What the tests of joining do again and again."""

from __future__ import annotations

import html
import re

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from owl.households.consent import WORDING

CONTACT = {"email": "jo@example.com", "mobile": "", "name": "", "house": ""}


def text(answer: TestResponse) -> str:
    """What a reader sees, more or less."""
    body = re.sub(r"<(script|style|head).*?</\1>", " ", answer.text, flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def leads_to(answer: TestResponse, path: str) -> None:
    assert (answer.status_code, answer.location) == (303, path), text(answer)


def answer_all(client: FlaskClient, **contact: str) -> None:
    leads_to(client.post("/join/where", data={"postcode": "sg51sd"}), "/join/contact")
    leads_to(client.post("/join/contact", data=CONTACT | contact), "/join/kinds")
    leads_to(client.post("/join/kinds", data={"kinds": ["crime_alert", "event"]}), "/join/consent")
    leads_to(client.post("/join/consent", data={"agree": WORDING}), "/join/check")


def shown(client: FlaskClient) -> str:
    found = re.search(r'name="shown"\s+value="(\w+)"', client.get("/join/check").text)
    assert found
    return found[1]


def finish(client: FlaskClient) -> TestResponse:
    return client.post("/join/check", data={"shown": shown(client)})
