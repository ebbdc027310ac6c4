"""Joining in another language, and choosing how to read later."""

from __future__ import annotations

import re

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.foundation.clock import utc_now
from owl.foundation.languages import Language
from owl.foundation.notices import Notice
from owl.households.consent_wording import consent_words, language_of
from owl.households.models import Consent, Subscriber
from owl.households.own_data import person_data
from tests.households.proofs import word
from tests.web.public.joining_pages import CONTACT, finish, leads_to, text
from tests.web.public.my_page import saved


def test_who_joins_in_polish_agrees_to_polish_words_and_is_written_to_in_polish(
    client: FlaskClient, session: Session
) -> None:
    client.post("/language", data={"language": "pl", "next": "/join"})
    leads_to(client.post("/join/where", data={"postcode": "sg51sd"}), "/join/contact")
    leads_to(client.post("/join/contact", data=CONTACT), "/join/kinds")
    leads_to(client.post("/join/kinds", data={"kinds": ["crime_alert"]}), "/join/consent")
    asked = client.get("/join/consent")
    shown = re.search(r'name="agree"[^>]*value="([^"]+)"', asked.text)
    assert shown
    leads_to(client.post("/join/consent", data={"agree": shown[1]}), "/join/check")
    assert "Ostrzeżenie o przestępstwie" in text(client.get("/join/check"))
    finish(client)
    assert session.scalars(sa.select(Notice.language)).all() == [Language.POLISH]

    client.post(f"/join/prove/{word(session, 'token')}")

    assert session.scalars(sa.select(Subscriber.language)).all() == [Language.POLISH]
    agreed = session.scalars(sa.select(Consent)).one()
    assert language_of(agreed.wording) is Language.POLISH
    assert consent_words(agreed.wording, [agreed.channel]) in text(asked)


def test_the_way_of_reading_is_kept_and_stands_in_what_somebody_may_download(
    page: FlaskClient, session: Session, owner: Subscriber
) -> None:
    assert 'value="en" checked' in re.sub(r"\s+", " ", page.get("/my/reading").text)

    saved(page, "/my/reading", "Zapisano. Odtąd tak będziemy pisać.", language="pl", large_text="yes")

    data = person_data(session, owner.id, now=utc_now())
    assert (data["language"], data["large_text"]) == ("Polski", True)
    again = re.sub(r"\s+", " ", page.get("/my/reading").text)
    assert 'value="pl" checked' in again
    assert 'value="yes" checked' in again
    saved(page, "/my/reading", "Saved. From now on we write to you like that.", language="en")
    session.expire_all()
    assert session.get_one(Subscriber, owner.id).large_text is False


def test_a_language_that_nobody_speaks_is_refused_and_what_was_ticked_stays(page: FlaskClient) -> None:
    answer = page.post("/my/reading", data={"language": "tlh", "large_text": "yes"})

    assert answer.status_code == 400
    assert "Choose a language." in answer.text
    assert 'value="yes" checked' in re.sub(r"\s+", " ", answer.text)
