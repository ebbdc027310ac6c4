"""What residents wrote back: the inbox by clock, a reply by its reference, and how teams keep to the 72 hours."""

from __future__ import annotations

from http import HTTPStatus
from typing import TypeVar

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.colleagues import covers_for
from owl.accounts.permissions import Permission, areas_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import NotFound
from owl.geography.queries import neighbourhoods
from owl.replies.compliance import SPANS, kept_time
from owl.replies.conversations import conversation
from owl.replies.inbox import Filter, Show, Which, Whose, count_open, inbox
from owl.replies.references import reply_named
from owl.web.access import permission_required

bp = Blueprint("team_replies", __name__, url_prefix="/team/replies")

E = TypeVar("E", Show, Whose, Which)


@bp.get("")
@permission_required(Permission.READ)
def show_inbox() -> ResponseReturnValue:
    return _inbox()


@bp.get("/find")
@permission_required(Permission.READ)
def find() -> ResponseReturnValue:
    reference = request.args.get("reference", "").strip()
    reply_id = reply_named(reference)
    try:
        if reply_id is None:
            raise NotFound("A reference looks like R1042-3. Check it and try again.")
        conversation(db.session(), reply_id, _areas())
    except NotFound as fault:
        return _inbox(reference, {"reference": fault.sentence}), HTTPStatus.NOT_FOUND
    return redirect(url_for("team_reply.show", reply_id=reply_id))


@bp.get("/72-hours")
@permission_required(Permission.READ)
def compliance() -> ResponseReturnValue:
    chosen, now = request.args.get("span", ""), utc_now()
    span = chosen if chosen in SPANS else "3-months"
    rows = kept_time(db.session(), _areas(), since=now - SPANS[span], now=now)
    return render_template("team/replies/compliance.html", rows=rows, span=span, spans=SPANS, now=now)


def _areas() -> frozenset[str]:
    return areas_of(db.session(), current_user.id)


def _inbox(reference: str = "", errors: dict[str, str] | None = None) -> str:
    session, areas, now = db.session(), _areas(), utc_now()
    show = _of(Show, request.args.get("show", ""), Show.OPEN)
    narrowed = Filter(
        whose=_of(Whose, request.args.get("whose", ""), Whose.ANYBODY),
        which=_of(Which, request.args.get("which", ""), Which.ANY),
        neighbourhood_id=_area(areas),
        mine=covers_for(session, current_user.id, now=now),
    )
    page = request.args.get("page", 1, type=int)
    return render_template(
        "team/replies/inbox.html",
        now=now,
        show=show,
        shows=Show,
        narrowed=narrowed,
        places=[row for row in neighbourhoods(session) if row.id in areas],
        inbox=inbox(session, areas, show=show, narrowed=narrowed, page=page, now=now),
        open=count_open(session, areas),
        reference=reference,
        errors=errors or {},
    )


def _area(areas: frozenset[str]) -> str:
    chosen = request.args.get("area", "")
    return chosen if chosen in areas else ""


def _of(members: type[E], chosen: str, otherwise: E) -> E:
    return members(chosen) if chosen in list(members) else otherwise
