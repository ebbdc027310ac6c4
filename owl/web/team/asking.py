"""Writing a consultation: one page that works without JavaScript, each press of which saves."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of
from owl.consultations.consultation_models import Consultation
from owl.consultations.draft import ConsultationDraft
from owl.consultations.life_cycle import Phase, phase_of
from owl.consultations.planning_the_year import ready_made
from owl.consultations.questions import QuestionType
from owl.consultations.wording import TRANSLATED
from owl.consultations.writing import (
    AlreadyAnnounced,
    ChangedMeanwhile,
    create_consultation,
    save_consultation,
)
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput
from owl.geography.queries import neighbourhoods
from owl.web.access import permission_required
from owl.web.team.consultation_sheet import ConsultationSheet
from owl.web.team.seen import seen_consultation

bp = Blueprint("team_asking", __name__, url_prefix="/team/consultations")

ID = "<int:consultation_id>"
EMPTY = ConsultationDraft("", "", frozenset(), ())
TYPES = {
    QuestionType.CHOOSE: "Choose some of a list",
    QuestionType.RANK: "Put in order, the most important first",
    QuestionType.SCALE: "A number on a scale",
    QuestionType.STATEMENTS: "Agree, disagree or pass",
    QuestionType.WORDS: "In their own words",
    QuestionType.PLACE: "A place on the map, or a ward from a list",
}


@bp.get("/new")
@permission_required(Permission.CONSULT)
def new() -> str:
    own = areas_of(db.session(), current_user.id)
    return _begin(frozenset(own) if len(own) == 1 else frozenset(), {})


@bp.post("/new")
@permission_required(Permission.CONSULT)
def create() -> ResponseReturnValue:
    chosen = frozenset(request.form.getlist("neighbourhoods"))
    begin = EMPTY if request.form.get("begin") == "empty" else ready_made(set())
    draft = replace(begin, neighbourhood_ids=chosen)
    try:
        made = create_consultation(draft, author_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _begin(chosen, error.fields), error.status
    return redirect(url_for(".edit", consultation_id=made), 303)


@bp.get(f"/{ID}/edit")
@permission_required(Permission.CONSULT)
def edit(consultation_id: int) -> ResponseReturnValue:
    consultation = seen_consultation(consultation_id)
    if phase_of(consultation, utc_now()) is not Phase.DRAFT:
        return redirect(url_for("team_consultations.show", consultation_id=consultation_id), 303)
    return _form(consultation, ConsultationSheet.kept(consultation), {})


@bp.post(f"/{ID}/edit")
@permission_required(Permission.CONSULT)
def save(consultation_id: int) -> ResponseReturnValue:
    consultation, act = seen_consultation(consultation_id), request.form.get("act", "save")
    sheet = ConsultationSheet.typed(request.form)
    try:
        changed = sheet.after(act)
        draft = changed.draft(ConsultationDraft.of(consultation))
        save_consultation(consultation_id, draft, user_id=current_user.id, version=sheet.version, now=utc_now())
    except (BadInput, ChangedMeanwhile, AlreadyAnnounced) as error:
        faults = error.fields if isinstance(error, BadInput) else {"": error.sentence}
        return _form(consultation, sheet, faults), error.status
    return _go_on(consultation_id, act, changed)


def _go_on(consultation_id: int, act: str, sheet: ConsultationSheet) -> ResponseReturnValue:
    verb, _, which = act.partition(":")
    if act == "preview":
        return redirect(url_for("team_asking_preview.show", consultation_id=consultation_id), 303)
    if act == "announce":
        return redirect(url_for("team_consultations.ask_to_announce", consultation_id=consultation_id), 303)
    if verb == "add":
        which = sheet.questions[-1].id
    there = which if any(row.id == which for row in sheet.questions) else None
    flash("Saved.")
    return redirect(url_for(".edit", consultation_id=consultation_id, _anchor=there and f"part-{there}"), 303)


def _begin(chosen: frozenset[str], errors: dict[str, str]) -> str:
    return render_template("team/consultations/new.html", hoods=_own_areas(), chosen=chosen, errors=errors)


def _form(consultation: Consultation, sheet: ConsultationSheet, errors: dict[str, str]) -> str:
    return render_template(
        "team/consultations/edit.html",
        consultation=consultation,
        sheet=sheet,
        hoods=_own_areas(),
        types=TYPES,
        languages=TRANSLATED,
        errors=errors,
    )


def _own_areas() -> list[tuple[str, str]]:
    """Id and name of each neighbourhood of the user's, by district."""
    own = areas_of(db.session(), current_user.id)
    return [(row.id, f"{row.name}, {row.district_name}") for row in neighbourhoods(db.session()) if row.id in own]
