"""Nothing that is typed into the composer is lost: not with the connection, the session, or to a colleague."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from owl.accounts.models import User
from owl.foundation.clock import utc_now
from owl.messages.composing import create_draft
from owl.messages.editing import note_open
from tests import factories
from tests.accounts.places import HITCHIN
from tests.browser import sign_in
from tests.factories import NOW
from tests.messages.drafts import draft

NEW = "/team/messages/new"
KEY = "k" * 22
HALF_TYPED = {"unsaved": KEY, "title": "Sheds", "body": "Three sheds\n\nwere", "valid_day": "3x", "title_pl": "Szopy"}


@pytest.fixture
def officer(client: FlaskClient, session: Session) -> User:
    user = factories.user(session, areas=[HITCHIN])
    sign_in(client, session, user)
    return user


def test_half_typed_words_are_kept_offered_again_and_forgotten_once_saved(client: FlaskClient, officer: User) -> None:
    assert "Kept" in client.post("/team/messages/keep", data=HALF_TYPED).text
    page = client.get(NEW).text
    assert "You typed this and did not save it." in page
    again = client.get(f"{NEW}?unsaved={KEY}").text
    assert all(f'value="{typed}"' in again for typed in ("Sheds", "3x", "Szopy", KEY))
    assert "Three sheds\n\nwere</textarea>" in again
    assert "You typed this" not in again, "it is in the form"
    saved = HALF_TYPED | {"kind": "crime_alert", "severity": "routine", "valid_day": "", "act": "save"}
    assert client.post(NEW, data=saved).status_code == 303
    assert "Kept" not in client.post("/team/messages/keep", data=HALF_TYPED).text, "came late"
    assert "You typed this" not in client.get(NEW).text
    assert client.get(f"{NEW}?unsaved={KEY}").status_code == 404


def test_words_for_a_draft_are_offered_beside_that_draft_and_can_be_thrown_away(
    client: FlaskClient, officer: User
) -> None:
    message_id = create_draft(draft(), author_id=officer.id, now=NOW)
    path = f"/team/messages/{message_id}"
    client.post(f"{path}/keep", data=HALF_TYPED | {"version": "1"})
    assert "You typed this" not in client.get(NEW).text
    page = client.get(f"{path}/edit").text
    assert f"{path}/edit?unsaved={KEY}" in page
    assert 'value="Shed break-ins in Walsworth"' in page, "the draft stays as it was saved"
    thrown = client.post("/team/messages/throw-away", data={"key": KEY, "message_id": message_id})
    assert thrown.location == f"{path}/edit"
    assert "You typed this" not in client.get(thrown.location).text


def test_colleagues_see_who_has_the_draft_open(client: FlaskClient, officer: User, session: Session) -> None:
    message_id = create_draft(draft(), author_id=officer.id, now=NOW)
    jo = factories.user(session, areas=[HITCHIN], name="Jo Hill", rank="PC")
    path = f"/team/messages/{message_id}"
    assert "have this message open" not in client.get(f"{path}/edit").text
    note_open(message_id, user_id=jo.id, now=utc_now())
    for page in (client.get(f"{path}/edit").text, client.post(f"{path}/open").text):
        assert "<strong>PC Jo Hill</strong> has this message open too." in " ".join(page.split())


@pytest.mark.parametrize("is_signed_in", [False, True])
def test_a_form_of_a_session_that_ended_comes_back_with_every_word(
    app: Flask, session: Session, is_signed_in: bool
) -> None:
    """Without JavaScript too: the page that says so holds the words, and posts them again."""
    client = app.test_client(bare=True)
    if is_signed_in:
        sign_in(client, session, factories.user(session, areas=[HITCHIN]))
    typed = {
        "title": "Long <b>alert</b>",
        "body": "Word " * 1900,
        "include": ["ward:A", "ward:B"],
        "postcodes": "",
        "act": "send",
    }
    answer = client.post(NEW, data=typed | {"csrf_token": "of yesterday"})
    assert answer.status_code == (409 if is_signed_in else 401)
    assert "Your words are still here" in answer.text
    assert 'value="Long &lt;b&gt;alert&lt;/b&gt;"' in answer.text
    assert f'value="{typed["body"]}"' in answer.text
    assert answer.text.count('name="include"') == 2
    assert 'name="act" type="submit"' in answer.text or 'value="count"' in answer.text
    assert "of yesterday" not in answer.text
    if is_signed_in:
        [token] = re.findall(r'name="csrf_token" value="([^"]+)"', answer.text.partition("still here</h1>")[2])
        back = client.post(NEW, data=typed | {"csrf_token": token, "act": "count"})
        assert back.status_code == 200
        assert 'value="Long &lt;b&gt;alert&lt;/b&gt;"' in back.text


def test_the_words_of_any_form_of_teams_come_back_to_whoever_was_signed_out(app: Flask) -> None:
    client = app.test_client()
    for path in ("/team/messages/7/return", "/team/replies/7/note", "/admin/templates/7", "/watches/7/write"):
        held = client.post(path, data={"reason": "Say <where> it was", "act": "save"})
        assert held.status_code == 401
        assert "Your words are still here" in held.text
        for field in ('name="reason" value="Say &lt;where&gt; it was"', 'name="act" value="save"'):
            assert field in held.text
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Mode": "cors"}):  # not pressed by anybody here
            assert "still here" not in client.post(path, data={"reason": "Say where"}, headers=headers).text


def test_whoever_was_signed_out_before_the_press_is_told_and_comes_back_to_the_page(app: Flask) -> None:
    client = app.test_client()
    sent_on = client.post("/team/messages/7/approve", data={"shown_hash": "ab12", "version": "3"})
    assert sent_on.headers["Location"] == "/team/sign-in?next=/team/messages/7"
    assert "nothing was saved or sent" in client.get(sent_on.headers["Location"]).text
    for _ in range(2):  # a script that asks by itself
        client.post("/team/messages/7/open", headers={"Sec-Fetch-Mode": "cors"})
    assert "nothing was saved or sent" not in client.get("/team/sign-in").text
    password = client.post("/team/profile/password", data={"password": "four words or more"})
    assert password.status_code == 303


def test_a_form_of_another_site_is_not_shown_as_somebodys_words(app: Flask) -> None:
    answer = app.test_client().post(NEW, data={"title": "Forged"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert "Forged" not in answer.text


def test_a_template_is_chosen_and_its_blanks_are_filled_in(
    client: FlaskClient, officer: User, session: Session
) -> None:
    template = factories.template(session)
    assert "Break-in</option>" in client.get(NEW).text
    begun = client.post(NEW, data={"act": "template", "template": template.id, "body": "My own words."}).text
    assert 'value="Break-in in {street}"' in begun
    assert "My own words.\n\n{Day and time}, somebody" in begun, "what was typed stays"
    assert 'value="crime_alert" selected' in begun
    filled_in = client.post(
        NEW,
        data={
            "act": "fill",
            "title": template.title,
            "body": template.body,
            "blank_name": ["street", "day and time"],
            "blank": ["Mill Lane", ""],
        },
    ).text
    assert 'value="Break-in in Mill Lane"' in filled_in
    assert "{Day and time}, somebody broke into a shed in Mill Lane." in filled_in
    assert 'name="blank_name" value="day and time"' in filled_in
    for forged in ("0", "-1", "99999999999", "x"):
        answer = client.post(NEW, data={"act": "template", "template": forged, "title": "My words"})
        assert answer.status_code == 200
        assert 'value="My words"' in answer.text
