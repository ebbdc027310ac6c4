"""What residents answered, for everybody, once it is published; and how it was counted."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from owl.consultations.grouping import PHRASES, Theme
from owl.consultations.questions import Question, QuestionType, questions_of
from owl.consultations.redacting import label_of
from owl.consultations.remark_queries import first_remarks, reasons_of, remarks_about, themes_of
from owl.consultations.telling import Results, published_results
from owl.foundation.database import db
from owl.foundation.errors import NotFound
from owl.foundation.languages import gettext, spoken_now
from owl.web.result_pages import LAST_PAGE, csv_file, json_file, names_of_places

bp = Blueprint("results", __name__)

AT_FIRST = 3  # remarks of each theme on the page itself


def results_page(slug: str) -> str:
    """All that everybody may know of it. Raises NotFound until it is published."""
    results = _published(slug)
    return render_template(
        "public/consultations/results.html",
        results=results,
        title=_title(results),
        where=names_of_places(results),
        written=_written(results),
    )


@bp.get("/consultations/<slug>/words")
def words(slug: str) -> str:
    results = _published(slug)
    asked = {question.id: question for question in _asked_for_words(results)}
    question, wanted = asked.get(request.args.get("question", "")), request.args.get("theme", "")
    if question is None or wanted not in set(Theme):
        raise NotFound(gettext("There are no results yet."))
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    return render_template(
        "public/consultations/words.html",
        results=results,
        question=question,
        theme=Theme(wanted),
        page=remarks_about(db.session(), results.consultation.id, question.id, Theme(wanted), page=number),
        reason_of=label_of,
    )


@bp.get("/consultations/<slug>/results.csv")
def as_csv_(slug: str) -> Response:
    return csv_file(published_results(db.session(), slug))


@bp.get("/consultations/<slug>/results.json")
def as_json_(slug: str) -> Response:
    return json_file(published_results(db.session(), slug))


@bp.get("/how-we-count")
def method() -> str:
    return render_template("public/consultations/how_we_count.html", themes=PHRASES)


def _published(slug: str) -> Results:
    return published_results(db.session(), slug, spoken_now())


def _title(results: Results) -> str:
    translated = (results.consultation.translations or {}).get(spoken_now().value, {})
    return str(translated.get("title") or results.consultation.title)


def _asked_for_words(results: Results) -> list[Question]:
    asked = questions_of(results.consultation, spoken_now())
    return [question for question in asked if question.type is QuestionType.WORDS]


def _written(results: Results) -> list[tuple[Question, list[tuple[Theme, int, object]], list[str]]]:
    """For each question, its themes with their first remarks, and why some was left out."""
    session, number = db.session(), results.consultation.id
    themes, reasons = themes_of(session, number), reasons_of(session, number)
    first = first_remarks(session, number, themes, size=AT_FIRST)
    written = []
    for question in _asked_for_words(results):
        rows: list[tuple[Theme, int, object]] = [
            (theme, count, first.get(question.id, {}).get(theme, []))
            for theme, count in themes.get(question.id, {}).items()
        ]
        written.append((question, rows, [label_of(reason) for reason in reasons.get(question.id, [])]))
    return written
