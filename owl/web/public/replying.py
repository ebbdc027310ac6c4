"""The page behind a feedback link: was the message useful, and a reply in words."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, TooMany
from owl.households.choices import Kind
from owl.replies.danger import speaks_of_danger
from owl.replies.links import conversation_token
from owl.replies.opening import open_link
from owl.replies.replying import Received, rate_message, reply_to_message
from owl.web.public.reply_forms import read_rating, read_reply
from owl.web.public.reply_pages import delivery_of, page_of, turn_elsewhere_when_ended

bp = Blueprint("replying", __name__, url_prefix="/r")
turn_elsewhere_when_ended(bp)

THANKS = "replied"  # in the session: what the page of thanks tells


@bp.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    link = open_link(db.session(), *delivery_of(token), now=utc_now())
    if link.kind is Kind.DIGEST:
        return redirect(url_for("digests.show", token=token))
    return page_of(token, link=link)


@bp.get("/<token>/<any(rating, reply, ballot):_>")
def show_again(token: str, _: str) -> ResponseReturnValue:  # for whoever reloads a page with errors
    return redirect(url_for(".show", token=token))


@bp.post("/<token>/rating")
def rate(token: str) -> ResponseReturnValue:
    delivery = delivery_of(token)
    try:
        rate_message(*delivery, read_rating(request.form), now=utc_now())
    except BadInput as fault:
        return page_of(token, fault)
    return redirect(url_for(".show", token=token, _anchor="useful"), HTTPStatus.SEE_OTHER)


@bp.post("/<token>/reply")
def reply(token: str) -> ResponseReturnValue:
    delivery = delivery_of(token)
    try:
        form = read_reply(request.form)
        received = reply_to_message(
            *delivery, form.words, anonymous=form.anonymous, form_key=form.form_key, now=utc_now()
        )
    except (BadInput, TooMany) as fault:
        return page_of(token, fault)
    return _thank(token, received, form.words)


@bp.get("/<token>/thanks")
def thanks(token: str) -> ResponseReturnValue:
    message_id, seq = delivery_of(token)
    link = open_link(db.session(), message_id, seq, now=utc_now())
    said = session.get(THANKS, {})
    mine = said if said.get("delivery") == (message_id, seq) else {}
    due_at = datetime.fromisoformat(mine["due_at"]) if mine.get("due_at") else None
    return render_template(
        "public/reply/thanks.html",
        link=link,
        token=token,
        reference=mine.get("reference"),
        due_at=due_at,
        own_token=conversation_token(mine["reply_id"]) if mine.get("reply_id") else None,
        in_danger=mine.get("danger", False),
    )


def _thank(token: str, received: Received, words: str) -> ResponseReturnValue:
    session[THANKS] = {
        "delivery": delivery_of(token),
        "danger": speaks_of_danger(words),
        "reply_id": received.reply_id if received.due_at else None,
        "reference": received.reference,
        "due_at": received.due_at.isoformat() if received.due_at else None,
    }
    return redirect(url_for(".thanks", token=token), HTTPStatus.SEE_OTHER)
