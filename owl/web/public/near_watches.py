"""The watches around somebody's homes: to join, and to leave."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.languages import gettext
from owl.watches.members import join_watch, leave_watch, watches_near
from owl.web.public.my_session import ask_for_a_link_again, owner

bp = Blueprint("my_watches", __name__, url_prefix="/my/watches")
ask_for_a_link_again(bp)

ID = "<int:watch_id>/<int:subscription_id>"


@bp.get("")
def show() -> ResponseReturnValue:
    return render_template("public/my/watches.html", watches=watches_near(db.session(), owner()), errors={})


@bp.post(f"/{ID}/join")
def join(watch_id: int, subscription_id: int) -> ResponseReturnValue:
    paper = "paper" in request.form
    join_watch(owner(), watch_id, subscription_id, paper_if_unreached=paper, now=utc_now())
    flash(gettext("Saved. You get this watch’s messages now."))
    return redirect(url_for(".show"), 303)


@bp.post(f"/{ID}/leave")
def leave(watch_id: int, subscription_id: int) -> ResponseReturnValue:
    leave_watch(owner(), watch_id, subscription_id)
    flash(gettext("Saved. You get no more messages of this watch."))
    return redirect(url_for(".show"), 303)
