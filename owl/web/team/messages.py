"""A team's messages: the lists, one message with its ledger, and what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from markupsafe import Markup

from owl.accounts.models import User
from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.delivery.last_mile import paper_ledger
from owl.delivery.queries import Progress, progress
from owl.delivery.reached import count_reached
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict, NotFound
from owl.households.partners import partner_name
from owl.messages.composing import cancel_draft
from owl.messages.counting import count_reach
from owl.messages.draft import Draft
from owl.messages.editing import writing_now
from owl.messages.life_cycle import EDITABLE
from owl.messages.markdown import as_html
from owl.messages.models import Message, MessageStatus
from owl.messages.pictures import pictures_of
from owl.messages.queries import Tab, count_open, message_for, messages_in
from owl.messages.reach import audience_hash
from owl.messages.separation import returned_it, wrote_on
from owl.web.access import permission_required
from owl.web.team.afterwards import outcome_and_comparison, shown_progress
from owl.web.team.before_sending import before_sending
from owl.web.team.emergency_box import emergency_of
from owl.web.team.feedback import feedback_of
from owl.web.team.following_up import follow_ups
from owl.web.team.live_summary import LiveSummary, shown_summary
from owl.web.team.stopping import stopping_of

bp = Blueprint("team_messages", __name__, url_prefix="/team/messages")

ID = "<int:message_id>"
NOTHING: Mapping[str, str] = {}
LAST_PAGE = 10_000


@bp.get("")
@permission_required(Permission.READ)
def index() -> ResponseReturnValue:
    asked = request.args.get("tab", "")
    tab = Tab(asked) if asked in set(Tab) else Tab.WAITING
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    session, user_id = db.session(), current_user.id
    found = messages_in(session, tab, user_id=user_id, page=page)
    return render_template(
        "team/messages/index.html",
        tab=tab,
        tabs=list(Tab),
        counts=count_open(session, user_id=user_id),
        page=found,
        writing=writing_now(session, [row.id for row in found.rows], now=utc_now()) if tab is Tab.DRAFTS else {},
        may_compose=Permission.COMPOSE in permissions_of(current_user),
    )


@bp.get(f"/{ID}")
@permission_required(Permission.READ)
def show(message_id: int) -> ResponseReturnValue:
    return message_page(message_id, {})


@bp.get(f"/{ID}/ledger")
@permission_required(Permission.READ)
def show_ledger(message_id: int) -> ResponseReturnValue:
    """The ledger alone, for the script that keeps the page up to date."""
    message = message_for(db.session(), message_id, user_id=current_user.id)
    if message.homes is None:
        raise NotFound("It has no ledger before it is approved.")
    return render_template("team/messages/ledger_live.html", **_ledger(message, progress(db.session(), message_id)))


@bp.post(f"/{ID}/cancel")
@permission_required(Permission.COMPOSE)
def cancel(message_id: int) -> ResponseReturnValue:
    try:
        cancel_draft(message_id, user_id=current_user.id, now=utc_now())
    except Conflict as error:
        flash(error.sentence, "important")
        return _to(message_id)
    flash("Cancelled. Nothing was sent.")
    return redirect(url_for(".index", tab=Tab.DRAFTS), 303)


def message_page(message_id: int, errors: dict[str, str], typed: Mapping[str, str] = NOTHING) -> str:
    """The whole page of one message, with what was typed into a form on it and was wrong. Raises NotFound."""
    session = db.session()
    message = message_for(session, message_id, user_id=current_user.id)
    draft, how_far = Draft.of(message), progress(session, message_id)
    live = _summary(message, draft)
    granted = permissions_of(current_user)
    is_own = message.author_id == current_user.id
    waits = message.status is MessageStatus.AWAITING_APPROVAL
    covers = set(message.neighbourhood_ids) <= areas_of(session, current_user.id)
    may_write = Permission.COMPOSE in granted and (is_own or covers)
    may_edit = may_write and message.status in EDITABLE and (is_own or message.follows_id is None)
    return render_template(
        "team/messages/show.html",
        author=session.get(User, message.author_id),
        approver=session.get(User, message.approver_id) if message.approver_id else None,
        partner=partner_name(session, message.partner_id),
        body=Markup(as_html(message.body)),  # noqa: S704  # as_html lets only its own few elements through
        pictures=pictures_of(session, message_id),
        translations=[(words, Markup(as_html(words.body))) for words in draft.translations],  # noqa: S704  # as above
        live=live,
        may_decide=waits
        and covers
        and Permission.APPROVE in granted
        and not wrote_on(session, message, current_user.id)
        and not returned_it(session, message_id, current_user.id),
        may_edit=may_edit,
        may_send=may_edit and message.follows_id is None and live.before is not None,
        shown_hash=message.audience_hash if waits else _hash_now(draft) if may_edit and live.before else None,
        may_cancel=may_write and (waits or message.status in EDITABLE),
        may_try=Permission.COMPOSE in granted,
        errors=errors,
        typed=typed,
        **emergency_of(message),
        **_ledger(message, how_far),
        **feedback_of(message),
        **follow_ups(message, may_have_reached=how_far.may_have_reached),
        **outcome_and_comparison(message),
    )


def _summary(message: Message, draft: Draft) -> LiveSummary:
    """Whom it reaches now; nothing is counted again once it is approved."""
    session, reach, problem = db.session(), None, ""
    if message.approved_at is None and message.follows_id is not None:
        reach = count_reached(session, message.follows_id, utc_now())
    elif message.approved_at is None:
        try:
            reach = count_reach(session, draft.audience, draft.topic, utc_now())
        except BadInput as error:
            problem = error.sentence
    live = shown_summary(session, draft, reach, problem, settings=settings(), now=utc_now())
    if reach is None:
        return live
    return replace(live, before=before_sending(session, draft, reach, message=message, now=utc_now()))


def _hash_now(draft: Draft) -> bytes:
    return audience_hash(db.session(), draft.audience)


def _ledger(message: Message, how_far: Progress) -> dict[str, object]:
    return {
        "message": message,
        **shown_progress(message, how_far),
        "paper": paper_ledger(db.session(), message.id),
        "is_moving": message.status in {MessageStatus.SCHEDULED, MessageStatus.SENDING},
        **stopping_of(message, how_far),
    }


def _to(message_id: int) -> ResponseReturnValue:
    return redirect(url_for(".show", message_id=message_id), 303)
