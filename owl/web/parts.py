"""Every part of the website: a module that answers requests has a blueprint, named `bp`."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from flask import Blueprint

from owl.web import admin, api, hooks, public, team


def _parts() -> Iterator[Blueprint]:
    """By the names of their modules: whoever adds a page adds it nowhere else."""
    for package in (admin, api, hooks, public, team):
        for module in iter_modules(package.__path__, f"{package.__name__}."):
            part = getattr(import_module(module.name), "bp", None)
            if isinstance(part, Blueprint):
                yield part


# Here and not in a function: who loads OWL before they fork (gunicorn, `owl up`) has the pages loaded once for all.
PARTS = tuple(_parts())
