"""Messages that come again and again, and the calendar that shows them among what went out and will go out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, permissions_of
from owl.foundation.clock import LONDON, london_day, utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.messages import calendar
from owl.messages.models import Message
from owl.messages.recurrence import Pattern
from owl.messages.recurring_models import Every
from owl.messages.repeating import begins_on, end_repeating, repeat_message, repeated_in
from owl.messages.typed_moment import TypedMoment
from owl.web.access import permission_required
from owl.web.team.seen import seen_message

bp = Blueprint("team_repeating", __name__, url_prefix="/team")

HOURS = [f"{hour:02}:00" for hour in range(7, 21)]  # by day: what is repeated is never urgent
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)
NOON = time(12)
USUAL = {"every": Every.MONTH.value, "days_before": "3", "sends_at": "18:00"}


@bp.get("/messages/<int:message_id>/repeat")
@permission_required(Permission.COMPOSE)
def ask(message_id: int) -> ResponseReturnValue:
    return _form(seen_message(message_id), USUAL, {})


@bp.post("/messages/<int:message_id>/repeat")
@permission_required(Permission.COMPOSE)
def repeat(message_id: int) -> ResponseReturnValue:
    message = seen_message(message_id)
    try:
        pattern, first_on, until = _read(request.form)
        repeat_message(
            message_id, user_id=current_user.id, pattern=pattern, first_on=first_on, until=until, now=utc_now()
        )
    except BadInput as error:
        return _form(message, request.form, error.fields), error.status
    flash("It is repeated from now on. You get a mail with each draft, a week before it is to go out.")
    return redirect(url_for(".repeated"), 303)


@bp.get("/repeated")
@permission_required(Permission.READ)
def repeated() -> ResponseReturnValue:
    return render_template(
        "team/repeating/list.html",
        rows=repeated_in(db.session(), user_id=current_user.id),
        may_end=Permission.COMPOSE in permissions_of(current_user),
    )


@bp.post("/repeated/<int:recurring_id>/end")
@permission_required(Permission.COMPOSE)
def end(recurring_id: int) -> ResponseReturnValue:
    end_repeating(recurring_id, user_id=current_user.id, now=utc_now())
    flash("Not repeated any more. Drafts that were made already are still there.")
    return redirect(url_for(".repeated"), 303)


@bp.get("/calendar")
@permission_required(Permission.READ)
def show_calendar() -> ResponseReturnValue:
    now = utc_now()
    asked = MONTH.fullmatch(request.args.get("month", ""))
    today = london_day(now)
    first = date(int(asked[1]), int(asked[2]), 1) if asked else today.replace(day=1)
    weeks = calendar.weeks(first)
    return render_template(
        "team/repeating/calendar.html",
        first=first,
        today=today,
        weeks=weeks,
        entries=calendar.entries(db.session(), user_id=current_user.id, first=weeks[0][0], last=weeks[-1][-1], now=now),
        before=f"{calendar.month_before(first):%Y-%m}",
        after=f"{calendar.month_after(first):%Y-%m}",
    )


def _read(form: Mapping[str, str]) -> tuple[Pattern, date, date | None]:
    """The pattern, the first day and the last. Raises BadInput."""
    if form.get("every") not in set(Every):
        raise BadInput({"every": "Choose how often it takes place."})
    if form.get("sends_at") not in HOURS:
        raise BadInput({"sends_at": "Choose a time from the list."})
    days = form.get("days_before", "").strip()
    if not (days.isascii() and days.isdigit() and len(days) <= 2):
        raise BadInput({"days_before": "Enter a number of days, up to 60."})
    first = TypedMoment.typed(form, "first").read("first")
    if first is None:
        raise BadInput({"first": "Enter the first day on which it takes place, and when it begins."})
    until = TypedMoment.typed(form, "until").read("until", without_time=NOON)
    first_on, week = begins_on(first)
    sends_at, clock = time.fromisoformat(form["sends_at"]), first.astimezone(LONDON).time()
    pattern = Pattern(Every(form["every"]), week, clock, int(days), sends_at)
    return pattern, first_on, london_day(until) if until else None


def _form(message: Message, typed: Mapping[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "team/repeating/form.html",
        message=message,
        typed=typed,
        first=TypedMoment.typed(typed, "first"),
        until=TypedMoment.typed(typed, "until"),
        frequencies=list(Every),
        hours=HOURS,
        errors=errors,
    )
