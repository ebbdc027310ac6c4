"""What the description says beyond the shapes: names of operations, where an answer leads, and what is called."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask

from owl.foundation.events import EventName

PROBLEM = "application/problem+json"
ID = "$response.body#/id"
# From an operation's answer to others (OpenAPI's links): what each takes, and where in the answer it stands.
LINKS: dict[tuple[str, str], dict[str, dict[str, str]]] = {
    ("messages_create", "201"): {
        name: {"message_id": ID}
        for name in ("messages_one", "messages_save", "messages_submit", "messages_cancel", "messages_show_ledger")
    },
    ("messages_index", "200"): {
        name: {"message_id": "$response.body#/messages/0/id"} for name in ("messages_one", "messages_show_ledger")
    },
    ("replies_index", "200"): {
        name: {"reply_id": "$response.body#/replies/0/id"} for name in ("replies_one", "replies_answer")
    },
    ("replies_answer", "200"): {"replies_one": {"reply_id": ID}},
}
HEADERS = {
    "webhook-id": "the same however often the event is told",
    "webhook-timestamp": "seconds since 1970; refuse what is more than five minutes off",
    "webhook-signature": "v1, and the signature as docs/api.md says (Standard Webhooks 1.0)",
}


def complete(described: dict[str, Any], app: Flask) -> None:
    """Add to the description, in place, what spectree can't know."""
    endpoints = _endpoints(app)
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            name = endpoints[method.upper(), path].removeprefix("api_").replace(".", "_")
            operation["operationId"] = name
            _complete_answers(name, operation)
    described["webhooks"] = {name.value: {"post": _told(name)} for name in EventName}


def _endpoints(app: Flask) -> dict[tuple[str, str], str]:
    """Endpoints by method and path, as OpenAPI writes paths."""
    rules = [(rule, re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)) for rule in app.url_map.iter_rules()]
    return {(method, path): rule.endpoint for rule, path in rules for method in rule.methods or ()}


def _complete_answers(name: str, operation: dict[str, Any]) -> None:
    answers: dict[str, Any] = operation["responses"]
    if "requestBody" in operation:
        answers["413"] = {"description": "Content Too Large", "content": dict(answers["400"]["content"])}
    for status, answer in answers.items():
        if int(status) >= 400:
            answer["content"] = {PROBLEM: next(iter(answer["content"].values()))}
        links = LINKS.get((name, status), {})
        if links:
            answer["links"] = {to: {"operationId": to, "parameters": taken} for to, taken in links.items()}


def _told(name: EventName) -> dict[str, Any]:
    """One event, as the system that it is told to receives it."""
    subject = f"{name.value.partition('.')[0]}_id"
    ids = {"type": "object", "properties": {subject: {"type": "integer"}}, "required": [subject]}
    moment = {"type": "string", "format": "date-time"}
    properties = {"type": {"const": name.value}, "timestamp": moment, "data": ids}
    return {
        "operationId": f"told_{name.value.replace('.', '_')}",
        "tags": ["Events"],
        "summary": f"{name.value}, told to the address that an administrator wrote down",
        "security": [],
        "parameters": [
            {"name": header, "in": "header", "required": True, "description": about, "schema": {"type": "string"}}
            for header, about in HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "object", "properties": properties, "required": list(properties)}
                }
            },
        },
        "responses": {"2XX": {"description": "Taken. Anything else, and silence of 5 seconds, is tried again."}},
    }
