"""How pages are made: where templates lie, and what every one of them can say."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from pathlib import Path
from typing import Any

from flask import Flask
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

from owl.foundation.clock import show_date, show_time


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
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(folder), _Lenient(PrefixLoader(others))])
    app.jinja_env.filters.update(time=show_time, date=show_date, thousands=lambda number: f"{number:,}")
    app.jinja_env.globals["has_part"] = lambda name: name in app.blueprints
