"""The pages that explain: they set no cookie, and the choice of cookies is kept only when made."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings
from owl.web.addresses import path_here

EXPLAINING = ["/", "/help", "/verify", "/privacy", "/cookies", "/accessibility"]
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.mark.parametrize("path", EXPLAINING)
def test_a_page_sets_no_cookie_has_one_heading_a_title_and_a_way_out(client: FlaskClient, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.text.count("<h1") == 1
    title = re.search(r"<title>(.+?)</title>", answer.text)
    assert title
    assert re.fullmatch(r"\S.+ – OWL", title.group(1))
    assert "govuk-js-exit-this-page-button" in answer.text
    assert 'href="https://www.bbc.co.uk/weather"' in answer.text
    assert "Skip to main content" in answer.text
    assert '<html lang="en-GB"' in answer.text


def test_the_first_page_sends_a_postcode_to_where_joining_begins(client: FlaskClient) -> None:
    page = client.get("/").text

    assert '<form class="owl-postcode" method="get" action="/join/where">' in page
    assert 'name="postcode"' in page


@pytest.mark.parametrize("path", ["/", "/help"])
def test_who_has_no_email_reads_where_to_text(client: FlaskClient, path: str) -> None:
    assert "07700 900000" in client.get(path).text


def test_the_first_page_leads_to_the_neighbourhood_that_the_device_may_remember(client: FlaskClient) -> None:
    client.set_cookie("owl_place", "hitchin-urban")
    assert "Hitchin Urban" not in client.get("/").text

    client.set_cookie("owl_cookies", "yes")
    assert 'href="/neighbourhoods/hitchin-urban">What is going on in Hitchin Urban</a>' in client.get("/").text

    client.set_cookie("owl_place", "nowhere")
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("number", ["999", "101", "0800 555 111"])
@pytest.mark.parametrize("path", ["/", "/help", "/verify"])
def test_who_to_call_is_shown(client: FlaskClient, path: str, number: str) -> None:
    assert number in client.get(path).text


def test_the_page_about_false_messages_names_where_our_links_lead(client: FlaskClient, settings: Settings) -> None:
    assert settings.public_url in client.get("/verify").text


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_the_cookie_choice_is_kept_and_ends_the_question(client: FlaskClient, answer: str) -> None:
    assert "May OWL remember your neighbourhood" in client.get("/help").text

    chosen = client.post("/cookies", data={"remember": answer, "next": "/help"}, headers=HERE)

    assert chosen.status_code == 303
    assert chosen.location == "/help"
    cookie = client.get_cookie("owl_cookies")
    assert cookie
    assert cookie.value == answer
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert "May OWL remember your neighbourhood" not in client.get("/help").text


def test_a_no_after_a_yes_forgets_the_neighbourhood(client: FlaskClient) -> None:
    client.set_cookie("owl_cookies", "yes")
    client.set_cookie("owl_place", "hitchin-urban")

    client.post("/cookies", data={"remember": "no"}, headers=HERE)

    assert client.get_cookie("owl_place") is None


def test_the_cookies_page_shows_the_choice_and_says_that_it_is_kept(client: FlaskClient) -> None:
    chosen = client.post("/cookies", data={"remember": "yes"}, headers=HERE, follow_redirects=True)

    assert "Your choice is kept on this device." in chosen.text
    assert re.search(r'value="yes"\s+checked', chosen.text)


def test_no_answer_gets_a_sentence_beside_the_question(client: FlaskClient) -> None:
    answer = client.post("/cookies", data={}, headers=HERE)

    assert answer.status_code == 400
    assert "<title>Error: Cookies – OWL</title>" in answer.text
    assert 'href="#remember"' in answer.text
    assert client.get_cookie("owl_cookies") is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example.com"},
        {"Origin": "null"},
        {},
    ],
)
def test_a_choice_made_on_another_site_is_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    answer = client.post("/cookies", data={"remember": "yes"}, headers=headers)

    assert answer.status_code == 400
    assert client.get_cookie("owl_cookies") is None


def test_an_old_browser_that_says_only_its_origin_may_choose(client: FlaskClient) -> None:
    answer = client.post("/cookies", data={"remember": "yes"}, headers={"Origin": "http://localhost"})

    assert answer.status_code == 303


@pytest.mark.parametrize(
    "text",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: a=b",
        "",
        None,
    ],
)
def test_only_a_path_of_this_site_is_followed(text: str | None) -> None:
    assert path_here(text, otherwise="/cookies") == "/cookies"


@given(st.text())
def test_whatever_is_followed_begins_with_one_slash(text: str) -> None:
    assert re.match(r"/(?![/\\])", path_here(text))
