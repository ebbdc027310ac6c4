"""Consultations for everybody: which there are, what each asks, and answers by the open link. No cookie is set."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from owl.consultations.asked import Asked, asked_by_slug, listed
from owl.consultations.ballots import cast_openly
from owl.consultations.life_cycle import Phase
from owl.consultations.open_box import ConsultationClosed, NotYetOpen
from owl.consultations.stuffing import hold_back_stuffing
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, OwlError, TooMany
from owl.foundation.languages import gettext, spoken_now
from owl.geography.queries import neighbourhoods
from owl.web.ballot_fields import fields_of, intro_of
from owl.web.origin import comes_from_here
from owl.web.public.ballot_forms import CHANGE, faults_of, fields_to_carry, read_form, words_typed
from owl.web.public.results import results_page

bp = Blueprint("consultations", __name__, url_prefix="/consultations")


@bp.get("")
def all_() -> str:
    rows = listed(db.session(), language=spoken_now(), now=utc_now())
    parts = [
        (phase, [row for row in rows if row.phase in phases])
        for phase, phases in (
            ("open", {Phase.OPEN}),
            ("coming", {Phase.COMING}),
            ("closed", {Phase.CLOSED, Phase.COUNTED, Phase.PUBLISHED}),
        )
    ]
    return render_template("public/consultations/all.html", parts=parts)


@bp.get("/<slug>")
def show(slug: str) -> str:
    asked = _asked(slug)
    if asked.phase is Phase.PUBLISHED:
        return results_page(slug)
    names = {row.id: row.name for row in neighbourhoods(db.session())}
    where = [names.get(area, area) for area in asked.neighbourhood_ids]
    return render_template("public/consultations/show.html", asked=asked, where=where, intro=intro_of(asked))


@bp.get("/<slug>/answer")
def answer(slug: str) -> ResponseReturnValue:
    asked = _asked(slug)
    return _form(asked) if asked.phase is Phase.OPEN else redirect(url_for(".show", slug=slug), HTTPStatus.SEE_OTHER)


# Without the usual token, which lives in a cookie: the browser says where the form stood.
@bp.post("/<slug>/answer")
def cast(slug: str) -> ResponseReturnValue:
    asked = _asked(slug)
    if not comes_from_here():
        raise BadInput(gettext("Please answer on our own page."))
    if CHANGE in request.form:
        return _form(asked)
    try:
        filled = read_form(asked)
        if filled.is_to_offer:
            return _apart(
                render_template("public/consultations/right_door.html", filled=filled, fields=fields_to_carry())
            )
        hold_back_stuffing(db.session(), slug, request.remote_addr or "")
        code = cast_openly(slug, filled.answers, form_key=filled.key, now=utc_now())
    except (BadInput, TooMany, NotYetOpen, ConsultationClosed) as fault:
        return _form(asked, fault)
    return _apart(render_template("public/consultations/cast.html", asked=asked, code=code, filled=filled, token=None))


def _asked(slug: str) -> Asked:
    return asked_by_slug(db.session(), slug, language=spoken_now(), now=utc_now())


def _form(asked: Asked, fault: OwlError | None = None) -> Response:
    errors = faults_of(fault)
    html = render_template(
        "public/consultations/answer.html",
        errors=errors,
        typed=request.form,
        words=words_typed(asked),
        **fields_of(asked, errors),
    )
    return _apart(html, fault.status if fault else HTTPStatus.OK)


def _apart(html: str, status: int = HTTPStatus.OK) -> Response:
    """Kept by no cache: its key, or its code, is for one reader."""
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    return response
