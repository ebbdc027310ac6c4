"""The public pages in the language of whoever reads them: chosen, asked for by the browser, or English."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

POLISH, ENGLISH = "Gdzie jest Twój dom?", "Where is your home?"


@pytest.mark.parametrize(
    ("asked", "heading", "tag"),
    [
        ("", ENGLISH, "en-GB"),
        ("pl-PL,pl;q=0.9,en;q=0.8", POLISH, "pl"),
        ("ro", "Unde este locuința dumneavoastră?", "ro"),
        ("fr-FR,fr;q=0.9", ENGLISH, "en-GB"),
        ("fr,pl;q=0.5", POLISH, "pl"),
        ("nonsense;;q=", ENGLISH, "en-GB"),
    ],
)
def test_a_page_is_in_the_language_that_the_browser_asks_for(
    client: FlaskClient, asked: str, heading: str, tag: str
) -> None:
    answer = client.get("/join/where", headers={"Accept-Language": asked} if asked else {})

    assert heading in answer.text
    assert f'<html lang="{tag}"' in answer.text
    assert "Accept-Language" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers


def test_a_choice_outweighs_the_browser_and_leads_back_to_the_page_it_was_made_on(client: FlaskClient) -> None:
    chosen = client.post("/language", data={"language": "pl", "next": "/join/where?postcode=AL1"})

    assert chosen.status_code == 303
    assert chosen.headers["Location"] == "/join/where?postcode=AL1&language=pl"
    assert POLISH in client.get("/join/where", headers={"Accept-Language": "en"}).text
    client.post("/language", data={"language": "en", "next": "/join/where?language=pl"})
    assert ENGLISH in client.get("/join/where", headers={"Accept-Language": "pl"}).text


def test_without_cookies_the_page_that_was_asked_for_still_comes_in_the_language_chosen(client: FlaskClient) -> None:
    client.post("/language", data={"language": "pl", "next": "/join/where"})
    client.delete_cookie("owl_language")

    assert POLISH in client.get("/join/where?language=pl").text
    assert ENGLISH in client.get("/join/where?language=klingon").text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", ""])
def test_a_choice_leads_nowhere_but_to_our_own_pages(client: FlaskClient, elsewhere: str) -> None:
    chosen = client.post("/language", data={"language": "ro", "next": elsewhere})

    assert chosen.headers["Location"] == "/?language=ro"


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    chosen = client.post("/language", data={"language": "tlh", "next": "/"})

    assert chosen.status_code == 400
    assert client.get_cookie("owl_language") is None


def test_what_is_wrong_is_said_in_the_language_of_the_page(client: FlaskClient) -> None:
    answer = client.get("/join/where?postcode=&language=pl")

    assert answer.status_code == 400
    assert "Wpisz swój kod pocztowy, na przykład AL1 1AG." in answer.text


def test_a_page_that_is_not_there_says_so_in_the_language_of_its_reader_but_to_the_team_in_english(
    client: FlaskClient,
) -> None:
    for path, tag, heading in (
        ("/nowhere", "pl", "Nie ma takiej strony"),
        ("/team/nowhere", "en-GB", "Page not found"),
        ("/nowhere.json", "en-GB", "Page not found"),
    ):
        answer = client.get(path, headers={"Accept-Language": "pl"})
        assert answer.status_code == 404
        assert f'<html lang="{tag}"' in answer.text
        assert heading in answer.text


def test_the_parts_of_a_field_that_come_with_a_package_are_said_in_the_language_too(client: FlaskClient) -> None:
    answer = client.get("/join/where?postcode=&language=pl")

    assert '<span class="govuk-visually-hidden">Błąd:</span>' in answer.text
    assert "Error" not in answer.text
