"""Every public page, for search engines, and for `owl walk`, which has caches fetch them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from xml.etree.ElementTree import Element

from flask import Blueprint, current_app, make_response
from flask.typing import ResponseReturnValue
from werkzeug.routing import Rule

from owl.consultations.asked import listed
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.languages import Language
from owl.foundation.xml_text import add, document
from owl.geography.queries import neighbourhoods
from owl.geography.slugs import slug_of
from owl.messages.current import FOR_ALL as ADVICE_NEWS_AND_EVENTS
from owl.messages.for_all import public_messages
from owl.web.caching.policy import FOR_ALL

bp = Blueprint("sitemap", __name__)

MOST_MESSAGES = 200
NOT_LISTED = {"static", "feeds.alert", "published.poster", "sitemap.show", "sitemap.robots"}
# Somebody's own pages, and those of people who work here: a link that leaked must not be found by searching.
NOT_SEARCHED = (
    *("/admin", "/api/", "/digest/", "/hooks/", "/join/", "/my", "/pictures/", "/r/", "/replies/", "/team"),
    *("/unsubscribe/", "/watches"),
)


@bp.get("/sitemap.xml")
def show() -> ResponseReturnValue:
    """https://www.sitemaps.org/protocol.html"""
    root = Element("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for path in sorted(set(_paths())):
        add(add(root, "url"), "loc", settings().public_url + path)
    response = make_response(document(root))
    response.content_type = "application/xml; charset=utf-8"
    return response


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """RFC 9309."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in NOT_SEARCHED),
        f"Sitemap: {settings().public_url}/sitemap.xml",
    ]
    response = make_response("\n".join(lines) + "\n")
    response.content_type = "text/plain; charset=utf-8"
    return response


def _paths() -> Iterator[str]:
    """Of each page for all whose address names nothing but what is listed here."""
    values = _values()
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint in FOR_ALL and rule.endpoint not in NOT_LISTED and set(rule.arguments) <= set(values):
            yield from _paths_of(rule, values)


def _paths_of(rule: Rule, values: dict[str, list[str]]) -> Iterator[str]:
    names = sorted(rule.arguments)
    for chosen in product(*(values[name] for name in names)):
        built = rule.build(dict(zip(names, chosen, strict=True)), append_unknown=False)
        if built:
            yield built[1]


def _values() -> dict[str, list[str]]:
    rows = neighbourhoods(db.session())
    now = utc_now()
    news = public_messages(db.session(), kinds=ADVICE_NEWS_AND_EVENTS, most=MOST_MESSAGES, now=now)
    return {
        "neighbourhood_id": [row.id for row in rows],
        "district_slug": sorted({slug_of(row.district_name) for row in rows}),
        "district_code": sorted({row.district_code for row in rows}),
        "form": ["atom", "json"],
        "slug": [row.slug for row in listed(db.session(), language=Language.ENGLISH, now=now)],
        "code": [one.message.code for one in news],
    }
