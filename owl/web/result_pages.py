"""What the pages of results for teams and for everybody share."""

from __future__ import annotations

from flask import Response, jsonify

from owl.consultations.results_as_data import as_csv, as_json
from owl.consultations.telling import Results

LAST_PAGE = 10_000


def names_of_places(results: Results) -> list[str]:
    """The neighbourhoods that were asked, by name."""
    return sorted(results.neighbourhoods.values())


def csv_file(results: Results) -> Response:
    """As a file for a spreadsheet."""
    named = {"Content-Disposition": f'attachment; filename="{results.consultation.slug}.csv"'}
    return Response("\ufeff" + as_csv(results), content_type="text/csv; charset=utf-8", headers=named)


def json_file(results: Results) -> Response:
    """For programs."""
    return jsonify(as_json(results))
