"""What waits for whoever signs in: replies, drafts that came back, messages to approve, what is going out."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_security import current_user
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.consultations.priorities.board import board
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.messages.queries import MessageRow, Tab, messages_in, returned_to, stopped_messages, waiting_for_decision
from owl.messages.reviewing import waiting_for_review
from owl.replies.inbox import Show, inbox
from owl.reports.models import MessageTally
from owl.reports.tallies import counted
from owl.web.access import permission_required

bp = Blueprint("team_today", __name__)

SHOWN = 5  # of each; the rest is one link away


@bp.get("/team")
@permission_required(Permission.READ)
def today() -> ResponseReturnValue:
    session, user_id, now = db.session(), current_user.id, utc_now()
    may = permissions_of(current_user)
    waiting = inbox(session, areas_of(session, user_id), show=Show.OPEN, now=now)
    going_out = messages_in(session, Tab.GOING_OUT, user_id=user_id).rows
    return render_template(
        "team/today/page.html",
        now=now,
        may_compose=Permission.COMPOSE in may,
        may_approve=Permission.APPROVE in may,
        replies=waiting.rows[:SHOWN],
        replies_waiting=waiting.total,
        returned=returned_to(session, user_id=user_id),
        to_approve=waiting_for_decision(session, user_id=user_id) if Permission.APPROVE in may else [],
        reviews=waiting_for_review(session, user_id=user_id) if Permission.REVIEW in may else [],
        priorities=[row for row in board(session, areas_of(session, user_id), now) if row.needs_somebody][:SHOWN],
        stopped=stopped_messages(session, user_id=user_id, now=now),
        may_stop=Permission.STOP in may,
        going_out=_counted(session, going_out),
        went_out=_counted(session, messages_in(session, Tab.SENT, user_id=user_id).rows[:SHOWN]),
    )


def _counted(session: Session, rows: tuple[MessageRow, ...]) -> list[tuple[MessageRow, MessageTally | None]]:
    """Each with its tally: its ledger would be counted anew, which is for its own page."""
    tallies = counted(session, [row.id for row in rows])
    return [(row, tallies.get(row.id)) for row in rows]
