"""A subscriber leaves, takes their data along, or is forgotten."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.languages import gettext
from owl.households.data_rights import erase_subscriber
from owl.households.leaving import leave
from owl.rights.own_data import as_json, everything_about
from owl.web.public.my_session import ask_for_a_link_again, forget, my, owner

bp = Blueprint("my_data", __name__, url_prefix="/my")
ask_for_a_link_again(bp)


@bp.get("/leave")
def ask_to_leave() -> ResponseReturnValue:
    return render_template("public/my/leave.html", my=my())


@bp.post("/leave")
def stop_all() -> ResponseReturnValue:
    leave(owner(), now=utc_now())
    flash(gettext("You have left. We send you nothing more."))
    return redirect(url_for("preferences.begin"), 303)


@bp.get("/data")
def show() -> ResponseReturnValue:
    return render_template("public/my/data.html", held=_held())


@bp.get("/data/my-owl-data.json")
def download_json() -> ResponseReturnValue:
    return _file(as_json(_held()), "application/json", "my-owl-data.json")


@bp.get("/data/my-owl-data.html")
def download_html() -> ResponseReturnValue:
    return _file(render_template("files/my_data.html", held=_held()), "text/html", "my-owl-data.html")


@bp.get("/delete")
def ask_to_delete() -> ResponseReturnValue:
    owner()
    return render_template("public/my/delete.html", errors={})


@bp.post("/delete")
def delete() -> ResponseReturnValue:
    subscriber_id = owner()
    if request.form.get("sure") != "yes":
        sentence = gettext("Tick the box if you want us to delete everything. Otherwise go back.")
        return render_template("public/my/delete.html", errors={"sure": sentence}), 400
    erase_subscriber(subscriber_id, now=utc_now())
    forget()
    return redirect(url_for("my_data.deleted"), 303)


@bp.get("/deleted")
def deleted() -> ResponseReturnValue:
    return render_template("public/my/deleted.html")


def _held() -> dict[str, Any]:
    return everything_about(db.session(), owner(), now=utc_now())


def _file(content: str, kind: str, name: str) -> Response:
    """A download rather than a page: it is somebody's to keep."""
    response = Response(content, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
