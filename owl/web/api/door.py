"""Who may ask the API: whoever has a key, for what its scopes say. No cookie opens anything here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, g, jsonify, make_response, request
from flask.typing import ResponseReturnValue

from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.errors import Refused, Unknown
from owl.systems import once
from owl.systems.keys import Caller, caller_with
from owl.systems.models import Scope

P = ParamSpec("P")
View = Callable[P, ResponseReturnValue]
NO_KEY = "Send your key in the header “Authorization: Bearer …”. It is missing, wrong, or has ended."
IDEMPOTENCY = "Idempotency-Key"


def caller() -> Caller:
    """Whose key the request brings, once the door has let it in."""
    found: Caller = g.caller
    return found


def scope_required(scope: Scope) -> Callable[[View[P]], View[P]]:
    """Open the view to keys with this scope."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            kind, _, secret = request.headers.get("Authorization", "").partition(" ")
            found = caller_with(db.session(), secret.strip(), now=utc_now()) if kind.lower() == "bearer" else None
            if found is None:
                raise Unknown(NO_KEY)
            g.caller = found
            if scope.value not in found.scopes:
                raise Refused(f"This key is not for that: it lacks the scope “{scope.value}”.")
            return view(*args, **kwargs)

        return guarded

    return guard


def done_once(view: View[P]) -> View[P]:
    """Do what the request asks for once for each idempotency key, and answer the same however often it comes."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        key_id, name = caller().key_id, request.headers.get(IDEMPOTENCY, "")
        said = b"\0".join((request.method.encode(), request.path.encode(), request.get_data()))
        before = once.begin(key_id, name, hashlib.sha256(said).digest(), now=utc_now())
        if before is not None:
            again = _answer(before.answer, before.status)
            again.headers["Idempotent-Replayed"] = "true"
            return again
        try:
            response = make_response(view(*args, **kwargs))
        except Exception:  # whatever it was, the verb's transaction was undone
            once.undone(key_id, name)
            raise
        once.answered(key_id, name, response.status_code, response.get_json())
        return response

    return guarded


def _answer(answer: dict[str, Any], status: int) -> Response:
    response = jsonify(answer)
    response.status_code = status
    return response
