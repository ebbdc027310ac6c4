"""A resident's own replies: one conversation through its link, all of them on their page."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, NotFound, OwlError, TooMany
from owl.foundation.languages import gettext
from owl.foundation.signed_links import new_token
from owl.replies.adding import add_to_reply
from owl.replies.danger import PHRASES, speaks_of_danger
from owl.replies.links import conversation_named
from owl.replies.merging import goes_on_in
from owl.replies.own_conversations import ConversationEnded, conversations_of, own_conversation
from owl.replies.recourse import NotLateYet, ask_inspector
from owl.web.public.my_session import ask_for_a_link_again, owner

bp = Blueprint("own_replies", __name__)
ask_for_a_link_again(bp)

NOTHING: Mapping[str, str] = {}


@bp.get("/my/replies")
def all_() -> ResponseReturnValue:
    return render_template(
        "public/my/replies.html", conversations=conversations_of(db.session(), owner(), now=utc_now())
    )


@bp.get("/replies/<token>")
def show(token: str) -> ResponseReturnValue:
    return _page(token, NOTHING)


@bp.get("/replies/<token>/<any(add, inspector):_act>")
def show_again(token: str, _act: str) -> ResponseReturnValue:  # for whoever reloads a page with errors
    return redirect(url_for(".show", token=token))


@bp.post("/replies/<token>/add")
def add(token: str) -> ResponseReturnValue:
    reply_id = _reply(token)
    words = request.form.get("words", "")
    own_conversation(db.session(), reply_id, now=utc_now())
    try:
        add_to_reply(reply_id, words, form_key=request.form.get("form_key") or new_token()[0], now=utc_now())
    except (BadInput, TooMany) as fault:
        faults = fault.fields if isinstance(fault, BadInput) else {"": fault.sentence}
        return _page(token, faults), fault.status
    if speaks_of_danger(words):
        flash(gettext("Is somebody in danger now? Call 999. Nobody reads this page at once."), "important")
    flash(gettext("Sent. Your team has what you added."))
    return redirect(url_for(".show", token=token), HTTPStatus.SEE_OTHER)


@bp.post("/replies/<token>/inspector")
def ask(token: str) -> ResponseReturnValue:
    try:
        ask_inspector(goes_on_in(db.session(), _reply(token)), now=utc_now())
    except NotLateYet as fault:
        return _page(token, {"": fault.sentence}), fault.status
    flash(gettext("An inspector is told and looks at it."))
    return redirect(url_for(".show", token=token), HTTPStatus.SEE_OTHER)


@bp.errorhandler(NotFound)
@bp.errorhandler(ConversationEnded)
def turn_elsewhere(error: OwlError) -> ResponseReturnValue:
    return render_template("public/reply/conversation_ended.html", error=error), error.status


def _reply(token: str) -> int:
    reply_id = conversation_named(token)
    if reply_id is None:
        raise NotFound(gettext("This link is damaged."))
    return reply_id


def _page(token: str, errors: Mapping[str, str]) -> str:
    found = own_conversation(db.session(), _reply(token), now=utc_now())
    return render_template(
        "public/reply/conversation.html",
        found=found,
        token=token,
        errors=errors,
        typed=request.form.get("words", ""),
        form_key=request.form.get("form_key") or new_token()[0],
        danger=PHRASES,
    )
