"""In which language a page is: what its reader chose, else what their browser asks for. Teams read English."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug import Response as BaseResponse
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from owl.foundation.current import settings
from owl.foundation.languages import Language, gettext, speak, speaking, spoken_now

COOKIE = "owl_language"
KEPT = timedelta(days=365)
LANGUAGES = tuple(language.value for language in Language)
ASKED = "language"  # in an address: for whoever takes no cookies
# What is whole in every language: joining, leaving, verifying. The other pages are English and say so.
TRANSLATED_PARTS = frozenset(
    {
        "areas",
        "ballots",
        "consultations",
        "invited",
        "invited_ballots",
        "joining",
        "languages",
        "leaflets",
        "my_reading",
        "neighbourhoods",
        "open_data",
        "proving",
        "published",
        "replying",
        "results",
        "unsubscribing",
        "verifying",
    }
)
TRANSLATED_PAGES = frozenset(
    {
        "feeds.all_",
        "my_data.ask_to_leave",
        "my_data.stop_all",
        "pages.choose_cookies",
        "pages.cookies",
        "pages.home",
        "preferences.begin",
        "preferences.look",
        "preferences.send_link",
        "preferences.sent",
        "preferences.use_link",
        "priorities.show",
    }
)


def speak_languages(app: Flask) -> None:
    """Let every template say `_("…")`, and know the language it is in, and the one that was asked for."""
    speak(app, _of_request)

    @app.context_processor
    def name_languages() -> dict[str, object]:
        return {
            "language": spoken_now(),
            "languages": Language,
            "wanted_language": wanted_language,
            "only_in_english": _only_in_english,
        }

    @app.after_request
    def say_what_it_depends_on(response: Response) -> Response:
        if _is_translated():
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


def _only_in_english(language: Language) -> str:
    with speaking(language):
        return gettext("This page is in English only, so far.")


def _of_request() -> Language:
    found: Language | None = request.environ.get("owl.language")
    if found is None:
        found = wanted_language() if _is_translated() else Language.ENGLISH
        request.environ["owl.language"] = found
    return found


def _is_translated() -> bool:
    return request.blueprint in TRANSLATED_PARTS or request.endpoint in TRANSLATED_PAGES
