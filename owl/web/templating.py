"""How pages are made: where templates lie, and what every one of them can say."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from datetime import timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask
from flask.templating import Environment as FlaskEnvironment
from jinja2 import (
    BaseLoader,
    ChainableUndefined,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    Template,
)

from owl.foundation.clock import show_date, show_day, show_moment, show_time
from owl.foundation.languages import show_number

ASSETS_KEPT = timedelta(hours=1)  # scripts name one another without a version


class QuickEnvironment(FlaskEnvironment):
    """What every template knows is one plain dictionary.

    Jinja compares its names at each import of a component, 220 times for the composer: in a ChainMap a loop in Python.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What a template knows that is loaded from now on."""
        return {**self.globals, **(d or {})}


def _not_indented(text: str, *_: object, **__: object) -> str:
    """As it is: components indent each part again, line by line, which no browser sees and costs as much as a query."""
    return text


class _Lenient(BaseLoader):
    """Loads templates of others, which ask for parameters that nobody gave; ours may not."""

    def __init__(self, loader: BaseLoader) -> None:
        self._loader = loader
        self.list_templates = loader.list_templates  # type: ignore[method-assign]

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        return self._loader.get_source(environment, template)

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002
    ) -> Template:
        lenient = environment.overlay(undefined=ChainableUndefined)
        return self._loader.load(lenient, name, globals)


def prepare_templates(app: Flask, folder: Path) -> None:
    """Let the application find its templates, and refuse names that nobody defined."""
    others = {name: PackageLoader(name) for name in ("govuk_frontend_jinja", "govuk_frontend_wtf")}
    app.jinja_env.add_extension("jinja2.ext.do")
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(folder), _Lenient(PrefixLoader(others))])
    app.jinja_env.filters.update(
        time=show_time, date=show_date, day=show_day, moment=show_moment, thousands=show_number, indent=_not_indented
    )
    app.jinja_env.globals["house_in_training"] = app.extensions["owl.settings"].training
    _number_assets(app)


def _number_assets(app: Flask) -> None:
    """A changed file gets another address, so browsers may keep each one without asking again."""
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = ASSETS_KEPT
    assets = Path(app.static_folder or "")

    @cache
    def version(name: str) -> str:
        file = assets / name
        return sha256(file.read_bytes()).hexdigest()[:8] if file.is_file() else ""

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static":
            values.setdefault("v", version(values["filename"]))
