"""Sheets of paper and answers from the doorstep, typed in one after another; for officers and coordinators."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from markupsafe import Markup

from owl.consultations.answered_places import parts_of
from owl.consultations.asked import Asked, asked_by_id
from owl.consultations.consultation_models import Consultation, Source
from owl.consultations.filled_in import read_filled_in
from owl.consultations.life_cycle import Phase
from owl.consultations.open_box import ConsultationClosed, NotYetOpen
from owl.consultations.paper import cast_on_paper, places_to_type_for
from owl.consultations.questions import QuestionType
from owl.consultations.wording import wordings_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, OwlError, Refused
from owl.foundation.languages import Language, speaking
from owl.foundation.signed_links import new_token
from owl.web.access import sign_in_required
from owl.web.team.previewing import language_asked_for

bp = Blueprint("team_typing_in", __name__, url_prefix="/team/consultations/<int:consultation_id>/paper")

SOURCES = {Source.PAPER.value: "A sheet of paper", Source.DOORSTEP.value: "At the door, or on the telephone"}
SAVED = "typed in"  # in the session: the code of the last sheet
FEWEST_LETTERS = 16  # of a form's key


@bp.get("")
@sign_in_required
def show(consultation_id: int) -> ResponseReturnValue:
    return _page(_asked(consultation_id))


@bp.post("")
@sign_in_required
def save(consultation_id: int) -> ResponseReturnValue:
    asked, source = _asked(consultation_id), request.form.get("source", "")
    try:
        if source not in SOURCES:
            raise BadInput({"source": "Choose whether it came on paper or at the door."})
        code = cast_on_paper(
            current_user.id,
            consultation_id,
            read_filled_in(db.session(), asked, request.form),
            source=Source(source),
            postcode=request.form.get("postcode", ""),
            form_key=_form_key(),
            now=utc_now(),
        )
    except (BadInput, Refused, NotYetOpen, ConsultationClosed) as fault:
        return _page(asked, fault)
    saved = request.form.get("saved", 0, type=int) % 1000 + 1
    session[SAVED] = code  # not flashed: that takes the focus, and the next sheet is typed at once
    return redirect(url_for(".show", consultation_id=consultation_id, source=source, saved=saved), HTTPStatus.SEE_OTHER)


@bp.get("/blank")
@sign_in_required
def blank(consultation_id: int) -> str:
    """The questions to print and hand out."""
    shown_in = language_asked_for()
    asked = _asked(consultation_id, shown_in)
    with speaking(shown_in):
        sheet = render_template("team/consultations/sheet.html", asked=asked, language=shown_in)
    return render_template(
        "team/consultations/blank.html",
        asked=asked,
        sheet=Markup(sheet),  # noqa: S704  # a template of ours made it
        written_in=[Language.ENGLISH, *wordings_of(db.session().get_one(Consultation, consultation_id))],
        shown_in=shown_in,
    )


def _asked(consultation_id: int, language: Language = Language.ENGLISH) -> Asked:
    now = utc_now()
    asked = asked_by_id(db.session(), consultation_id, language=language, now=now)
    places_to_type_for(db.session(), current_user.id, asked.neighbourhood_ids, now=now)
    return asked


def _page(asked: Asked, fault: OwlError | None = None) -> ResponseReturnValue:
    asks_place = any(question.type is QuestionType.PLACE for question in asked.questions)
    errors = {} if fault is None else fault.fields if isinstance(fault, BadInput) else {"": fault.sentence}
    html = render_template(
        "team/consultations/paper.html",
        asked=asked,
        is_open=asked.phase is Phase.OPEN,
        sources=SOURCES,
        source=request.values.get("source", ""),
        saved=request.values.get("saved", 0, type=int),
        code=session.pop(SAVED, ""),
        parts=parts_of(db.session(), asked.neighbourhood_ids) if asks_place else [],
        typed=request.form,
        errors=errors,
        form_key=_form_key(),
    )
    return html, fault.status if fault else HTTPStatus.OK


def _form_key() -> str:
    key = request.form.get("form_key", "")
    return key if len(key) >= FEWEST_LETTERS and key.isascii() else new_token()[0]
