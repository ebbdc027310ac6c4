"""Messages through the API: what the screens allow, and no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from owl.foundation.audit import Audit
from owl.messages.models import Message, MessageStatus
from owl.systems.models import ApiKey, Scope
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.web.api.conftest import System

DRAFT = {
    "kind": "crime_alert",
    "title": "Shed break-ins",
    "body": "Residents told us of three sheds broken into in Walsworth on Saturday night. Please check your locks.",
    "include": [f"neighbourhood:{HITCHIN}"],
}


def test_a_draft_is_written_changed_counted_and_sent_for_approval(session: Session, system: System) -> None:
    home = factories.household(session, neighbourhood_id=HITCHIN)
    factories.contact_point(session, factories.subscriber(session, home))
    made = system.ask("POST", "/messages", once="a", json=DRAFT)
    assert (made.status_code, made.json["status"], made.json["version"]) == (201, "draft", 1)
    place = f"/messages/{made.json['id']}"
    changed = system.ask("PUT", place, json=DRAFT | {"title": "Three sheds", "version": 1})
    assert (changed.status_code, changed.json["title"], changed.json["version"]) == (200, "Three sheds", 2)
    again = system.ask("PUT", place, json=DRAFT | {"version": 1})
    assert again.status_code == 409
    counted = system.ask("POST", "/counts", json={"kind": "crime_alert", "include": DRAFT["include"]})
    assert counted.json == {"homes": 1, "mails": 1, "texts": 0}
    asked = system.ask("POST", f"{place}/submission", once="b", json={"version": 2})
    assert (asked.status_code, asked.json["status"]) == (200, "awaiting_approval")
    assert system.ask("GET", "/messages?tab=waiting").json["messages"][0]["id"] == made.json["id"]
    assert system.ask("GET", f"{place}/ledger").json == {"targeted": 0, "states": made_nothing(system, place)} | {
        "holds": True, "faults": []
    }  # fmt: skip
    put_away = system.ask("POST", f"{place}/cancellation", once="c")
    assert put_away.json["status"] == "cancelled"


def made_nothing(system: System, place: str) -> dict[str, int]:
    states: dict[str, int] = system.ask("GET", f"{place}/ledger").json["states"]
    assert set(states.values()) == {0}
    return states


def test_the_same_request_is_done_once_however_often_it_comes(session: Session, system: System) -> None:
    first = system.ask("POST", "/messages", once="same", json=DRAFT)
    second = system.ask("POST", "/messages", once="same", json=DRAFT)
    assert second.json == first.json
    assert second.headers["Idempotent-Replayed"] == "true"
    assert session.scalar(sa.select(sa.func.count()).select_from(Message)) == 1
    other = system.ask("POST", "/messages", once="same", json=DRAFT | {"title": "Else"})
    assert (other.status_code, "another request" in other.json["detail"]) == (409, True)
    refused = system.ask("POST", "/messages", once="wrong", json=DRAFT | {"include": ["ward:Atlantis"]})
    assert (refused.status_code, list(refused.json["fields"])) == (400, ["include"])
    assert system.ask("POST", "/messages", once="wrong", json=DRAFT).status_code == 201  # nothing came of the first


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "stand_down"}, "kind"),
        ({"severity": "loud"}, "severity"),
        ({"title": "x" * 121}, "title"),
        ({"title": "nul \0"}, "title"),
        ({"valid_until": "2026-11-22T10:00:00"}, "valid_until"),
        ({"valid_until": "0001-01-01T00:00:00+14:00"}, "valid_until"),  # before any time in UTC
        ({"channels": ["pigeon"]}, "channels.0"),
        ({"names_a_person": "yes"}, "names_a_person"),
        ({"partner_id": "1"}, "partner_id"),
        ({"approved": True}, "approved"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(system: System, change: dict[str, object], field: str) -> None:
    answer = system.ask("POST", "/messages", once="x", json=DRAFT | change)
    assert answer.status_code == 400
    assert answer.content_type == "application/problem+json"
    assert field in answer.json["fields"]
    assert "Value error" not in answer.text


@pytest.mark.parametrize(
    ("send", "said"),
    [
        ({"data": b"{", "content_type": "application/json"}, 400),
        ({"data": b"[" * 100_000, "content_type": "application/json"}, 400),
        ({"data": b"[]", "content_type": "application/json"}, 400),
        ({"data": b'{"title": "\\ud800"}', "content_type": "application/json"}, 400),
        ({"data": b"x" * 2_000_000, "content_type": "application/json"}, 413),
        ({"data": b"null", "content_type": "application/json"}, 400),
        ({"data": {"include": "county:hertfordshire"}}, 400),  # a form
        ({}, 400),
    ],
)
def test_what_is_no_json_is_refused(system: System, send: dict[str, object], said: int) -> None:
    assert system.ask("POST", "/messages", once="x", **send).status_code == said
    assert system.ask("POST", "/counts", **send).status_code == said


def test_areas_of_others_are_refused_and_written_down(session: Session, system: System) -> None:
    answer = system.ask("POST", "/messages", once="x", json=DRAFT | {"include": [f"neighbourhood:{HATFIELD}"]})
    assert answer.status_code == 403
    acting = session.scalar(sa.select(ApiKey.user_id))
    assert session.scalar(sa.select(Audit.act).where(Audit.actor_id == acting)) == "refused: api_messages.create"
    sent = factories.message(session, neighbourhood_ids=[HATFIELD])
    assert system.ask("GET", f"/messages/{sent.id}").status_code == 404
    assert system.ask("GET", f"/messages/{sent.id}/ledger").status_code == 404


def test_a_key_opens_what_its_scopes_say_until_it_ends(
    app: Flask, session: Session, key_for: Callable[..., str]
) -> None:
    reader = System(app, key_for(Scope.READ_MESSAGES))
    sent = factories.message(session, status=MessageStatus.SENT, neighbourhood_ids=[HITCHIN])
    assert reader.ask("GET", f"/messages/{sent.id}").json["code"] == sent.code
    assert reader.ask("POST", "/messages", once="x", json=DRAFT).status_code == 403
    assert reader.ask("GET", "/replies").status_code == 403
    nobody = System(app, "owl_made-up")
    answer = nobody.ask("GET", "/messages")
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="OWL"')
    assert app.test_client(bare=True).get("/api/v1/areas").status_code == 401
    session.execute(sa.update(ApiKey).values(ended_at=sa.func.now()))
    session.commit()
    assert reader.ask("GET", "/messages").status_code == 401
