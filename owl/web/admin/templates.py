"""Templates that authors begin with: written, changed and ended here."""

from __future__ import annotations

from dataclasses import asdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.households.choices import CHOICES
from owl.messages.blanks import blanks_in
from owl.messages.templates import (
    Pattern,
    SameName,
    add_starters,
    end_template,
    offered_templates,
    template_for,
    write_template,
)
from owl.web.access import permission_required

bp = Blueprint("admin_templates", __name__, url_prefix="/admin/templates")

ID = "<int:template_id>"
EMPTY = Pattern("", "", "", "")


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    rows = [(row, blanks_in(row.title, row.body, row.sms_text)) for row in offered_templates(db.session())]
    return render_template("admin/templates.html", rows=rows)


@bp.get("/new")
@permission_required(Permission.ADMINISTER)
def begin() -> ResponseReturnValue:
    return _form(EMPTY, None, {})


@bp.post("/new")
@permission_required(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    return _write(None)


@bp.get(f"/{ID}")
@permission_required(Permission.ADMINISTER)
def look(template_id: int) -> ResponseReturnValue:
    row = template_for(db.session(), template_id)
    return _form(Pattern(row.kind.value, row.name, row.title, row.body, row.sms_text), template_id, {})


@bp.post(f"/{ID}")
@permission_required(Permission.ADMINISTER)
def change(template_id: int) -> ResponseReturnValue:
    return _write(template_id)


@bp.post(f"/{ID}/end")
@permission_required(Permission.ADMINISTER)
def end(template_id: int) -> ResponseReturnValue:
    end_template(template_id, actor_id=current_user.id, now=utc_now())
    flash("Ended. Nobody is offered it any more; drafts that began with it keep their words.")
    return redirect(url_for(".show"), 303)


@bp.post("/starters")
@permission_required(Permission.ADMINISTER)
def start() -> ResponseReturnValue:
    added = add_starters(actor_id=current_user.id, now=utc_now())
    flash(f"Added {added}. Change them to what your force says.")
    return redirect(url_for(".show"), 303)


def _write(template_id: int | None) -> ResponseReturnValue:
    pattern = Pattern(**{name: request.form.get(name, "") for name in asdict(EMPTY)})
    try:
        write_template(pattern, actor_id=current_user.id, template_id=template_id, now=utc_now())
    except BadInput as error:
        return _form(pattern, template_id, error.fields), error.status
    except SameName as error:
        return _form(pattern, template_id, {"name": error.sentence}), error.status
    flash("Saved. Authors are offered it from now on.")
    return redirect(url_for(".show"), 303)


def _form(pattern: Pattern, template_id: int | None, errors: dict[str, str]) -> str:
    return render_template(
        "admin/template.html", pattern=pattern, template_id=template_id, errors=errors, kinds=CHOICES
    )
