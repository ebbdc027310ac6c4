"""How often one address or user may do what costs us, or what tries something out."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import redis
from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_security import current_user

from config.settings import Settings

WAIT_FOR_REDIS_S = 0.5  # then this process counts for itself

# Generous where many share one address: a police station, a mobile network.
SIGN_IN = "30 per minute; 300 per hour"
LOOKUP = "60 per minute; 600 per hour"  # a postcode
CODE = "20 per 10 minutes"  # beyond the tries that one code has
SEND = "10 per 10 minutes; 30 per hour"  # what sends a mail or a text
REPLY = "30 per hour"
ANSWER = "20 per minute; 300 per hour"  # of a team to residents
PICTURE = "20 per 10 minutes"  # each is a second's work
SYSTEM = "300 per minute"  # of one key, or of an address without one
LIVE = "120 per minute"  # counts that are asked for while somebody writes

# The unsafe requests of these endpoints are counted, each by itself.
LIMITS: Mapping[str, str] = {
    "admin_audit.export": SIGN_IN,
    "admin_suppression.find": LOOKUP,
    "admin_households.export": SIGN_IN,
    "ballots.look": LOOKUP,
    "invited.join": CODE,
    "joining.settle": LOOKUP,
    "joining.finish": SEND,
    "my_addresses.again": SEND,
    "my_addresses.press": CODE,
    "my_addresses.send_proof": SEND,
    "my_addresses.try_code": CODE,
    "my_homes.add_invited": CODE,
    "my_homes.move": LOOKUP,
    "my_homes.save_new": LOOKUP,
    "own_replies.add": REPLY,
    "own_replies.ask": SEND,
    "preferences.send_link": SEND,
    "preferences.use_link": CODE,
    "proving.again": SEND,
    "proving.try_code": CODE,
    "proving.press": CODE,
    "replying.rate": REPLY,
    "replying.reply": REPLY,
    "team_composing.count": LIVE,
    "team_keeping.keep": LIVE,
    "team_keeping.keep_new": LIVE,
    "team_trying.test": SEND,
    "team_placing.add": LIVE,
    "watches.send": SEND,
    "team_picturing.add": PICTURE,
    "team_profile.begin_second_step": SIGN_IN,
    "team_profile.renew_codes": SIGN_IN,
    "team_profile.save_password": SIGN_IN,
    "team_profile.save_second_step": SIGN_IN,
    "team_reply.answer": ANSWER,
    "team_reply.assign": ANSWER,
    "team_reply.hand_over": ANSWER,
    "team_signing_in.send_password": SIGN_IN,
    "team_signing_in.send_code": SIGN_IN,
    "team_signing_in.send_recovery_code": SIGN_IN,
    "team_signing_in.send_first_code": SIGN_IN,
}
# Of these, only what was guessed wrongly counts: thousands who check one code may share an address.
GUESS = HTTPStatus.NOT_FOUND  # a wrong guess is answered so
GUESSES = "20 per 10 minutes; 60 per hour"
GUESSED: Mapping[str, str] = {
    "published.poster": GUESSES,
    "published.poster_pdf": GUESSES,
    "published.show": GUESSES,
    "verifying.check": GUESSES,
}
# Of these, looking counts: the answer is what somebody may be after.
LOOKED_UP: Mapping[str, str] = {
    "joining.where": LOOKUP,
    "neighbourhoods.find": LOOKUP,
    **dict.fromkeys(
        (
            "api_areas.count", "api_areas.index", "api_messages.cancel", "api_messages.create", "api_messages.index",
            "api_messages.one", "api_messages.save", "api_messages.show_ledger", "api_messages.submit",
            "api_replies.answer", "api_replies.index", "api_replies.one",
        ),
        SYSTEM,
    ),
}  # fmt: skip


def limit_requests(app: Flask, settings: Settings) -> None:
    """Count requests in Redis, or in this process while Redis is out of reach. Call it once parts are registered."""
    app.after_request(_only_where_one_must_wait)  # before the limiter, so that it comes after it
    limiter = Limiter(
        _who,
        app=app,
        enabled=settings.rate_limits,
        storage_uri="redis://",
        storage_options={"connection_pool": _pool(settings)},  # type: ignore[dict-item]
        strategy="moving-window",
        headers_enabled=True,  # Retry-After
        key_prefix="owl-limit",
        in_memory_fallback_enabled=True,
    )
    app.extensions["owl.limiter"] = limiter  # its decorators hold it weakly
    views: dict[str, Any] = app.view_functions
    for endpoint in LIMITS.keys() & views.keys():
        views[endpoint] = limiter.limit(LIMITS[endpoint], methods=["POST"])(views[endpoint])
    for endpoint in LOOKED_UP.keys() & views.keys():
        views[endpoint] = limiter.limit(LOOKED_UP[endpoint])(views[endpoint])
    for endpoint in GUESSED.keys() & views.keys():
        views[endpoint] = limiter.limit(GUESSED[endpoint], deduct_when=_was_wrong)(views[endpoint])


def _only_where_one_must_wait(response: Response) -> Response:
    """Flask-Limiter says Retry-After with every answer; there are clients that then wait (RFC 9110, 10.2.3)."""
    if response.status_code not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        response.headers.pop("Retry-After", None)
    return response


def _was_wrong(response: Response) -> bool:
    return response.status_code == GUESS


def _who() -> str:
    """A user by themselves, since a station shares one address; a system by its key; anybody else by their address."""
    if request.path.startswith("/api/") and (key := request.headers.get("Authorization")):
        return f"system {hashlib.sha256(key.encode(errors='replace')).hexdigest()}"
    return f"user {current_user.id}" if current_user.is_authenticated else get_remote_address()


def _pool(settings: Settings) -> redis.ConnectionPool:
    return redis.ConnectionPool.from_url(settings.redis_url, socket_timeout=WAIT_FOR_REDIS_S, retry=None)
