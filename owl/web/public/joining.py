"""Joining, one question on a page: each POST keeps an answer and leads to the next that is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import groupby

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from owl.accounts.teams import team_of
from owl.foundation.clock import utc_now
from owl.foundation.current import settings
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.foundation.languages import spoken_now
from owl.foundation.notices import Channel
from owl.geography.errors import NotAPostcode, OutsideHertfordshire, UnknownPostcode
from owl.geography.postcode_text import parse_postcode
from owl.geography.queries import neighbourhoods, place_by_hand, place_of
from owl.households.answers import Answers, Step
from owl.households.choices import CHOICES
from owl.households.consent_wording import CURRENT, consent_words
from owl.households.contact_points import show_address
from owl.households.joining import (
    AnswersChanged,
    ask_to_join,
    save_consent,
    save_contact,
    save_kinds,
    start_joining,
)
from owl.web.public.joining_session import current, end_kindly, follow, postcode_so_far, token
from owl.web.public.remembering import remember_neighbourhood

bp = Blueprint("joining", __name__, url_prefix="/join")
end_kindly(bp)

NOTHING: Mapping[str, str] = {}


@bp.get("")
def begin() -> ResponseReturnValue:
    return redirect(url_for("joining.where"))


@bp.get("/where")
def where() -> ResponseReturnValue:
    typed = request.args.get("postcode")
    if typed is None:
        return _ask_postcode(postcode_so_far(), NOTHING)
    try:
        place = place_of(db.session(), typed)
    except BadInput as error:
        return _not_placed(typed, error)
    team = team_of(db.session(), place.neighbourhood_id)
    return render_template("public/join/found.html", place=place, team=team)


@bp.post("/where")
def settle() -> ResponseReturnValue:
    typed, chosen = request.form.get("postcode", ""), request.form.get("neighbourhood")
    try:
        place = place_of(db.session(), typed) if chosen is None else place_by_hand(db.session(), typed, chosen)
    except BadInput as error:
        return _not_placed(typed, error)
    new_token, step = start_joining(place, token=token(), now=utc_now())
    follow(new_token)
    response: Response = redirect(url_for(f"joining.{step}"), 303)
    remember_neighbourhood(response, place.neighbourhood_id)
    return response


@bp.get("/contact")
def contact() -> ResponseReturnValue:
    answers = current().answers
    email, mobile = (_shown(answers).get(channel.value, "") for channel in (Channel.EMAIL, Channel.SMS))
    typed = {"email": email, "mobile": mobile, "name": answers.name or "", "house": answers.house or ""}
    return _ask_contact(typed, NOTHING)


@bp.post("/contact")
def keep_contact() -> ResponseReturnValue:
    typed = {field: request.form.get(field, "") for field in ("email", "mobile", "name", "house")}
    try:
        step = save_contact(token(), **typed, allow_drama=settings().allow_drama_numbers, now=utc_now())
    except BadInput as error:
        return _ask_contact(typed, error.fields), error.status
    return redirect(url_for(f"joining.{step}"), 303)


@bp.get("/kinds")
def kinds() -> ResponseReturnValue:
    return _ask_kinds(current().answers.kinds, NOTHING)


@bp.post("/kinds")
def keep_kinds() -> ResponseReturnValue:
    chosen = request.form.getlist("kinds")
    try:
        step = save_kinds(token(), kinds=chosen, now=utc_now())
    except BadInput as error:
        return _ask_kinds(chosen, error.fields), error.status
    return redirect(url_for(f"joining.{step}"), 303)


@bp.get("/consent")
def consent() -> ResponseReturnValue:
    return _ask_consent(current().answers, NOTHING)


@bp.post("/consent")
def keep_consent() -> ResponseReturnValue:
    try:
        step = save_consent(token(), wording=request.form.get("agree", ""), now=utc_now())
    except BadInput as error:
        return make_response(_ask_consent(current().answers, error.fields), error.status)
    return redirect(url_for(f"joining.{step}"), 303)


@bp.get("/check")
def check() -> ResponseReturnValue:
    return _show_answers(current().answers, NOTHING)


@bp.post("/check")
def finish() -> ResponseReturnValue:
    try:
        answers = ask_to_join(token(), fingerprint=request.form.get("shown", ""), now=utc_now())
    except AnswersChanged as error:
        return make_response(_show_answers(current().answers, {"": error.sentence}), error.status)
    return redirect(url_for("proving.code" if answers.mobile else "proving.done"), 303)


def _not_placed(typed: str, error: BadInput) -> ResponseReturnValue:
    """The three ways in which a postcode finds no neighbourhood, each with what to do next."""
    if isinstance(error, NotAPostcode):
        return _ask_postcode(typed, error.fields), error.status
    if isinstance(error, OutsideHertfordshire):
        return render_template("public/join/outside.html", postcode=error.postcode)
    errors = NOTHING if isinstance(error, UnknownPostcode) else error.fields
    by_district = groupby(neighbourhoods(db.session()), key=lambda row: row.district_name)
    choices = [(district, list(rows)) for district, rows in by_district]
    page = render_template("public/join/not_known.html", postcode=parse_postcode(typed), choices=choices, errors=errors)
    return page, 400 if errors else 200


def _ask_postcode(typed: str, errors: Mapping[str, str]) -> str:
    return render_template("public/join/where.html", typed=typed, errors=errors)


def _ask_contact(typed: Mapping[str, str], errors: Mapping[str, str]) -> str:
    invited = current().answers.invitation_id is not None
    return render_template("public/join/contact.html", typed=typed, errors=errors, invited=invited)


def _ask_kinds(chosen: Collection[str], errors: Mapping[str, str]) -> str:
    return render_template("public/join/kinds.html", kinds=CHOICES, chosen=chosen, errors=errors)


def _ask_consent(answers: Answers, errors: Mapping[str, str]) -> ResponseReturnValue:
    if not answers.addresses:
        return redirect(url_for("joining.contact"))
    wording = CURRENT[spoken_now()]
    words = consent_words(wording, answers.addresses)
    return render_template("public/join/consent.html", words=words, wording=wording, errors=errors)


def _show_answers(answers: Answers, errors: Mapping[str, str]) -> ResponseReturnValue:
    if answers.step is not Step.CHECK:
        return redirect(url_for(f"joining.{answers.step}"))
    place = place_by_hand(db.session(), answers.postcode, answers.neighbourhood_id)
    shown = _shown(answers)
    words = consent_words(answers.wording or CURRENT[spoken_now()], answers.addresses)
    return render_template(
        "public/join/check.html", answers=answers, place=place, shown=shown, words=words, errors=errors
    )


def _shown(answers: Answers) -> dict[str, str]:
    return {channel.value: show_address(channel, address) for channel, address in answers.addresses.items()}
