"""The leaflet to print: one page of A5, in each language, for the longest names too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from owl.foundation.languages import Language, speaking
from owl.households.leaflet import Leaflet, draw_leaflet
from tests.factories import NOW

LONG = Leaflet(
    "Welwyn Garden City South and the Villages around it",
    "Welwyn Hatfield",
    "Welwyn Garden City South and the Villages Safer Neighbourhood Team",
    "https://alerts.hertfordshire.example.com",
)


@pytest.mark.parametrize("language", Language)
def test_a_leaflet_is_one_page_of_a5_that_says_its_language_and_what_its_picture_is(
    app: Flask, language: Language
) -> None:
    fonts = Path(app.static_folder or "") / "vendor"
    with app.app_context(), speaking(language):
        pdf = draw_leaflet(LONG, fonts=fonts, now=NOW)

    assert pdf.startswith(b"%PDF-1.")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    assert re.search(rb"/MediaBox \[0 0 419\.5\d 595\.2\d\]", pdf)
    assert f"/Lang ({language.tag})".encode() in pdf
    assert b"/Alt " in pdf
    assert len(pdf) < 60_000


def test_each_neighbourhood_has_a_leaflet_in_the_language_asked_for(client: FlaskClient) -> None:
    page = client.get("/neighbourhoods/hitchin-urban").text
    assert "/neighbourhoods/hitchin-urban/leaflet.pdf?language=ro" in page

    answer = client.get("/neighbourhoods/hitchin-urban/leaflet.pdf?language=ro")

    assert answer.content_type == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'inline; filename="owl-hitchin-urban-ro.pdf"'
    assert b"/Lang (ro)" in answer.data
    assert client.get("/neighbourhoods/atlantis/leaflet.pdf").status_code == 404
