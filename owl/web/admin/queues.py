"""Queues and workers: what waits, what broke, and trying it again."""

from __future__ import annotations

import redis
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission
from owl.foundation.clock import utc_now
from owl.foundation.errors import NotFound
from owl.foundation.jobs import connection
from owl.health.queue_board import put_away_job, queue_board, try_again
from owl.web.access import permission_required
from owl.web.conflicts import telling_of_conflicts

bp = Blueprint("admin_queues", __name__, url_prefix="/admin/queues")


@bp.get("")
@permission_required(Permission.ADMINISTER)
def show() -> ResponseReturnValue:
    now = utc_now()
    try:
        board = queue_board(connection(), now=now)
    except redis.RedisError:
        board = None
    return render_template("admin/queues.html", board=board, now=now)


@bp.post("/again")
@permission_required(Permission.ADMINISTER)
def again() -> ResponseReturnValue:
    with telling_of_conflicts(NotFound):
        try_again(request.form.get("job", ""), actor_id=current_user.id, now=utc_now())
        flash("It is on its queue again.")
    return redirect(url_for(".show"), 303)


@bp.post("/put-away")
@permission_required(Permission.ADMINISTER)
def put_away() -> ResponseReturnValue:
    try:
        put_away_job(request.form.get("job", ""), actor_id=current_user.id, now=utc_now())
    except NotFound as error:
        flash(error.sentence, "important")
    else:
        flash("Put away. What it was about is looked for again within a minute.")
    return redirect(url_for(".show"), 303)
