"""What OWL has been good for, on a page that can be printed and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of
from owl.foundation.clock import london_day, utc_now
from owl.foundation.database import db
from owl.geography.queries import neighbourhoods
from owl.households.choices import CHOICES, Kind
from owl.reports.good_for import Tally, tally
from owl.reports.models import LedTo
from owl.web.access import permission_required

bp = Blueprint("team_reports", __name__, url_prefix="/team/reports")

OFFERED = 36  # months
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """Of what somebody wants the tally; what can't be is taken for the usual."""

    first: date
    last: date
    team: str  # a neighbourhood's id, or empty for all
    kind: Kind | None


@bp.get("")
@permission_required(Permission.READ)
def show() -> ResponseReturnValue:
    asked, teams, months = _asked()
    return render_template(
        "team/reports/page.html",
        asked=asked,
        teams=teams,
        months=months,
        kinds=CHOICES,
        choices=list(LedTo),
        tally=_tally(asked, teams),
        now=utc_now(),
    )


@bp.get("/tally.csv")
@permission_required(Permission.READ)
def download() -> ResponseReturnValue:
    asked, teams, _ = _asked()
    named = {"Content-Disposition": f'attachment; filename="owl-{asked.first:%Y-%m}-{asked.last:%Y-%m}.csv"'}
    return Response("".join(_tally(asked, teams).lines()), mimetype="text/csv", headers=named)


def _tally(asked: Asked, teams: dict[str, str]) -> Tally:
    areas = [asked.team] if asked.team else list(teams)
    return tally(db.session(), areas, first=asked.first, last=asked.last, kind=asked.kind)


def _asked() -> tuple[Asked, dict[str, str], list[date]]:
    """What was asked for, the teams to choose from (names by id), and the months, the newest first."""
    session = db.session()
    own = areas_of(session, current_user.id)
    teams = {row.id: row.name for row in neighbourhoods(session) if row.id in own}
    months = _months(london_day(utc_now()))
    named = {f"{month:%Y-%m}": month for month in months}
    last = named.get(request.args.get("to", ""), months[0])
    first = named.get(request.args.get("from", ""), months[SHOWN - 1])
    kind, team = request.args.get("kind", ""), request.args.get("team", "")
    first, last = min(first, last), max(first, last)
    return Asked(first, last, team if team in teams else "", Kind(kind) if kind in CHOICES else None), teams, months


def _months(today: date) -> list[date]:
    number = today.year * 12 + today.month - 1
    return [date((number - back) // 12, (number - back) % 12 + 1, 1) for back in range(OFFERED)]
