"""In which language a page is: residents choose, teams read English."""

from __future__ import annotations

from flask import Flask

from owl.foundation.languages import Language, speak, spoken_now


def speak_languages(app: Flask) -> None:
    """Let every template say `_("…")`, and know the language that it is in as `language`."""
    speak(app, _of_request)

    @app.context_processor
    def name_language() -> dict[str, Language]:
        return {"language": spoken_now()}


def _of_request() -> Language:
    return Language.ENGLISH
