"""Replies through the API."""

from __future__ import annotations

from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN
from tests.web.api.conftest import System


def test_replies_of_the_keys_areas_are_read_in_order_and_answered_once(session: Session, system: System) -> None:
    here = [factories.reply(session, _delivery(session, HITCHIN), received_at=utc_now()) for _ in range(3)]
    factories.reply(session, _delivery(session, HATFIELD), received_at=utc_now())
    first = system.ask("GET", "/replies?limit=2").json
    assert ([row["id"] for row in first["replies"]], first["has_more"]) == ([here[0].id, here[1].id], True)
    rest = system.ask("GET", f"/replies?after={here[1].id}").json
    assert ([row["id"] for row in rest["replies"]], rest["has_more"]) == ([here[2].id], False)
    answer = {"words": "Thank you. A PCSO will come by on Tuesday."}
    said = system.ask("POST", f"/replies/{here[0].id}/answer", once="x", json=answer)
    assert said.status_code == 200
    assert said.json["answered_at"]
    assert system.ask("POST", f"/replies/{here[0].id}/answer", once="x", json=answer).json == said.json
    assert "@" not in system.ask("GET", f"/replies/{here[0].id}").text


def _delivery(session: Session, place: str) -> object:
    home = factories.household(session, neighbourhood_id=place)
    message = factories.message(session, neighbourhood_ids=[place])
    return factories.delivery(session, of=message, home=home)
