"""Feeds and alerts as other programs read them: held to their schemas, and to what anybody may read."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar
from lxml import etree
from sqlalchemy.orm import Session

from owl.households.choices import Kind
from owl.messages.models import FollowUp, Message, MessageStatus, Severity
from tests import factories
from tests.factories import NOW

SCHEMAS = Path(__file__).parents[2] / "schemas"
CAP_SCHEMA = etree.XMLSchema(etree.parse(SCHEMAS / "CAP-v1.2.xsd"))
ATOM_SCHEMA = etree.RelaxNG(etree.parse(SCHEMAS / "atom.rng"))
ATOM, CAP = "{http://www.w3.org/2005/Atom}", "{urn:oasis:names:tc:emergency:cap:1.2}"
HERE = "hitchin-urban"
HOSTILE = "]]> <script>alert(1)</script> & \x0b\x1b\ufffe \U0001f989 \u202e ' \""


def atom(client: FlaskClient, path: str) -> Any:
    """The feed, held to the grammar of RFC 4287 and to what its prose asks beside it."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/atom+xml"), path
    root = etree.fromstring(answer.data)
    ATOM_SCHEMA.assertValid(root)
    ids = [element.text for element in root.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)
    assert all(text.startswith("tag:localhost,2026:") for text in ids)
    assert [link.get("href") for link in root.findall(f"{ATOM}link[@rel='self']")] == [f"http://localhost:5000{path}"]
    return root


def titles(root: Any) -> list[str]:
    return [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")]


def cap(client: FlaskClient, message: Message) -> Any:
    """The alert, held to the schema of OASIS."""
    answer = client.get(f"/alerts/{message.code}.xml")
    assert (answer.status_code, answer.mimetype) == (200, "application/cap+xml")
    root = etree.fromstring(answer.data)
    CAP_SCHEMA.assertValid(root)
    return root


def text(root: Any, path: str) -> list[str]:
    return [element.text for element in root.findall("/".join(f"{CAP}{name}" for name in path.split("/")))]


def alert(session: Session, **fields: Any) -> Message:
    return factories.message(session, **{"neighbourhood_ids": [HERE]} | fields)


def drawn(*, homes: int) -> dict[str, Any]:
    ring = "polygon:-0.28000,51.95000 -0.27000,51.95000 -0.27000,51.94000 -0.28000,51.95000"
    return {"audience": {"include": [ring], "exclude": [], "channels": ["email"]}, "homes": homes}


def to(area: str) -> dict[str, Any]:
    return {"audience": {"include": [area], "exclude": [], "channels": ["email"]}}


SHOWN: dict[str, dict[str, Any]] = {
    "an alert to a neighbourhood": {},
    "an alert to a ward": to("ward:E05004770"),
    "an alert to a drawn part with many homes": drawn(homes=200),
    "advice to a street": {"kind": Kind.PREVENTION_ADVICE} | to("postcode:SG5 1AA"),
    "an appeal": {"kind": Kind.WITNESS_APPEAL},
    "one that is going out": {"status": MessageStatus.SENDING},
    "one that is long over": {"status": MessageStatus.CLOSED, "valid_until": NOW - timedelta(days=9)},
}
HIDDEN: dict[str, dict[str, Any]] = {
    "an alert to a street": to("postcode:SG5 1AA"),
    "an alert around a point": to("circle:-0.28000,51.95000,300"),
    "an alert to a drawn street": drawn(homes=199),
    "an alert that names somebody": {"names_a_person": True},
    "a missing person": {"kind": Kind.MISSING_PERSON},
    "training": {"training": True},
    "a draft": {"status": MessageStatus.DRAFT, "approved_at": None},
    "one that was stopped": {"status": MessageStatus.CANCELLED},
    "one for later": {"status": MessageStatus.SCHEDULED, "send_at": NOW + timedelta(days=90)},
    "one to a watch": {"kind": Kind.GOOD_NEWS} | to("watch:1"),
    "an invitation": {"kind": Kind.CONSULTATION_INVITATION},
}


def test_feeds_and_alerts_show_what_anybody_may_read_and_nothing_else(client: FlaskClient, session: Session) -> None:
    shown = {title: alert(session, title=title, **fields) for title, fields in SHOWN.items()}
    hidden = [alert(session, title=title, **fields) for title, fields in HIDDEN.items()]
    for path in ("/feeds/county.atom", "/feeds/districts/north-herts.atom", f"/feeds/neighbourhoods/{HERE}.atom"):
        assert set(titles(atom(client, path))) == set(SHOWN), path
    assert titles(atom(client, "/feeds/neighbourhoods/welwyn-hatfield-south.atom")) == []
    assert titles(atom(client, "/feeds/county/witness-appeal.atom")) == ["an appeal"]
    alerts = [title for title, message in shown.items() if message.kind is Kind.CRIME_ALERT]
    assert set(titles(atom(client, "/feeds/county/alerts.atom"))) == set(alerts)
    for message in hidden:
        assert client.get(f"/alerts/{message.code}.xml").status_code == 404, message.title


def test_an_alert_an_update_and_its_end_refer_to_one_another(client: FlaskClient, session: Session) -> None:
    first = alert(
        session,
        severity=Severity.URGENT,
        valid_until=NOW + timedelta(days=1),
        translations={"pl": {"title": "Włamania do szop", "body": "**Zamknij** szopę.", "sms_text": ""}},
    )
    follows = {"follows_id": first.id, "neighbourhood_ids": [HERE]}
    update = alert(session, kind=Kind.UPDATE, approved_at=NOW - timedelta(minutes=40), **follows)
    end = alert(session, kind=Kind.STAND_DOWN, approved_at=NOW - timedelta(minutes=20), **follows)
    outcome = alert(session, kind=Kind.OUTCOME, approved_at=NOW, **follows)

    asked = cap(client, first)
    assert text(asked, "sent") == ["2026-11-22T13:05:00-00:00"]
    assert text(asked, "info/language") == ["en-GB", "pl"]
    assert text(asked, "info/event") == ["Crime alert", "Ostrzeżenie o przestępstwie"]
    assert text(asked, "info/urgency")[0] == "Immediate"
    assert text(asked, "info/expires")[0] == "2026-11-23T14:05:00-00:00"
    assert text(asked, "info/description")[1] == "Zamknij szopę."
    named = f"localhost,{first.code},2026-11-22T13:05:00-00:00"
    known = {
        "Alert": (asked, []),
        "Update": (cap(client, update), [named]),
        "Cancel": (cap(client, end), [f"{named} localhost,{update.code},2026-11-22T13:25:00-00:00"]),
    }
    for message_type, (root, earlier) in known.items():
        assert (text(root, "msgType"), text(root, "references")) == ([message_type], earlier)
    assert client.get(f"/alerts/{outcome.code}.xml").status_code == 404  # news, and no alert
    feed = atom(client, f"/feeds/neighbourhoods/{HERE}/alerts.atom")
    linked = [link.get("href") for link in feed.iter(f"{ATOM}link") if link.get("type") == "application/cap+xml"]
    assert linked == [f"http://localhost:5000/alerts/{each.code}.xml" for each in (end, update, first)]


@pytest.mark.parametrize(
    ("area", "name", "gss", "parts"),
    [
        ("county:hertfordshire", "All of Hertfordshire", ["E10000015"], 12),
        ("district:E07000099", "North Herts", ["E07000099"], 1),
        (f"neighbourhood:{HERE}", "Hitchin Urban", [], 1),
        (drawn(homes=0)["audience"]["include"][0], None, [], 1),
    ],
)
def test_an_area_has_a_line_around_it(
    client: FlaskClient, session: Session, area: str, name: str | None, gss: list[str], parts: int
) -> None:
    root = cap(client, alert(session, homes=900, **to(area)))
    assert text(root, "info/area/geocode/value") == gss
    assert name is None or text(root, "info/area/areaDesc") == [name]
    polygons = [polygon.split(" ") for polygon in text(root, "info/area/polygon")]
    assert len(polygons) == parts
    for corners in polygons:
        assert len(corners) >= 4
        assert corners[0] == corners[-1]
        assert all(51.5 < float(corner.split(",")[0]) < 52.2 for corner in corners)  # latitude first


def test_hostile_words_stay_words(client: FlaskClient, session: Session) -> None:
    message = alert(session, title=HOSTILE * 9, body=HOSTILE)
    root = cap(client, message)
    assert len(text(root, "info/headline")[0]) <= 160
    assert "<script>" in text(root, "info/description")[0]  # plain text there
    [entry] = atom(client, "/feeds/county.atom").iter(f"{ATOM}entry")
    [item] = json.loads(client.get("/feeds/county.json").data)["items"]
    for html in (entry.findtext(f"{ATOM}content"), item["content_html"]):
        assert "<script>" not in html
        assert "&lt;script&gt;" in html


def test_the_same_as_json_feed(client: FlaskClient, session: Session) -> None:
    message = alert(session, translations={"pl": {"title": "Włamania", "body": "Uwaga", "sms_text": ""}})
    answer = client.get("/feeds/county/crime-alert.json?language=pl")
    assert answer.mimetype == "application/feed+json"
    feed = answer.get_json(force=True)
    # https://www.jsonfeed.org/version/1.1/ wants version, title and items, and of each item its id and content
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == "http://localhost:5000/feeds/county/crime-alert.json?language=pl"
    [item] = feed["items"]
    assert item == {
        "id": f"tag:localhost,2026:/messages/{message.code}",
        "url": f"http://localhost:5000/messages/{message.code}",
        "title": "Włamania",
        "content_html": "<p>Uwaga</p>\n",
        "date_published": "2026-11-22T13:05:00Z",
        "language": "pl",
        "tags": ["Ostrzeżenie o przestępstwie"],
    }


def test_a_follow_up_is_listed_with_what_it_follows(client: FlaskClient, session: Session) -> None:
    news = alert(session, kind=Kind.GOOD_NEWS, title="Bikes found")
    alert(session, kind=Kind.UPDATE, follow_up=FollowUp.UPDATE, follows_id=news.id, title="More bikes", approved_at=NOW)
    alert(session, kind=Kind.UPDATE, follow_up=FollowUp.UPDATE, follows_id=alert(session, names_a_person=True).id)
    assert titles(atom(client, "/feeds/county/good-news.atom")) == ["More bikes", "Bikes found"]
    assert titles(atom(client, "/feeds/county.atom")) == ["More bikes", "Bikes found"]


@pytest.mark.usefixtures("still_november")
def test_meetings_come_as_a_calendar(client: FlaskClient, session: Session) -> None:
    words = "Bring a chair; tea, biscuits \\ and\nquestions. " + "Żółw \U0001f989 " * 9
    meeting = factories.meeting(session, neighbourhood_id=HERE, title="Ask your team, in the pub", words=words)
    factories.meeting(
        session, neighbourhood_id=HERE, begins_at=NOW - timedelta(days=40), ends_at=NOW - timedelta(days=39)
    )
    for path in ("county", "districts/north-herts", f"neighbourhoods/{HERE}"):
        answer = client.get(f"/feeds/{path}/meetings.ics")
        assert answer.mimetype == "text/calendar"
        assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))
        [event] = Calendar.from_ical(answer.data).walk("VEVENT")
        assert (event["SUMMARY"], event["DESCRIPTION"]) == (meeting.title, words)
        assert event["UID"] == f"{meeting.uid}@localhost"
        assert (event["DTSTART"].dt, event["DTEND"].dt) == (meeting.begins_at, meeting.ends_at)
        assert (event["STATUS"], event["SEQUENCE"]) == ("CONFIRMED", meeting.version - 1)
    meeting.cancelled_at = NOW
    session.commit()
    [event] = Calendar.from_ical(client.get("/feeds/county/meetings.ics").data).walk("VEVENT")
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", meeting.version - 1)
    assert list(Calendar.from_ical(client.get("/feeds/districts/watford/meetings.ics").data).walk("VEVENT")) == []


def test_the_list_of_all_pages_leads_to_pages_and_names_no_alert(client: FlaskClient, session: Session) -> None:
    warning, news = alert(session), alert(session, kind=Kind.GOOD_NEWS)
    listed = etree.fromstring(client.get("/sitemap.xml").data)
    paths = [element.text.removeprefix("http://localhost:5000") for element in listed.iter("{*}loc")]
    assert {"/", "/feeds/county.atom", f"/neighbourhoods/{HERE}", f"/messages/{news.code}"} <= set(paths)
    assert f"/messages/{warning.code}" not in paths
    places = [path for path in paths if HERE in path or "north-herts" in path]
    assert len(places) > 8
    for path in (*places, "/", "/feeds/county.json", "/boundaries/E07000099.json"):
        assert client.get(path).status_code == 200, path


def test_nothing_that_somebodys_link_opens_is_searched(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    closed = tuple(line.removeprefix("Disallow: ") for line in lines if line.startswith("Disallow: /"))
    rules = [rule.rule for rule in client.application.url_map.iter_rules()]
    assert [rule for rule in rules if "token>" in rule and not rule.startswith(closed)] == []
    assert lines[-1].startswith("Sitemap: http")


def test_what_is_no_feed_says_so_and_the_page_lists_those_that_are(client: FlaskClient, session: Session) -> None:
    for path in (
        *("/feeds/county.rss", "/feeds/county/missing-person.atom", "/feeds/districts/nowhere.atom"),
        *("/feeds/neighbourhoods/nowhere.json", "/alerts/AB-1234-C.xml", "/alerts/%00.xml"),
    ):
        assert client.get(path).status_code in {400, 404}, path
    for path, name in (("/", "county"), (f"/neighbourhoods/{HERE}", f"neighbourhoods/{HERE}")):
        assert f'<link rel="alternate" type="application/atom+xml" href="/feeds/{name}.atom"' in client.get(path).text
    page = client.get("/feeds")
    paths = [
        part.partition('"')[0] for part in page.text.split('<a class="govuk-link" href="') if part.startswith("/feeds/")
    ]
    assert len(paths) == 2 * (6 + 10 + 33) + 1
    for path in paths[:14] + paths[-3:]:
        assert client.get(path).status_code == 200, path
