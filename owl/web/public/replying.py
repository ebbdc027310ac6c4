"""The page behind a feedback link: was the message useful, a reply in words, the team's question."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from owl.consultations.balloting import AlreadyTookPart, ConsultationClosed, cast_ballot
from owl.consultations.builtin_question import question_of
from owl.consultations.issues import Issue
from owl.foundation.clock import utc_now
from owl.foundation.current import named_delivery
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound, OwlError, TooMany
from owl.foundation.languages import gettext
from owl.foundation.signed_links import Purpose, new_token
from owl.households.choices import Kind
from owl.replies.danger import PHRASES, speaks_of_danger
from owl.replies.links import conversation_token
from owl.replies.models import Rating
from owl.replies.opening import LinkExpired, PersonErased, open_link
from owl.replies.ratings import rating_by
from owl.replies.replying import Received, rate_message, reply_to_message
from owl.replies.why import why_sent
from owl.web.public.reply_forms import read_ballot, read_rating, read_reply

bp = Blueprint("replying", __name__, url_prefix="/r")

WHY: Mapping[type[OwlError], str] = {LinkExpired: "expired", PersonErased: "erased"}
THANKS = "replied"  # in the session: what the page of thanks tells


@bp.get("/<token>")
def show(token: str) -> ResponseReturnValue:
    if open_link(db.session(), *_delivery(token), now=utc_now()).kind is Kind.DIGEST:
        return redirect(url_for("digests.show", token=token))
    return _page(token)


@bp.get("/<token>/<any(rating, reply, ballot):_>")
def show_again(token: str, _: str) -> ResponseReturnValue:  # for whoever reloads a page with errors
    return redirect(url_for(".show", token=token))


@bp.post("/<token>/rating")
def rate(token: str) -> ResponseReturnValue:
    delivery = _delivery(token)
    try:
        rate_message(*delivery, read_rating(request.form), now=utc_now())
    except BadInput as fault:
        return _page(token, fault)
    return redirect(url_for(".show", token=token, _anchor="useful"), HTTPStatus.SEE_OTHER)


@bp.post("/<token>/reply")
def reply(token: str) -> ResponseReturnValue:
    delivery = _delivery(token)
    try:
        form = read_reply(request.form)
        received = reply_to_message(
            *delivery, form.words, anonymous=form.anonymous, form_key=form.form_key, now=utc_now()
        )
    except (BadInput, TooMany) as fault:
        return _page(token, fault)
    return _thank(token, received, form.words)


@bp.post("/<token>/ballot")
def ballot(token: str) -> ResponseReturnValue:
    delivery = _delivery(token)
    try:
        form = read_ballot(request.form)
        received = cast_ballot(*delivery, form.issues, form.words, named=form.named, now=utc_now())
    except (BadInput, AlreadyTookPart, ConsultationClosed) as fault:
        return _page(token, fault)
    return _thank(token, received, form.words, ballot=True)


@bp.get("/<token>/thanks")
def thanks(token: str) -> ResponseReturnValue:
    message_id, seq = _delivery(token)
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
        question=question_of(db.session(), link, now=utc_now()) if mine.get("ballot") else None,
    )


@bp.errorhandler(NotFound)
@bp.errorhandler(LinkExpired)
@bp.errorhandler(PersonErased)
def turn_elsewhere(error: OwlError) -> ResponseReturnValue:
    return render_template("public/reply/ended.html", why=WHY.get(type(error), "damaged")), error.status


def _delivery(token: str) -> tuple[int, int]:
    named = named_delivery(Purpose.FEEDBACK, token)
    if named is None:
        raise NotFound(gettext("This link is damaged."))
    return named


def _page(token: str, fault: OwlError | None = None) -> ResponseReturnValue:
    """The page; after a fault, with its sentences and all that was typed."""
    message_id, seq = _delivery(token)
    now = utc_now()
    link = open_link(db.session(), message_id, seq, now=now)
    html = render_template(
        "public/reply/page.html",
        token=token,
        link=link,
        rating=rating_by(db.session(), message_id, seq),
        ratings=Rating,
        question=question_of(db.session(), link, now=now),
        issues=Issue,
        errors=_errors(fault),
        typed=request.form,
        form_key=request.form.get("form_key") or new_token()[0],
        danger=PHRASES,
        why=why_sent(db.session(), link),
    )
    return html, fault.status if fault else HTTPStatus.OK


def _errors(fault: OwlError | None) -> Mapping[str, str]:
    if fault is None:
        return {}
    return fault.fields if isinstance(fault, BadInput) else {"": fault.sentence}


def _thank(token: str, received: Received | None, words: str, *, ballot: bool = False) -> ResponseReturnValue:
    session[THANKS] = {
        "delivery": _delivery(token),
        "ballot": ballot,
        "danger": speaks_of_danger(words),
        "reply_id": received.reply_id if received and received.due_at else None,
        "reference": received.reference if received else None,
        "due_at": received.due_at.isoformat() if received and received.due_at else None,
    }
    return redirect(url_for(".thanks", token=token), HTTPStatus.SEE_OTHER)
