"""What is new, for feed readers and warning systems: by county, district, neighbourhood and kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from owl.accounts.meetings import meetings_since
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import NotFound
from owl.foundation.languages import Language, gettext, speaking, spoken_now
from owl.geography.queries import neighbourhood, neighbourhoods
from owl.geography.slugs import slug_of
from owl.messages.cap import MEDIA_TYPE as CAP
from owl.messages.cap import cap_document
from owl.messages.cap_alerts import TEAMS, cap_alert
from owl.messages.for_all import PUBLIC_KINDS, PublicMessage, public_messages
from owl.messages.markdown import as_html
from owl.messages.translations import words_in
from owl.web.public.calendar_files import CALENDAR, as_calendar
from owl.web.public.feed_documents import ATOM, JSON_FEED, Entry, Feed, as_atom, as_json_feed
from owl.web.speaking import ASKED

bp = Blueprint("feeds", __name__)

MOST = 50  # messages
PAST_MEETINGS = timedelta(days=30)  # so that a calendar hears of a late change
MOST_MEETINGS = 500
FORMS = {"atom": (as_atom, ATOM), "json": (as_json_feed, JSON_FEED)}
ALERTS = "alerts"  # in the place of a kind: what has a CAP document
KINDS = {kind.value.replace("_", "-"): kind for kind in PUBLIC_KINDS}


@dataclass(frozen=True, slots=True)
class Place:
    """What a feed is about."""

    name: str
    page: str  # its path
    feed: str  # what follows /feeds/ in the addresses of its feeds
    neighbourhood_ids: tuple[str, ...] | None  # None: all


@bp.app_context_processor
def name_feeds() -> dict[str, object]:
    """For the head of every public page: `feeds_here()`, what its readers may follow."""
    return {"feeds_here": _feeds_here}


def _feeds_here() -> list[tuple[str, str, str]]:
    """(media type, address, title) of the feeds of the place that the page is about, else of the county."""
    about = request.view_args or {}
    slug, place = about.get("district_slug"), about.get("neighbourhood_id")
    name = f"districts/{slug}" if slug else f"neighbourhoods/{place}" if place else "county"
    return [
        (media_type, f"/feeds/{name}.{form}", gettext("Everything we write for all"))
        for form, (_, media_type) in FORMS.items()
    ]


@bp.get("/feeds")
def all_() -> ResponseReturnValue:
    """Every feed, to choose from."""
    rows = neighbourhoods(db.session())
    districts = dict.fromkeys(row.district_name for row in rows)
    kinds = {slug: kind.label for slug, kind in KINDS.items()}
    return render_template(
        "public/feeds.html", rows=rows, districts={name: slug_of(name) for name in districts}, kinds=kinds
    )


@bp.get("/feeds/county/meetings.ics")
def county_meetings() -> ResponseReturnValue:
    return _meetings(_county())


@bp.get("/feeds/districts/<district_slug>/meetings.ics")
def district_meetings(district_slug: str) -> ResponseReturnValue:
    return _meetings(_district(district_slug))


@bp.get("/feeds/neighbourhoods/<neighbourhood_id>/meetings.ics")
def meetings(neighbourhood_id: str) -> ResponseReturnValue:
    return _meetings(_neighbourhood(neighbourhood_id))


@bp.get("/feeds/county.<any(atom,json):form>")
@bp.get("/feeds/county/<topic>.<any(atom,json):form>")
def county(form: str, topic: str = "") -> ResponseReturnValue:
    return _answer(_county(), topic, form)


@bp.get("/feeds/districts/<district_slug>.<any(atom,json):form>")
@bp.get("/feeds/districts/<district_slug>/<topic>.<any(atom,json):form>")
def district(district_slug: str, form: str, topic: str = "") -> ResponseReturnValue:
    return _answer(_district(district_slug), topic, form)


@bp.get("/feeds/neighbourhoods/<neighbourhood_id>.<any(atom,json):form>")
@bp.get("/feeds/neighbourhoods/<neighbourhood_id>/<topic>.<any(atom,json):form>")
def one(neighbourhood_id: str, form: str, topic: str = "") -> ResponseReturnValue:
    return _answer(_neighbourhood(neighbourhood_id), topic, form)


@bp.get("/alerts/<code>.xml")
def alert(code: str) -> ResponseReturnValue:
    """An alert as CAP 1.2."""
    found = cap_alert(db.session(), code, now=utc_now())
    response = make_response(cap_document(found))
    response.content_type = CAP
    response.last_modified = found.name.sent
    return response


def _county() -> Place:
    return Place("Hertfordshire", "/county", "county", None)


def _district(district_slug: str) -> Place:
    rows = [row for row in neighbourhoods(db.session()) if slug_of(row.district_name) == district_slug]
    if not rows:
        raise NotFound(gettext("There is no such district."))
    name = f"districts/{district_slug}"
    return Place(rows[0].district_name, f"/{name}", name, tuple(row.id for row in rows))


def _neighbourhood(neighbourhood_id: str) -> Place:
    row = neighbourhood(db.session(), neighbourhood_id)
    name = f"neighbourhoods/{row.id}"
    return Place(row.name, f"/{name}", name, (row.id,))


def _meetings(place: Place) -> Response:
    now = utc_now()
    found = meetings_since(db.session(), place.neighbourhood_ids, since=now - PAST_MEETINGS, most=MOST_MEETINGS)
    here = settings().public_url
    host = urlsplit(here).hostname or "owl"
    calendar = as_calendar(found, name=f"OWL: {place.name}", host=host, public_url=here)
    response = make_response(calendar)
    response.content_type = f"{CALENDAR}; charset=utf-8"
    if found:
        response.last_modified = max(meeting.changed_at for meeting in found)
    return response


def _answer(place: Place, topic: str, form: str) -> Response:
    if topic and topic != ALERTS and topic not in KINDS:
        raise NotFound(gettext("There is no such feed."))
    found = public_messages(
        db.session(),
        neighbourhood_ids=place.neighbourhood_ids,
        kinds=(KINDS[topic],) if topic in KINDS else PUBLIC_KINDS,
        alerts=topic == ALERTS,
        most=MOST,
        now=utc_now(),
    )
    with speaking(_asked() or Language.ENGLISH):
        feed = _feed(place, topic, form, found)
    write, media_type = FORMS[form]
    response = make_response(write(feed))
    response.content_type = f"{media_type}; charset=utf-8"
    response.last_modified = feed.updated
    return response


def _feed(place: Place, topic: str, form: str, found: Sequence[PublicMessage]) -> Feed:
    name = f"{place.feed}/{topic}" if topic else place.feed
    here, about = settings().public_url, gettext("Alerts") if topic == ALERTS else topic and KINDS[topic].label
    own = f"?{ASKED}={_asked()}" if _asked() else ""
    return Feed(
        id=f"{_tag()}/feeds/{name}",
        title=f"OWL: {place.name}" + (f", {about}" if about else ""),
        language=spoken_now().tag,
        page=here + place.page,
        address=f"{here}/feeds/{name}.{form}{own}",
        author=TEAMS,
        entries=tuple(_entry(one, with_cap=topic == ALERTS) for one in found),
    )


def _entry(one: PublicMessage, *, with_cap: bool) -> Entry:
    words, code, here = words_in(one.message, spoken_now()), one.message.code, settings().public_url
    return Entry(
        id=f"{_tag()}/messages/{code}",
        url=f"{here}/messages/{code}",
        title=words.title,
        html=as_html(words.body),
        language=words.language.tag,
        topic=one.kind.value.replace("_", "-"),
        topic_label=one.message.kind.label,
        sent_at=one.sent_at,
        cap_url=f"{here}/alerts/{code}.xml" if with_cap else None,
    )


def _asked() -> Language | None:
    """What the address says: a program has no wishes of its own."""
    asked = request.args.get(ASKED)
    return Language(asked) if asked in {each.value for each in Language} else None


def _tag() -> str:
    """What ids begin with: ours for ever, wherever the feed is moved (RFC 4151)."""
    return f"tag:{urlsplit(settings().public_url).hostname},2026:"
