"""Open data: what there is, under which licence, and the files. Counts and places alone: nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue

from owl.accounts.meetings import meetings_since
from owl.accounts.teams import all_teams
from owl.consultations.asked import with_results
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.spreadsheets import csv_line
from owl.geography.queries import districts, neighbourhoods
from owl.replies.compliance import published_in
from owl.reports.came_of import came_of_each
from owl.reports.models import LedTo

bp = Blueprint("open_data", __name__, url_prefix="/open-data")

LICENCE = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
OUTCOMES = [one for one in LedTo if one is not LedTo.NONE]
FILES = {
    "neighbourhoods": "The neighbourhoods, their districts and their teams",
    "meetings": "Meetings with the teams that are still to come",
    "answers": "Per cent of replies answered within 72 hours, last three months; empty: fewer than five",
    "outcomes": "Messages of the last twelve months and what they led to, by neighbourhood",
}


@bp.get("")
def show() -> ResponseReturnValue:
    return render_template("public/open_data.html", districts=districts(db.session()), licence=LICENCE)


@bp.get("/catalogue.json")
def catalogue() -> ResponseReturnValue:
    """The files as a catalogue for programs (W3C DCAT 3, JSON-LD)."""
    here = settings().public_url
    found = [(title, f"/open-data/{name}.csv", "text/csv") for name, title in FILES.items()]
    found.append(("Boundaries of the districts", "/boundaries/districts.json", "application/geo+json"))
    found += [
        (f"Boundaries in {row.name}", f"/boundaries/{row.code}.json", "application/geo+json")
        for row in districts(db.session())
    ]
    found += [
        (f"Priorities in {row.name}", f"/neighbourhoods/{row.id}/priorities.json", "application/json")
        for row in neighbourhoods(db.session())
    ]
    for asked in with_results(db.session()):
        title, address = (
            f"Results of “{asked.title}” in {', '.join(asked.where)}",
            f"/consultations/{asked.slug}/results",
        )
        found += [(title, f"{address}.csv", "text/csv"), (title, f"{address}.json", "application/json")]
    found.append(("Messages for all", "/feeds/county.json", "application/feed+json"))
    return jsonify(
        {
            "@context": {"@vocab": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
            "@type": "Catalog",
            "dct:title": "OWL: open data",
            "dct:license": {"@id": LICENCE},
            "dataset": [_dataset(title, here + path, media_type) for title, path, media_type in found],
        }
    )


@bp.get("/neighbourhoods.csv")
def neighbourhoods_csv() -> ResponseReturnValue:
    teams = {team.neighbourhood_id: team for team in all_teams(db.session())}
    header = ("neighbourhood_id", "neighbourhood", "district_code", "district", "team", "email")
    rows = [
        (row.id, row.name, row.district_code, row.district_name, teams[row.id].name, teams[row.id].email)
        for row in neighbourhoods(db.session())
        if row.id in teams
    ]
    return _csv(header, rows)


@bp.get("/meetings.csv")
def meetings_csv() -> ResponseReturnValue:
    header = ("uid", "neighbourhood_id", "title", "place", "begins_at", "ends_at", "cancelled")
    rows = [
        (
            one.uid, one.neighbourhood_id, one.title, one.place, one.begins_at.isoformat(), one.ends_at.isoformat(),
            "yes" if one.cancelled_at else "no",
        )
        for one in meetings_since(db.session(), None, since=utc_now())
    ]  # fmt: skip
    return _csv(header, rows)


@bp.get("/answers.csv")
def answers_csv() -> ResponseReturnValue:
    rows = neighbourhoods(db.session())
    shares = published_in(db.session(), [row.id for row in rows], now=utc_now()).by_neighbourhood
    lines = [(row.id, row.name, "" if shares[row.id] is None else shares[row.id]) for row in rows]
    return _csv(("neighbourhood_id", "neighbourhood", "percent_answered_in_time"), lines)


@bp.get("/outcomes.csv")
def outcomes_csv() -> ResponseReturnValue:
    each = came_of_each(db.session(), now=utc_now())
    rows: list[Sequence[object]] = []
    for row in neighbourhoods(db.session()):
        found = each.get(row.id)
        led_to = found.led_to if found else {}
        rows.append((row.id, row.name, found.messages if found else 0, *(led_to.get(one, 0) for one in OUTCOMES)))
    return _csv(("neighbourhood_id", "neighbourhood", "messages", *(one.value for one in OUTCOMES)), rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    lines = "".join(csv_line(map(str, row)) for row in (header, *rows))
    return Response(lines, content_type="text/csv; charset=utf-8; header=present")


def _dataset(title: str, url: str, media_type: str) -> dict[str, object]:
    file = {"@type": "Distribution", "downloadURL": {"@id": url}, "mediaType": media_type}
    return {"@type": "Dataset", "dct:title": title, "dct:license": {"@id": LICENCE}, "distribution": [file]}
