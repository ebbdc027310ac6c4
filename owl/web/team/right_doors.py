"""What residents wrote about that other bodies look after: counts for these bodies, on a page and as a file."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of
from owl.consultations.door_counts import DoorRow, door_rows
from owl.foundation.database import db
from owl.foundation.spreadsheets import csv_line
from owl.web.access import permission_required

bp = Blueprint("team_right_doors", __name__, url_prefix="/team/reports/other-bodies")


@bp.get("")
@permission_required(Permission.READ)
def show() -> ResponseReturnValue:
    return render_template("team/reports/other_bodies.html", rows=_rows())


@bp.get("/counts.csv")
@permission_required(Permission.READ)
def download() -> ResponseReturnValue:
    lines = [csv_line(("month", "topic", "looked after by", "district", "neighbourhood", "ballots"))]
    lines += [
        csv_line((f"{row.month:%Y-%m}", row.topic.label, row.whose, row.district, row.neighbourhood, str(row.ballots)))
        for row in _rows()
    ]
    named = {"Content-Disposition": 'attachment; filename="owl-other-bodies.csv"'}
    return Response("".join(lines), mimetype="text/csv", headers=named)


def _rows() -> list[DoorRow]:
    session = db.session()
    return door_rows(session, areas_of(session, current_user.id))
