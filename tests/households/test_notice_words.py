"""What residents are told in mails and texts: short, plain, with one link of ours at most."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, render_template

from owl.foundation.signed_links import new_token
from owl.messages.sms_text import Encoding, measure

NOTICES = Path(__file__).parents[2] / "templates/notices"
OURS = ("prove_email", "prove_mobile", "already_known", "magic_link", "address_added", "moved")
FILES = sorted(path.name for name in OURS for path in NOTICES.glob(f"{name}.*"))
PUBLIC_URL = "https://owl.herts.police.uk"
LONGEST_NAME = "St Albans South, East and London Colney"
MOVED = {
    "postcode": "AL10 1AG",
    "before": "Hatfield, Welwyn Hatfield",
    "neighbourhood": LONGEST_NAME,
    "district": "St Albans",
    "team": f"{LONGEST_NAME} Safer Neighbourhood Team",
    "team_email": "team@snt.owl.example.com",
    "arrived": 0,
}


def render(app: Flask, name: str) -> str:
    with app.test_request_context():
        return render_template(
            f"notices/{name}",
            public_url=PUBLIC_URL,
            token=new_token()[0],
            code="123456",
            path="join/prove",
            **MOVED,
        )


@pytest.mark.parametrize("name", FILES)
def test_a_notice_holds_one_link_of_ours_at_most(app: Flask, name: str) -> None:
    links = re.findall(r"\w+://\S+", render(app, name))
    assert len(links) <= 1
    assert all(link.startswith(f"{PUBLIC_URL}/") for link in links)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".sms.txt")])
def test_a_text_is_one_segment(app: Flask, name: str) -> None:
    length = measure(render(app, name).strip())
    assert (length.encoding, length.segments) == (Encoding.GSM_7, 1)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".email.txt")])
def test_a_mail_begins_with_its_subject_and_says_what_to_do_if_it_was_somebody_else(app: Flask, name: str) -> None:
    subject, gap, *text = render(app, name).splitlines()
    assert re.fullmatch(r"Subject: .{10,60}", subject)
    assert gap == ""
    assert re.search(r"If (it was|it is|you did) not", "\n".join(text))


@pytest.mark.parametrize("name", FILES)
def test_sentences_are_short(app: Flask, name: str) -> None:
    for sentence in re.split(r"[.!?:]\s", re.sub(r"\w+://\S+", "", render(app, name))):
        assert len(sentence.split()) <= 25, sentence
