"""One place that turns a failure into a page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from http import HTTPStatus

import structlog
from flask import Flask, Response, current_app, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_wtf.csrf import CSRFError
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from owl.foundation.audit import record_act
from owl.foundation.clock import utc_now
from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, NotFound, OwlError, Refused
from owl.foundation.languages import gettext, mark
from owl.systems.keys import Caller
from owl.web.lost_session import words_held

log = structlog.get_logger()

# What happened, and what to do: in the words of whoever reads it.
SENTENCES = {
    400: (mark("We could not read that"), mark("Please go back, check what you entered and try again.")),
    401: (mark("Please sign in"), mark("You need to sign in to see this page.")),
    403: (mark("This page is not open to you"), mark("If you think it should be, ask your administrator.")),
    404: (mark("Page not found"), mark("If you typed the address, check it. If you followed a link, it may be old.")),
    405: (mark("This page can’t be used that way"), mark("Please go back and use the buttons on the page.")),
    409: (mark("Somebody got there first"), mark("Please look again: it has changed since you opened it.")),
    410: (
        mark("This link no longer works"),
        mark("It has done its work, or it is too old. You can ask for a new one."),
    ),
    413: (mark("That is too large"), mark("Please go back and make it shorter or smaller.")),
    429: (mark("Please wait a little"), mark("That was more often than we allow. Try again in a few minutes.")),
    500: (
        mark("Sorry, something went wrong"),
        mark("This is our fault, not yours. Please try again in a few minutes."),
    ),
    503: (mark("Sorry, we are not quite ready"), mark("Please try again in a minute.")),
}
FORM_TOO_OLD = mark(
    "The page was open for too long, or in another window. Please go back, load it again and try once more."
)

NO_COOKIES = mark(
    "Your browser sent no cookie. We need one while you fill in a form. Please allow cookies for this page, go back, "
    "load it again and try once more."
)


def show_errors(app: Flask) -> None:
    """Let every failure become a page with a kind sentence and the right status."""
    # Flask would log the address of the page, which may hold somebody's link; ours goes below.
    app.log_exception = lambda _: None  # type: ignore[assignment, method-assign]

    @app.errorhandler(OwlError)
    def refuse(error: OwlError) -> ResponseReturnValue:
        if isinstance(error, Refused) or (isinstance(error, NotFound) and current_user.is_authenticated):
            _record(error)
        return _page(error.status, error.sentence, fields=error.fields if isinstance(error, BadInput) else None)

    @app.errorhandler(HTTPException)
    def explain(error: HTTPException) -> ResponseReturnValue:
        if isinstance(error, CSRFError):
            return explain_missing_token(error)
        response = _page(error.code or 500)
        kept = [(name, value) for name, value in error.get_headers() if name in {"Allow", "Retry-After"}]
        response.headers.extend(kept)
        return response

    @app.errorhandler(ParseException)
    @app.errorhandler(NoMoreData)
    def break_off(_: Exception) -> ResponseReturnValue:
        """A body in parts that are none, or whose line was lost: nobody's fault of ours, and nothing to look into."""
        return _page(400)

    @app.errorhandler(InternalServerError)
    def apologise(error: InternalServerError) -> ResponseReturnValue:
        reference = secrets.token_hex(4).upper()
        log.error("failed", reference=reference, endpoint=request.endpoint, exc_info=error.original_exception or error)
        return _page(500, reference=reference)


def explain_missing_token(error: CSRFError) -> Response:
    """The page for a form whose token is missing or old: with the words that a team's form brought."""
    return words_held() or _page(error.code or 400, _why_without_token())


def _why_without_token() -> str:
    kept = request.cookies.get(current_app.config["SESSION_COOKIE_NAME"])
    return gettext(FORM_TOO_OLD) if kept else gettext(NO_COOKIES)


def _record(error: OwlError) -> None:
    """Write the refusal into the audit: who asked for which page, and about what.

    To a user, what belongs to others is not there: a page not found may be one that was refused.
    """
    about = {name: value for name, value in (request.view_args or {}).items() if isinstance(value, int)}
    subject, subject_id = next(iter(about.items()), ("page", None))
    with transaction() as session:
        record_act(
            session,
            f"refused: {request.endpoint}",
            actor_id=_asker(),
            subject=subject.removesuffix("_id"),
            subject_id=subject_id,
            now=utc_now(),
            method=request.method,
            sentence=error.sentence,
        )


def _asker() -> int | None:
    """The user, or the one as whom another system acts."""
    system: Caller | None = g.get("caller")
    if system is not None:
        return system.user_id
    return current_user.id if current_user.is_authenticated else None


def _page(status: int, sentence: str = "", *, reference: str = "", fields: Mapping[str, str] | None = None) -> Response:
    if isinstance(request.routing_exception, SecurityError):  # for another host than ours: no page can name its links
        return _line(400, SENTENCES[400][0])
    title, usual = SENTENCES.get(status, SENTENCES[400 if status < 500 else 500])
    if request.path.startswith("/api/"):
        return _problem(status, title, sentence or usual, reference=reference, fields=fields or {})
    if request.path.startswith("/hooks/"):  # a provider reads this, not a person
        return _line(status, sentence or title)
    layout = "team/layout.html" if f"{request.path}/".startswith(("/team/", "/admin/")) else "public/layout.html"
    html = render_template(
        "error.html",
        layout=layout,
        status=status,
        heading=gettext(title),
        sentence=sentence or gettext(usual),
        reference=reference,
    )
    return make_response(html, status)


def _problem(status: int, title: str, sentence: str, *, reference: str, fields: Mapping[str, str]) -> Response:
    """What another system reads (RFC 9457)."""
    said: dict[str, object] = {"type": "about:blank", "title": title, "status": status, "detail": sentence}
    if fields:
        said["fields"] = dict(fields)
    if reference:
        said["reference"] = reference
    response = jsonify(said)
    response.status_code, response.content_type = status, "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="OWL"'
    return response


def _line(status: int, sentence: str) -> Response:
    return Response(sentence, status, content_type="text/plain; charset=utf-8")
