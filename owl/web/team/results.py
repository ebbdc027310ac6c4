"""Results for their team: the figures, remarks to look at, where to knock, and publishing."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from owl.accounts.permissions import Permission, areas_of, permissions_of
from owl.consultations.consultation_models import Consultation, ConsultationStatus, RedactionReason
from owl.consultations.consultation_queries import consultation_for
from owl.consultations.grouping import PHRASES, Theme
from owl.consultations.hearing import quiet_areas
from owl.consultations.publishing import publish_results
from owl.consultations.questions import QuestionType, questions_of
from owl.consultations.redacting import LABELS, suggested
from owl.consultations.remark_queries import progress, remarks_about, themes_of, to_look_at
from owl.consultations.remarks import Looked, look_at_remarks
from owl.consultations.telling import Results, results_of
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import BadInput, Conflict
from owl.geography.queries import postcodes_of
from owl.web.access import permission_required
from owl.web.result_pages import LAST_PAGE, csv_file, json_file, names_of_places

bp = Blueprint("team_results", __name__, url_prefix="/team/consultations/<int:consultation_id>")


@bp.get("/results")
@permission_required(Permission.READ)
def show(consultation_id: int) -> str:
    return _page(consultation_id, {})


@bp.get("/results.csv")
@permission_required(Permission.READ)
def as_csv_(consultation_id: int) -> Response:
    return csv_file(_results(consultation_id))


@bp.get("/results.json")
@permission_required(Permission.READ)
def as_json_(consultation_id: int) -> Response:
    return json_file(_results(consultation_id))


@bp.get("/visits")
@permission_required(Permission.READ)
def visits(consultation_id: int) -> str:
    session, results = db.session(), _results(consultation_id)
    quiet = [
        (one, results.name_of(one.area), postcodes_of(session, one.area.neighbourhoods, one.area.wards))
        for one in quiet_areas(results.figures.areas)
    ]
    return render_template("team/consultations/visits.html", results=results, quiet=quiet)


@bp.get("/words")
@permission_required(Permission.READ)
def words(consultation_id: int) -> ResponseReturnValue:
    results = _results(consultation_id)
    asked = {question.id: question for question in questions_of(results.consultation)}
    question, theme = asked.get(request.args.get("question", "")), request.args.get("theme", "")
    if question is None or theme not in set(Theme):
        return redirect(url_for(".show", consultation_id=consultation_id), 303)
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    return render_template(
        "team/consultations/remark_words.html",
        consultation=results.consultation,
        question=question,
        theme=Theme(theme),
        phrases=PHRASES.get(Theme(theme), ()),
        page=remarks_about(db.session(), consultation_id, question.id, Theme(theme), page=number),
    )


@bp.get("/remarks")
@permission_required(Permission.CONSULT)
def remarks(consultation_id: int) -> str:
    return _sheet(_results(consultation_id).consultation, {})


@bp.post("/remarks")
@permission_required(Permission.CONSULT)
def look(consultation_id: int) -> ResponseReturnValue:
    consultation = _results(consultation_id).consultation
    try:
        look_at_remarks(consultation_id, _looked(), actor_id=current_user.id, now=utc_now())
    except BadInput as error:
        return _sheet(consultation, error.fields), error.status
    waiting = progress(db.session(), consultation_id).waiting
    return redirect(url_for(".remarks" if waiting else ".show", consultation_id=consultation_id), 303)


@bp.post("/publish")
@permission_required(Permission.CONSULT)
def publish(consultation_id: int) -> ResponseReturnValue:
    _results(consultation_id)
    try:
        publish_results(consultation_id, actor_id=current_user.id, now=utc_now())
    except Conflict as error:
        return _page(consultation_id, {"": error.sentence}), error.status
    flash("Published. Everybody can see the results.")
    return redirect(url_for(".show", consultation_id=consultation_id), 303)


def _results(consultation_id: int) -> Results:
    session = db.session()
    return results_of(session, consultation_for(session, consultation_id, user_id=current_user.id))


def _page(consultation_id: int, errors: dict[str, str]) -> str:
    session, results = db.session(), _results(consultation_id)
    consultation, told = results.consultation, themes_of(session, consultation_id)
    asked = [question for question in questions_of(consultation) if question.type is QuestionType.WORDS]
    return render_template(
        "team/consultations/results.html",
        results=results,
        where=names_of_places(results),
        progress=progress(session, consultation_id),
        themes=[(question, list(told.get(question.id, {}).items())) for question in asked],
        quiet=len(quiet_areas(results.figures.areas)),
        may_act=_may_act(consultation),
        is_published=consultation.status is ConsultationStatus.PUBLISHED,
        errors=errors,
    )


def _may_act(consultation: Consultation) -> bool:
    everywhere = set(consultation.neighbourhood_ids) <= areas_of(db.session(), current_user.id)
    return everywhere and Permission.CONSULT in permissions_of(current_user)


def _sheet(consultation: Consultation, errors: dict[str, str]) -> str:
    session = db.session()
    return render_template(
        "team/consultations/remarks.html",
        consultation=consultation,
        rows=to_look_at(session, consultation.id),
        progress=progress(session, consultation.id),
        questions={question.id: question.text for question in questions_of(consultation)},
        reasons=LABELS,
        typed=request.form,
        suggested=suggested,
        errors=errors,
    )


def _looked() -> dict[uuid.UUID, Looked]:
    found = {}
    for name, typed in request.form.items():
        if name.startswith("words-"):
            because = request.form.get(f"because-{name[6:]}", "")
            try:
                number = uuid.UUID(name[6:])
            except ValueError:
                continue
            found[number] = Looked(typed, RedactionReason(because) if because in set(RedactionReason) else None)
    return found
