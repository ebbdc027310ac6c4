"""What a phone loads for the first look at a public page: at most 100 kilobytes, pictures that people added apart."""

from __future__ import annotations

import posixpath
import re

from sqlalchemy.orm import Session

from owl.households.choices import Kind
from tests import factories
from tests.web.caching.conftest import HERE, House

MOST = 100_000  # bytes, heads of the answers included
HEAD = 700  # bytes, about
PARTS = re.compile(r'<(?:link rel="(?:stylesheet|icon)"[^>]* href|script[^>]* src|img[^>]* src)="(/[^"]*)"')
IMPORTS = re.compile(r'(?:from|import) ?"(\./[^"]*|\.\./[^"]*)"')
FETCHED = {"map.js": "/boundaries/districts.json"}
PAGES = (
    *(
        "/",
        "/county",
        "/districts/north-herts",
        "/neighbourhoods",
        HERE,
        f"{HERE}/messages",
        "/consultations",
        "/feeds",
    ),
    *("/help", "/privacy", "/cookies", "/accessibility", "/join/where", "/my", "/verify"),
)


def weight(house: House, path: str, seen: set[str]) -> int:
    """Bytes of the page and of all that it loads by itself, as they go over the line."""
    plain = path.partition("?")[0]
    if plain in seen:
        return 0
    seen.add(plain)
    answer = house.get(path, Accept_Encoding="gzip")
    assert answer.status_code == 200, path
    text = house.get(path).text if answer.mimetype.endswith(("html", "javascript")) else ""
    folder = posixpath.dirname(plain)
    wanted = PARTS.findall(text) + [posixpath.normpath(f"{folder}/{name}") for name in IMPORTS.findall(text)]
    wanted += [address for name, address in FETCHED.items() if plain.endswith(name)]
    return len(answer.data) + HEAD + sum(weight(house, each.replace("&amp;", "&"), seen) for each in wanted)


def test_the_first_look_at_each_public_page_is_light(house: House, session: Session) -> None:
    for number in range(9):
        words = {"title": f"News {number}", "body": "Words. " * 99}
        news = factories.message(session, kind=Kind.GOOD_NEWS, neighbourhood_ids=["hitchin-urban"], **words)
    weights = {path: weight(house, path, set()) for path in (*PAGES, f"/messages/{news.code}")}
    assert {path: size for path, size in weights.items() if size > MOST} == {}
    assert weights["/"] > 20_000  # its style and its script were counted
