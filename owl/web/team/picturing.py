"""The pictures of a draft, on a page of their own: a file that is refused costs no word of the message."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.foundation.pictures import HEAVIEST_FILE
from owl.messages.pictures import pictures_of
from owl.messages.picturing import MOST_PICTURES, add_picture, take_out_picture
from owl.messages.queries import draft_for
from owl.web.access import permission_required

bp = Blueprint("team_picturing", __name__, url_prefix="/team/messages/<int:message_id>/pictures")


@bp.get("")
@permission_required(Permission.COMPOSE)
def show(message_id: int) -> ResponseReturnValue:
    return _page(message_id, {})


@bp.post("")
@permission_required(Permission.COMPOSE)
def add(message_id: int) -> ResponseReturnValue:
    draft_for(db.session(), message_id, user_id=current_user.id)
    file, alt = request.files.get("picture"), request.form.get("alt", "")
    given = file.read(HEAVIEST_FILE * 2) if file else b""
    try:
        add_picture(message_id, given, alt=alt, user_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _page(message_id, error.fields, alt), error.status
    flash("The picture is in. Mails and the public page show it; texts don’t.")
    return redirect(url_for(".show", message_id=message_id), 303)


@bp.post("/<int:picture_id>/take-out")
@permission_required(Permission.COMPOSE)
def take_out(message_id: int, picture_id: int) -> ResponseReturnValue:
    take_out_picture(message_id, picture_id, user_id=current_user.id, now=utc_now())
    flash("Taken out and deleted.")
    return redirect(url_for(".show", message_id=message_id), 303)


def _page(message_id: int, errors: dict[str, str], alt: str = "") -> str:
    message = draft_for(db.session(), message_id, user_id=current_user.id)
    return render_template(
        "team/messages/pictures.html",
        message=message,
        pictures=pictures_of(db.session(), message_id),
        most=MOST_PICTURES,
        most_mb=HEAVIEST_FILE // 1_000_000,
        errors=errors,
        alt=alt,
    )
