"""The yearly plan: what each neighbourhood is asked, and when, in three rounds."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.consultations.planning_the_year import plan_year, planned_in
from owl.consultations.rounds import rounds_of
from owl.foundation.clock import london_day, utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.geography.queries import by_district, neighbourhoods
from owl.web.access import permission_required

bp = Blueprint("team_consulting_year", __name__, url_prefix="/team/consultations/year")

FIRST_YEAR, LAST_YEAR = 2026, 2099


@bp.get("")
@permission_required(Permission.READ)
def show() -> str:
    asked = request.args.get("year", 0, type=int)
    return _show(asked if FIRST_YEAR <= asked <= LAST_YEAR else _year_to_plan(), {})


@bp.post("")
@permission_required(Permission.CONSULT)
def plan() -> ResponseReturnValue:
    asked = request.form.get("year", 0, type=int)
    year = asked if FIRST_YEAR <= asked <= LAST_YEAR else 0
    try:
        planned = plan_year(year or FIRST_YEAR - 1, user_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _show(year or london_day(utc_now()).year, error.fields), error.status
    flash(f"{planned.made} planned. {planned.there} were there already.")
    return redirect(url_for(".show", year=year), 303)


def _year_to_plan() -> int:
    """This year, or the next once the last round of this one has closed."""
    now = utc_now()
    year = london_day(now).year
    return year if rounds_of(year)[-1].closes_at > now else year + 1


def _show(year: int, errors: dict[str, str]) -> str:
    session, now = db.session(), utc_now()
    own = areas_of(session, current_user.id)
    hoods = [row for row in neighbourhoods(session) if row.id in own]
    found = planned_in(session, year, user_id=current_user.id, now=now)
    rounds = rounds_of(year)
    ahead = [each for each in rounds if each.closes_at > now]
    this_year = london_day(now).year
    there = {(area, row.round): row for row in found for area in row.neighbourhood_ids}
    return render_template(
        "team/consultations/year.html",
        year=year,
        this_year=this_year,
        rounds=rounds,
        ahead=ahead,
        districts=by_district(hoods),
        there=there,
        missing=sum((hood.id, each.name) not in there for hood in hoods for each in ahead)
        if year <= this_year + 1
        else 0,
        may_plan=Permission.CONSULT in permissions_of(current_user),
        errors=errors,
    )
