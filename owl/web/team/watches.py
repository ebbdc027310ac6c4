"""A team's watches: the list, one watch, and what officers and supervisors decide about it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.delivery.last_mile import sheets_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict, OwlError
from owl.geography.queries import neighbourhoods, wards_in
from owl.messages.to_members import messages_of_watch
from owl.watches.coordinating import decide_coordinator, name_coordinator
from owl.watches.keeping import ChangedMeanwhile, Typed, change_watch, decide_watch, propose_watch, watch_for
from owl.watches.models import Watch, WatchKind
from owl.watches.queries import codes_of, coordinators_of, watch_row, watches_of_team
from owl.watches.vetting import STANDING_MOVES, VETTING_MOVES, Standing, Tier, Vetting
from owl.web.access import permission_required
from owl.web.addresses import shown_version

bp = Blueprint("team_watches", __name__, url_prefix="/team/watches")

ID = "<int:watch_id>"
LAST_PAGE = 10_000


@bp.get("")
@permission_required(Permission.READ)
def index() -> ResponseReturnValue:
    session, asked = db.session(), request.args.get("standing", "")
    standing = Standing(asked) if asked in set(Standing) else None
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    areas = areas_of(session, current_user.id)
    return render_template(
        "team/watches/index.html",
        page=watches_of_team(session, areas, standing=standing, page=number),
        standing=standing,
        standings=list(Standing),
        names=_names(),
        may_propose=Permission.COMPOSE in permissions_of(current_user),
    )


@bp.get("/new")
@permission_required(Permission.COMPOSE)
def new() -> ResponseReturnValue:
    hoods = sorted(areas_of(db.session(), current_user.id))
    return _form(None, Typed(neighbourhood_id=request.args.get("neighbourhood") or (hoods[0] if hoods else "")), {})


@bp.post("/new")
@permission_required(Permission.COMPOSE)
def propose() -> ResponseReturnValue:
    typed = _typed(request.form.get("neighbourhood", ""))
    try:
        watch_id = propose_watch(typed, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _form(None, typed, error.fields), error.status
    flash("Proposed. It does nothing until a supervisor lets it begin.")
    return _to(watch_id)


@bp.get(f"/{ID}")
@permission_required(Permission.READ)
def show(watch_id: int) -> ResponseReturnValue:
    return _show(watch_id, {})


@bp.get(f"/{ID}/edit")
@permission_required(Permission.COMPOSE)
def edit(watch_id: int) -> ResponseReturnValue:
    watch = watch_for(db.session(), watch_id, user_id=current_user.id)
    codes = codes_of(db.session(), watch_id)
    wards = {ward.code for ward in wards_in(db.session(), watch.neighbourhood_id)} | {watch.neighbourhood_id}
    units = "\n".join(code for code in codes if code not in wards)
    typed = Typed(watch.name, watch.kind.value, watch.neighbourhood_id, units, frozenset(wards & set(codes)))
    return _form(watch, typed, {})


@bp.post(f"/{ID}/edit")
@permission_required(Permission.COMPOSE)
def change(watch_id: int) -> ResponseReturnValue:
    watch = watch_for(db.session(), watch_id, user_id=current_user.id)
    typed, shown = _typed(watch.neighbourhood_id), shown_version()
    try:
        change_watch(watch_id, typed, version=shown, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _form(watch, typed, error.fields, version=shown), error.status
    except ChangedMeanwhile as error:
        return _form(watch, typed, {"": error.sentence}), error.status
    flash("Saved.")
    return _to(watch_id)


@bp.post(f"/{ID}/decide")
@permission_required(Permission.VET)
def decide(watch_id: int) -> ResponseReturnValue:
    asked = request.form.get("standing", "")
    watch_for(db.session(), watch_id, user_id=current_user.id)
    try:
        if asked not in set(Standing):
            raise BadInput("Choose what becomes of this watch.")
        decide_watch(watch_id, Standing(asked), actor_id=current_user.id, now=utc_now())
    except (BadInput, Conflict) as error:
        return _not_done(watch_id, error)
    flash(f"Done. This watch is {Standing(asked).label.lower()} now.")
    return _to(watch_id)


@bp.post(f"/{ID}/coordinators")
@permission_required(Permission.COMPOSE)
def name(watch_id: int) -> ResponseReturnValue:
    email = request.form.get("email", "")
    watch_for(db.session(), watch_id, user_id=current_user.id)
    try:
        name_coordinator(watch_id, email=email, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _show(watch_id, error.fields, email=email), error.status
    except Conflict as error:
        return _show(watch_id, {"email": error.sentence}, email=email), error.status
    flash("Added. They can do nothing for this watch until a supervisor has vetted them.")
    return _to(watch_id)


@bp.post(f"/{ID}/coordinators/<int:user_id>")
@permission_required(Permission.VET)
def vet(watch_id: int, user_id: int) -> ResponseReturnValue:
    asked, tier = request.form.get("vetting", ""), request.form.get("tier", "")
    watch_for(db.session(), watch_id, user_id=current_user.id)
    try:
        if asked not in set(Vetting):
            raise BadInput("Choose what comes next for this coordinator.")
        chosen = Tier(int(tier)) if tier in {"1", "2", "3"} else None
        decide_coordinator(watch_id, user_id, Vetting(asked), tier=chosen, actor_id=current_user.id, now=utc_now())
    except (BadInput, Conflict) as error:
        return _not_done(watch_id, error)
    flash("Done. It holds from now on.")
    return _to(watch_id)


def _not_done(watch_id: int, error: OwlError) -> ResponseReturnValue:
    return _show(watch_id, {"": error.sentence}), error.status


def _show(watch_id: int, errors: dict[str, str], *, email: str = "") -> str:
    session, may = db.session(), permissions_of(current_user)
    watch = watch_for(session, watch_id, user_id=current_user.id)
    return render_template(
        "team/watches/show.html",
        watch=watch_row(session, watch_id),
        neighbourhood=_names()[watch.neighbourhood_id],
        area=_area_names(watch, codes_of(session, watch_id)),
        coordinators=coordinators_of(session, watch_id),
        sheets=sheets_of(session, watch_id, now=utc_now()),
        messages=messages_of_watch(session, watch_id),
        moves=[move for move in Standing if move in STANDING_MOVES[watch.standing]],
        vetting_moves={before: [move for move in Vetting if move in moves] for before, moves in VETTING_MOVES.items()},
        tiers=list(Tier),
        may_write=Permission.COMPOSE in may,
        may_vet=Permission.VET in may,
        now=utc_now(),
        errors=errors,
        email=email,
    )


def _form(watch: Watch | None, typed: Typed, errors: dict[str, str], *, version: int = 0) -> str:
    session = db.session()
    own = areas_of(session, current_user.id)
    return render_template(
        "team/watches/form.html",
        watch=watch,
        typed=typed,
        errors=errors,
        version=version or (watch.version if watch else 0),
        kinds=list(WatchKind),
        hoods=[row for row in neighbourhoods(session) if row.id in own],
        wards=wards_in(session, typed.neighbourhood_id),
        neighbourhood=_names().get(typed.neighbourhood_id, ""),
    )


def _typed(neighbourhood_id: str) -> Typed:
    form = request.form
    return Typed(
        form.get("name", ""), form.get("kind", ""), neighbourhood_id, form.get("codes", ""),
        frozenset(form.getlist("wards")),
    )  # fmt: skip


def _names() -> dict[str, str]:
    return {row.id: row.name for row in neighbourhoods(db.session())}


def _area_names(watch: Watch, codes: list[str]) -> list[str]:
    wards = {ward.code: f"{ward.name} ward" for ward in wards_in(db.session(), watch.neighbourhood_id)}
    named = wards | {watch.neighbourhood_id: f"All of {_names()[watch.neighbourhood_id]}"}
    return [named.get(code, code) for code in codes]


def _to(watch_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", watch_id=watch_id), 303)
