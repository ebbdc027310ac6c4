"""What came from outside: only numbers that a row can have, only paths of this site."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**63 - 1  # of PostgreSQL's bigint
LARGEST_VERSION = 2**31 - 1  # of PostgreSQL's integer
OURS = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


def path_here(text: str | None, *, otherwise: str = "/") -> str:
    """The text if it is a path on this site, else `otherwise`: `//elsewhere`, `/\\elsewhere` and
    `https:elsewhere` are other sites to a browser.
    """
    return text if text and OURS.fullmatch(text) else otherwise


class RowId(IntegerConverter):
    """`<int:…>` in an address: the number of a row. A larger one is an address that we don't have."""

    def __init__(self, map: Map, **options: Any) -> None:  # noqa: A002  # Werkzeug's name for it
        super().__init__(map, **{"max": LARGEST_ID} | options)


def row_id(field: str) -> int | None:
    """The row that a field of the form or of the address names: 0 for one that can't be, None for what is no number."""
    number = request.values.get(field, type=int)
    return number if number is None or 0 < number <= LARGEST_ID else 0


def version_in(form: MultiDict[str, str]) -> int:
    """The version of a row as it stood on the page whose form this is: 0, which no row has, for one that can't be."""
    version = form.get("version", 0, type=int)
    return version if 0 < version <= LARGEST_VERSION else 0


def shown_version() -> int:
    """The version of a row as it stood on the page whose button was pressed."""
    return version_in(request.form)
