"""Other systems of the force: their keys, and where they are called."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.foundation.events import EventName
from owl.geography.queries import districts, neighbourhoods
from owl.systems.keys import end_key, listed_keys, make_key
from owl.systems.models import Scope
from owl.systems.webhooks import add_webhook, end_webhook, listed_webhooks
from owl.web.access import permission_required

bp = Blueprint("admin_systems", __name__, url_prefix="/admin/systems")

KEY, WEBHOOK = "<int:key_id>", "<int:webhook_id>"


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    return _page({})


@bp.post("")
@permission_required(Permission.ADMINISTER)
def make() -> ResponseReturnValue:
    name, scopes, areas = request.form.get("name", ""), request.form.getlist("scopes"), request.form.getlist("areas")
    try:
        secret = make_key(name=name, scopes=scopes, areas=areas, actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(error.fields), error.status
    return _secret(f"The key of {name}", "Put it into that system. It is shown this once.", secret)


@bp.post(f"/{KEY}/end")
@permission_required(Permission.ADMINISTER)
def end(key_id: int) -> ResponseReturnValue:
    end_key(key_id, actor_id=current_user.id, now=utc_now())
    flash("Ended. The key opens nothing any more, and its system is not called any more.")
    return redirect(url_for(".show"), 303)


@bp.post(f"/{KEY}/webhook")
@permission_required(Permission.ADMINISTER)
def add(key_id: int) -> ResponseReturnValue:
    try:
        secret = add_webhook(
            key_id, url=request.form.get("url", ""), events=request.form.getlist("events"),
            actor_id=current_user.id, allow_local=not settings().in_production, now=utc_now(),
        )  # fmt: skip
    except BadInput as error:
        return _page(error.fields, webhook_of=key_id), error.status
    about = "That system knows by it that a call is ours (docs/api.md says how to check it). It is shown this once."
    return _secret("The secret of the calls", about, secret)


@bp.post(f"/webhooks/{WEBHOOK}/end")
@permission_required(Permission.ADMINISTER)
def stop(webhook_id: int) -> ResponseReturnValue:
    end_webhook(webhook_id, actor_id=current_user.id, now=utc_now())
    flash("Ended. The system is not called any more.")
    return redirect(url_for(".show"), 303)


def _page(errors: dict[str, str], *, webhook_of: int = 0) -> str:
    session = db.session()
    hoods = neighbourhoods(session)
    listed = [(one, [hood for hood in hoods if hood.district_code == one.code]) for one in districts(session)]
    return render_template(
        "admin/systems.html",
        keys=listed_keys(session),
        webhooks=listed_webhooks(session),
        names={one.code: one.name for one, _ in listed} | {hood.id: hood.name for hood in hoods},
        scopes=list(Scope),
        events=list(EventName),
        listed=listed,
        errors=errors,
        typed=request.form,
        webhook_of=webhook_of,
    )


def _secret(heading: str, about: str, secret: str) -> str:
    """Shown once, in the answer to the press of a button; no browser keeps the page."""
    return render_template("admin/secret.html", heading=heading, about=about, secret=secret)
