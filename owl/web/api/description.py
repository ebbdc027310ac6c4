"""The description of the API (OpenAPI 3.1), made from the shapes that check what comes in."""

from __future__ import annotations

import copy
import inspect
from functools import cache
from typing import Any

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData

from owl.foundation.errors import BadInput
from owl.web.api.completing import complete
from owl.web.api.shapes import Problem

Answer = dict[str, Any] | tuple[dict[str, Any], int]  # of an operation, with its status where that is not 200
VERSION = "1.0"
PYDANTICS = "Value error, "  # before sentences of ours
KEY = "key"
ABOUT = """\
For a force's own systems. Each request brings a key that an administrator made: its areas and scopes say what it opens.
Nothing is possible here that OWL's own pages would refuse, and nothing is sent before a person has approved it.
What makes or changes something takes an Idempotency-Key: sent again with the same key, it is not done again.
Failures are RFC 9457 problems. Times are ISO 8601 with their offset. docs/api.md says the rest, with examples.
"""

bp = Blueprint("api_description", __name__)


def refuse_misfits(_request: Any, _response: Any, error: Exception | None, *_: Any) -> None:
    """Raises BadInput with every field that does not fit its shape, and where there is no object at all.

    spectree checks no body that is empty, a form or a list: it would come through as None, or as `{}`.
    """
    if _takes_json() and not isinstance(request.get_json(silent=True), dict):
        raise BadInput("Send a JSON object, with the header “Content-Type: application/json”.")
    if isinstance(error, ValidationError):
        raise BadInput(
            {
                ".".join(map(str, fault["loc"])): f"{fault['msg'].removeprefix(PYDANTICS)}."
                for fault in error.errors(include_url=False)
            }
        )


spec = SpecTree(
    "flask",
    mode="strict",
    annotations=True,
    before=refuse_misfits,
    validation_error_status=400,
    validation_error_model=Problem,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _, child: child,
    title="OWL",
    description=ABOUT,
    version=VERSION,
    openapi_version="3.1.0",
    page_templates={},
    security_schemes=[SecurityScheme(name=KEY, data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer"))],
    security={KEY: []},
)


def answers(shape: type[BaseModel], *, status: int = 200, problems: tuple[int, ...] = ()) -> Response:
    """What an operation may answer."""
    failures = {f"HTTP_{code}": Problem for code in (400, 401, 403, 405, 429, *problems)}
    return Response(**{f"HTTP_{status}": shape}, **failures)


@bp.get("/api/v1/openapi.json")
def show() -> ResponseReturnValue:
    return _described()


def _takes_json() -> bool:
    view = current_app.view_functions[request.endpoint or ""]
    return "json" in inspect.signature(view).parameters


@cache
def _described() -> dict[str, Any]:
    described: dict[str, Any] = copy.deepcopy(spec.spec)
    complete(described, current_app)
    return described
