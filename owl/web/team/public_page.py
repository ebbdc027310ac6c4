"""What a team keeps on its public page by itself: its meetings, and its pages elsewhere."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.meetings import add_meetings, cancel_meeting, change_meeting, meeting_for, meetings_since
from owl.accounts.officers import officers_of
from owl.accounts.page_models import Network
from owl.accounts.permissions import Permission, areas_of, require
from owl.accounts.social_accounts import accounts_of, save_accounts
from owl.accounts.teams import team_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.geography.queries import NeighbourhoodRow, neighbourhood, neighbourhoods
from owl.messages.recurring_models import Every
from owl.web.access import permission_required
from owl.web.addresses import shown_version
from owl.web.team.meeting_form import MeetingForm

bp = Blueprint("team_public_page", __name__, url_prefix="/team/neighbourhood")

MEETING = "/meetings/<int:meeting_id>"


@bp.get("")
@permission_required(Permission.KEEP_PAGE)
def choose() -> ResponseReturnValue:
    own = areas_of(db.session(), current_user.id)
    rows = [row for row in neighbourhoods(db.session()) if row.id in own]
    if len(rows) == 1:
        return _to(rows[0].id)
    return render_template("team/public_page/choose.html", rows=rows)


@bp.get("/<neighbourhood_id>")
@permission_required(Permission.KEEP_PAGE)
def show(neighbourhood_id: str) -> ResponseReturnValue:
    return _page(neighbourhood_id, MeetingForm(), {})


@bp.post("/<neighbourhood_id>/meetings")
@permission_required(Permission.KEEP_PAGE)
def add(neighbourhood_id: str) -> ResponseReturnValue:
    _own(neighbourhood_id)
    form = MeetingForm.typed(request.form)
    try:
        typed = form.read()
        again = form.again(typed.begins_at)
        added = add_meetings(neighbourhood_id, typed, again=again, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(neighbourhood_id, form, error.fields), error.status
    flash("Added. Residents see it at once." if added == 1 else f"Added {added} meetings. Residents see them at once.")
    return _to(neighbourhood_id)


@bp.post("/<neighbourhood_id>/accounts")
@permission_required(Permission.KEEP_PAGE)
def keep_accounts(neighbourhood_id: str) -> ResponseReturnValue:
    _own(neighbourhood_id)
    try:
        save_accounts(neighbourhood_id, request.form, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(neighbourhood_id, MeetingForm(), error.fields, typed=request.form), error.status
    flash("Saved. Residents see it at once.")
    return _to(neighbourhood_id)


@bp.get(MEETING)
@permission_required(Permission.KEEP_PAGE)
def edit(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_for(db.session(), meeting_id, user_id=current_user.id)
    return _meeting(meeting_id, MeetingForm.of(meeting), {}, version=meeting.version)


@bp.post(MEETING)
@permission_required(Permission.KEEP_PAGE)
def change(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_for(db.session(), meeting_id, user_id=current_user.id)
    form, version = MeetingForm.typed(request.form), shown_version()
    try:
        change_meeting(meeting_id, form.read(), version=version, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _meeting(meeting_id, form, error.fields, version=version), error.status
    except Conflict as error:
        return _meeting(meeting_id, form, {"": error.sentence}, version=meeting.version), error.status
    flash("Saved. Residents see it at once.")
    return _to(meeting.neighbourhood_id)


@bp.post(f"{MEETING}/cancel")
@permission_required(Permission.KEEP_PAGE)
def cancel(meeting_id: int) -> ResponseReturnValue:
    meeting = meeting_for(db.session(), meeting_id, user_id=current_user.id)
    cancel_meeting(meeting_id, actor_id=current_user.id, now=utc_now())
    flash("Cancelled. The page says so until its time is over. Whoever was told by message has to be told by message.")
    return _to(meeting.neighbourhood_id)


def _own(neighbourhood_id: str) -> NeighbourhoodRow:
    """The neighbourhood, of the user's own. Raises NotFound or Refused."""
    row = neighbourhood(db.session(), neighbourhood_id)
    require(db.session(), current_user.id, Permission.KEEP_PAGE, [neighbourhood_id])
    return row


def _page(
    neighbourhood_id: str, form: MeetingForm, errors: dict[str, str], *, typed: dict[str, str] | None = None
) -> str:
    row, session = _own(neighbourhood_id), db.session()
    team = team_of(session, neighbourhood_id)
    kept = {one.network.value: one.address for one in accounts_of(session, team.id)}
    return render_template(
        "team/public_page/show.html",
        neighbourhood=row,
        team=team,
        officers=officers_of(session, team.id),
        meetings=meetings_since(session, [neighbourhood_id], since=utc_now()),
        networks=list(Network),
        addresses=kept if typed is None else typed,
        form=form,
        frequencies=list(Every),
        errors=errors,
        has_others=len(areas_of(session, current_user.id)) > 1,
    )


def _meeting(meeting_id: int, form: MeetingForm, errors: dict[str, str], *, version: int) -> str:
    meeting = meeting_for(db.session(), meeting_id, user_id=current_user.id)
    return render_template("team/public_page/meeting.html", meeting=meeting, form=form, errors=errors, version=version)


def _to(neighbourhood_id: str) -> ResponseReturnValue:
    return redirect(url_for(".show", neighbourhood_id=neighbourhood_id), 303)
