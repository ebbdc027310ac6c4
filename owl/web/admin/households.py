"""Lists of households come in and go out, for administrators."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, cast

from flask import Blueprint, Response, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.own_account import confirm_password
from owl.accounts.permissions import Permission, permissions_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound
from owl.households.importing.columns import NEEDED, Column
from owl.households.importing.exporting import export_households
from owl.households.importing.files import BOM
from owl.households.importing.uploads import forget_refused, has_refused, list_of, lists, refused_file, upload_list
from owl.web.access import permission_required

LARGEST_LIST = 100 * 1024 * 1024  # bytes; 170,000 homes are 25 million
CSV = "text/csv; charset=utf-8"

bp = Blueprint("admin_households", __name__, url_prefix="/admin/households")


@bp.url_value_preprocessor
def allow_a_large_file(endpoint: str | None, _: object) -> None:
    """Before anything reads the form: for those alone who may load lists."""
    if endpoint != "admin_households.upload" or not current_user.is_authenticated:
        return
    if Permission.ADMINISTER in permissions_of(current_user):
        request.max_content_length = LARGEST_LIST


@bp.get("/")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    return _page({})


@bp.post("/")
@permission_required(Permission.ADMINISTER)
def upload() -> ResponseReturnValue:
    file = request.files.get("list")
    if file is None or not file.filename:
        return _page({"list": "Choose the file with your list."}), 400
    try:
        list_id = upload_list(cast("BinaryIO", file.stream), actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(error.fields), error.status
    return redirect(url_for("admin_households.one", list_id=list_id), 303)


@bp.get("/lists/<int:list_id>")
@permission_required(Permission.ADMINISTER)
def one(list_id: int) -> ResponseReturnValue:
    session = db.session()
    found = list_of(session, list_id)
    return render_template("admin/household_list.html", list=found, has_refused=has_refused(session, list_id))


@bp.get("/lists/<int:list_id>/refused.csv")
@permission_required(Permission.ADMINISTER)
def refused(list_id: int) -> ResponseReturnValue:
    if not has_refused(db.session(), list_id):
        raise NotFound("The refused rows of this list are not kept any more.")
    return _download(refused_file(list_id), f"refused-rows-{list_id}.csv")


@bp.post("/lists/<int:list_id>/forget")
@permission_required(Permission.ADMINISTER)
def forget(list_id: int) -> ResponseReturnValue:
    list_of(db.session(), list_id)
    forget_refused(list_id, actor_id=current_user.id)
    flash("The refused rows are deleted.")
    return redirect(url_for("admin_households.one", list_id=list_id), 303)


@bp.get("/export")
@permission_required(Permission.ADMINISTER)
def ask_to_export() -> ResponseReturnValue:
    return render_template("admin/export.html", errors={})


@bp.post("/export")
@permission_required(Permission.ADMINISTER)
def export() -> ResponseReturnValue:
    now = utc_now()
    try:
        confirm_password(current_user.id, request.form.get("password", ""), field="password", now=now)
    except BadInput as error:
        return render_template("admin/export.html", errors=error.fields), error.status
    lines = export_households(now=now, actor_id=current_user.id)
    return _download((line.encode() for line in _with_bom(lines)), "households.csv")


def _page(errors: dict[str, str]) -> str:
    return render_template(
        "admin/households.html", lists=lists(db.session()), errors=errors, columns=list(Column), needed=NEEDED
    )


def _with_bom(lines: Iterator[str]) -> Iterator[str]:
    yield BOM
    yield from lines


def _download(content: Iterator[bytes], name: str) -> Response:
    response = Response(stream_with_context(content), content_type=CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
