"""Training: who practises, and the guest list, which is all that training can reach."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.accounts.training import TraineeRow, practising, set_training, who_could_practise
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.households.guests import add_guest, listed_guests, remove_guest
from owl.web.access import permission_required

bp = Blueprint("admin_training", __name__, url_prefix="/admin/training")


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    return _page({})


@bp.post("")
@permission_required(Permission.ADMINISTER)
def add() -> ResponseReturnValue:
    address = request.form.get("address", "")
    try:
        add_guest(address, actor_id=current_user.id, allow_drama=settings().allow_drama_numbers, now=utc_now())
    except BadInput as error:
        return _page({"address": error.sentence}, address=address), error.status
    except Conflict as error:
        return _page({"address": error.sentence}, address=address), error.status
    flash("Added to the guest list.")
    return redirect(url_for(".show"), 303)


@bp.post("/find")
@permission_required(Permission.ADMINISTER)
def find() -> ResponseReturnValue:
    """By POST, so that nobody's name or address comes into the address of a page."""
    words = request.form.get("words", "")[:100]
    return _page({}, words=words, found=who_could_practise(db.session(), words))


@bp.post("/guests/<int:guest_id>/remove")
@permission_required(Permission.ADMINISTER)
def remove(guest_id: int) -> ResponseReturnValue:
    remove_guest(guest_id, actor_id=current_user.id, now=utc_now())
    flash("Removed. Nothing of training reaches this address any more.")
    return redirect(url_for(".show"), 303)


@bp.post("/users/<int:user_id>")
@permission_required(Permission.ADMINISTER)
def mark(user_id: int) -> ResponseReturnValue:
    begins = request.form.get("training") == "begin"
    set_training(user_id, training=begins, actor_id=current_user.id, now=utc_now())
    flash("In training from now on." if begins else "Training is over: what they send from now on is real.")
    return redirect(url_for(".show"), 303)


def _page(errors: dict[str, str], *, address: str = "", words: str = "", found: list[TraineeRow] | None = None) -> str:
    session = db.session()
    return render_template(
        "admin/training.html",
        guests=listed_guests(session, page=request.args.get("guests", 1, type=int)),
        practising=practising(session, page=request.args.get("page", 1, type=int)),
        words=words,
        found=found,
        errors=errors,
        address=address,
    )
