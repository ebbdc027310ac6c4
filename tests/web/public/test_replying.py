"""The page behind a feedback link, as a resident meets it."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.app import create_app
from owl.delivery.models import Delivery
from owl.foundation.clock import utc_now
from owl.foundation.current import delivery_token
from owl.foundation.database import Model, db
from owl.foundation.signed_links import Purpose
from owl.replies.models import MessageRating, Rating, Reply
from tests import factories
from tests.browser import Browser

HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "'; DROP TABLE reply; --"]


def token_of(delivery: Delivery, purpose: Purpose = Purpose.FEEDBACK) -> str:
    return delivery_token(purpose, delivery.message_id, delivery.seq)


def recent(session: Session, **fields: object) -> Delivery:
    message = factories.message(session, **{"approved_at": utc_now(), "finished_at": utc_now()} | fields)
    return factories.delivery(session, of=message)


def counts(session: Session) -> dict[str, int]:
    return {
        name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
        for name, table in Model.metadata.tables.items()
    }


def test_the_page_shows_the_message_in_short_and_whom_to_call(client: FlaskClient, session: Session) -> None:
    page = client.get(f"/r/{token_of(recent(session, title='Van & trailer stolen'))}")
    assert page.status_code == 200
    text = unescape(page.text)
    for shown in ("Van & trailer stolen", "Safer Neighbourhood Team", "999", "101", "0800 555 111", "Quick exit"):
        assert shown in text
    assert "What should your team concentrate on?" not in text
    assert page.headers["Cache-Control"] == "no-store"


def test_looking_at_the_page_records_nothing_and_shows_no_personal_data(client: FlaskClient, session: Session) -> None:
    person = factories.subscriber(session, name="Joan Baker")
    mail = factories.contact_point(session, person, address="joan@example.com")
    token = token_of(factories.delivery(session, mail, of=factories.message(session, finished_at=utc_now())))
    before = counts(session)
    for path in (f"/r/{token}", f"/r/{token}/thanks", f"/r/{token}/reply", f"/r/{token}/rating"):
        for method in ("GET", "HEAD", "OPTIONS"):
            page = client.open(path, method=method)
            assert page.status_code < 400
            assert "Joan" not in page.text
            assert "joan@example.com" not in page.text
    assert counts(session) == before


@pytest.mark.parametrize("rating", Rating)
def test_one_press_rates_the_message_and_the_page_says_so(
    client: FlaskClient, session: Session, rating: Rating
) -> None:
    token = token_of(recent(session))
    answer = client.post(f"/r/{token}/rating", data={"rating": rating.value})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/r/{token}#useful")
    assert session.scalars(sa.select(MessageRating)).one().rating is rating
    assert f"You said: <strong>{rating.label}</strong>" in client.get(f"/r/{token}").text


def test_a_rating_of_another_kind_is_refused_beside_the_buttons(client: FlaskClient, session: Session) -> None:
    page = client.post(f"/r/{token_of(recent(session))}/rating", data={"rating": "rubbish"})
    assert page.status_code == 400
    assert "<title>Error: " in page.text
    assert 'href="#useful"' in page.text


def test_a_reply_leads_to_its_reference_and_the_time_when_it_is_due(client: FlaskClient, session: Session) -> None:
    token = token_of(recent(session))
    form = {"words": "I saw a van.", "anonymous": "no", "form_key": "k" * 32}
    answer = client.post(f"/r/{token}/reply", data=form)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/r/{token}/thanks")
    (reply,) = session.scalars(sa.select(Reply))
    page = client.get(answer.headers["Location"]).text
    assert f"R{reply.id}-" in page
    assert "Your team answers you by" in page
    client.post(f"/r/{token}/reply", data=form)
    assert len(session.scalars(sa.select(Reply)).all()) == 1


def test_an_anonymous_reply_is_told_that_nobody_can_answer_it(client: FlaskClient, session: Session) -> None:
    token = token_of(recent(session))
    client.post(f"/r/{token}/reply", data={"words": "A tip.", "anonymous": "yes"})
    assert session.scalars(sa.select(Reply)).one().subscriber_id is None
    page = client.get(f"/r/{token}/thanks").text
    assert "nobody can answer you" in page
    assert "answers you by" not in page


def test_the_thanks_of_one_link_say_nothing_on_another(client: FlaskClient, session: Session) -> None:
    one, other = token_of(recent(session)), token_of(recent(session))
    client.post(f"/r/{one}/reply", data={"words": "A tip.", "anonymous": "no"})
    assert "reference" in client.get(f"/r/{one}/thanks").text
    assert "reference" not in client.get(f"/r/{other}/thanks").text


@pytest.mark.parametrize(
    ("form", "fields"),
    [
        ({}, ["words", "anonymous"]),
        ({"words": "Seen"}, ["anonymous"]),
        ({"words": " \n ", "anonymous": "yes"}, ["words"]),
        ({"words": "x" * 4001, "anonymous": "no"}, ["words"]),
        ({"words": "Seen", "anonymous": "perhaps"}, ["anonymous"]),
    ],
)
def test_a_reply_with_faults_comes_back_with_each_beside_its_field(
    client: FlaskClient, session: Session, form: dict[str, str], fields: list[str]
) -> None:
    page = client.post(f"/r/{token_of(recent(session))}/reply", data=form | {"form_key": "kept-key"})
    assert page.status_code == 400
    assert "<title>Error: " in page.text
    for field in fields:
        assert f'href="#{field}"' in page.text
        assert f'id="{field}-error"' in page.text
    assert page.text.count('href="#') == len(fields) + 1  # and the skip link
    assert 'value="kept-key"' in page.text
    assert form.get("words", "").strip() in page.text
    assert session.scalars(sa.select(Reply)).all() == []


@pytest.mark.parametrize("words", HOSTILE)
def test_what_was_typed_comes_back_escaped(client: FlaskClient, session: Session, words: str) -> None:
    delivery = recent(session, title=words)
    page = client.post(f"/r/{token_of(delivery)}/reply", data={"words": words}).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert unescape(page).count(words) >= 2  # heading and field


def test_words_with_control_characters_and_any_script_are_kept_clean(client: FlaskClient, session: Session) -> None:
    form = {"words": "a\x07b\r\nਮੈਂ 👮\x1b", "anonymous": "yes"}
    client.post(f"/r/{token_of(recent(session))}/reply", data=form)
    assert session.scalars(sa.select(Reply)).one().words == "ab\nਮੈਂ 👮"


def test_the_eleventh_reply_of_a_day_is_refused_and_its_words_stay(client: FlaskClient, session: Session) -> None:
    token = token_of(recent(session))
    for number in range(10):
        form = {"words": "Seen", "anonymous": "yes", "form_key": str(number)}
        assert client.post(f"/r/{token}/reply", data=form).status_code == 303
    page = client.post(f"/r/{token}/reply", data={"words": "One more thing", "anonymous": "yes"})
    assert page.status_code == 429
    assert "tomorrow" in page.text
    assert "One more thing" in page.text


def test_a_damaged_or_foreign_link_is_told_kindly_what_to_do(client: FlaskClient, session: Session) -> None:
    delivery = recent(session)
    token = token_of(delivery)
    other_purpose = token_of(delivery, Purpose.UNSUBSCRIBE)
    never_was = delivery_token(Purpose.FEEDBACK, delivery.message_id, 999_999)
    for damaged in (token[:-1], token[::-1], other_purpose, never_was, "x", "é" * 40, "%07"):
        page = client.get(f"/r/{damaged}")
        assert page.status_code == 404, damaged
        assert "This link is not complete" in page.text
        assert "999" in page.text
        assert client.post(f"/r/{damaged}/reply", data={"words": "Hello", "anonymous": "yes"}).status_code == 404
    assert session.scalars(sa.select(Reply)).all() == []


def test_an_old_link_says_where_to_turn(client: FlaskClient, session: Session) -> None:
    token = token_of(recent(session, finished_at=utc_now() - timedelta(days=61)))
    for page in (client.get(f"/r/{token}"), client.post(f"/r/{token}/rating", data={"rating": "useful"})):
        assert page.status_code == 410
        assert "more than 60 days old" in page.text
        assert "call 101" in page.text


def test_the_link_of_somebody_who_was_erased_says_so_without_a_name(client: FlaskClient, session: Session) -> None:
    mail = factories.contact_point(session)
    token = token_of(factories.delivery(session, mail, of=factories.message(session, finished_at=utc_now())))
    mail.subscriber_id = mail.address = mail.address_index = None
    session.commit()
    page = client.get(f"/r/{token}")
    assert page.status_code == 410
    assert "have been deleted" in page.text


def test_without_its_form_token_nothing_is_taken(app: Flask, session: Session) -> None:
    bare = app.test_client(bare=True)  # type: ignore[call-arg]
    token = token_of(recent(session))
    for form in ("rating", "reply"):
        page = bare.post(f"/r/{token}/{form}", data={"rating": "useful", "words": "x", "anonymous": "yes"})
        assert page.status_code == 400
    assert session.scalars(sa.select(Reply)).all() == []


def test_a_hundred_thousand_characters_are_refused_at_once(client: FlaskClient, session: Session) -> None:
    page = client.post(f"/r/{token_of(recent(session))}/reply", data={"words": "é" * 100_000, "anonymous": "no"})
    assert page.status_code == 400
    assert "You have used 100,000" in page.text


def test_one_address_can_not_write_without_end(app: Flask, session: Session, settings: Settings) -> None:
    other = create_app(settings.model_copy(update={"rate_limits": True}))
    other.test_client_class = Browser
    token = token_of(recent(session))
    pressed = {"rating": "useful"}
    told = [other.test_client().post("/r/damaged/rating", data=pressed).status_code for _ in range(31)]
    assert told[-2:] == [404, 429]
    assert app.test_client().post(f"/r/{token}/rating", data=pressed).status_code == 303
    with other.app_context():
        db.engine.dispose()
