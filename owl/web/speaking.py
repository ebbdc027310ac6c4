"""In which language a page is: what its reader chose, else what their browser asks for. Teams read English."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug import Response as BaseResponse
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from owl.foundation.current import settings
from owl.foundation.languages import Language, speak, spoken_now

COOKIE = "owl_language"
KEPT = timedelta(days=365)
LANGUAGES = tuple(language.value for language in Language)
ASKED = "language"  # in an address: for whoever takes no cookies
# Whoever works here reads English, and so do programs; every other page is in the language of its reader.
ENGLISH = ("/admin/", "/api/", "/hooks/", "/sandbox/", "/static/", "/team/", "/watches/")
FOR_PROGRAMS = (".atom", ".csv", ".ics", ".json", ".xml")
READ = frozenset({"text/html", "application/pdf"})  # not pictures


def speak_languages(app: Flask) -> None:
    """Let every template say `_("…")`, and know the language it is in, and the one that was asked for."""
    speak(app, _of_request)

    @app.context_processor
    def name_languages() -> dict[str, object]:
        return {
            "language": spoken_now(),
            "languages": Language,
        }

    @app.after_request
    def say_what_it_depends_on(response: Response) -> Response:
        if _is_for_residents() and response.mimetype in READ:
            response.vary.update(["Accept-Language", "Cookie"])
            response.headers["Content-Language"] = spoken_now().tag
        return response


def wanted_language() -> Language:
    """What this visitor chose, else the best of what their browser asks for, else English."""
    accepted = request.headers.get("Accept-Language", "")
    return choose_language(request.args.get(ASKED), request.cookies.get(COOKIE), accepted)


def choose_language(by_address: str | None, by_cookie: str | None, accepted: str) -> Language:
    """The first that is one of ours; `accepted`: what a browser sends as Accept-Language."""
    for chosen in (by_address, by_cookie):
        if chosen in LANGUAGES:
            return Language(chosen)
    return _best_of(accepted)


@lru_cache(1_000)
def _best_of(accepted: str) -> Language:
    return Language(parse_accept_header(accepted, LanguageAccept).best_match(LANGUAGES) or "en")


def keep_language(response: BaseResponse, language: Language) -> None:
    """Let this visitor's browser ask for the language from now on: they chose it."""
    over_tls = settings().public_url.startswith("https://")
    response.set_cookie(COOKIE, language.value, max_age=KEPT, secure=over_tls, httponly=True, samesite="Lax")


def _of_request() -> Language:
    found: Language | None = request.environ.get("owl.language")
    if found is None:
        found = wanted_language() if _is_for_residents() else Language.ENGLISH
        request.environ["owl.language"] = found
    return found


def _is_for_residents() -> bool:
    return not f"{request.path}/".startswith(ENGLISH) and not request.path.endswith(FOR_PROGRAMS)
