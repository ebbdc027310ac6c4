"""In which language a page is: what its reader chose, else what their browser asks for. Teams read English."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, request
from werkzeug import Response as BaseResponse

from owl.foundation.current import settings
from owl.foundation.languages import Language, gettext, speak, speaking, spoken_now

COOKIE = "owl_language"
KEPT = timedelta(days=365)
ASKED = "language"  # in an address: for whoever takes no cookies
# What is whole in every language: joining, leaving, verifying. The other pages are English and say so.
TRANSLATED_PARTS = frozenset(
    {"joining", "proving", "invited", "unsubscribing", "verifying", "languages", "leaflets", "my_reading"}
)
TRANSLATED_PAGES = frozenset(
    {
        "feeds.all_",
        "my_data.ask_to_leave",
        "my_data.stop_all",
        "pages.home",
        "preferences.begin",
        "preferences.look",
        "preferences.send_link",
        "preferences.sent",
        "preferences.use_link",
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
    for chosen in (request.args.get(ASKED), request.cookies.get(COOKIE)):
        if chosen in {language.value for language in Language}:
            return Language(chosen)
    return Language(request.accept_languages.best_match([language.value for language in Language]) or "en")


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
