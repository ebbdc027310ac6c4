"""Everything that the description allows, and much that it doesn't, without an answer that it does not know."""

from __future__ import annotations

from typing import Any

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from sqlalchemy.orm import Session

from tests.web.api.conftest import System

EXAMPLES = 6  # of each operation and way
CHECKS = [not_a_server_error, response_schema_conformance, status_code_conformance]


def test_no_request_is_answered_in_a_way_that_is_not_described(app: Flask, session: Session, system: System) -> None:
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    bearer = {"Authorization": f"Bearer {system.key}"}
    tried = set()
    for found in described.get_all_operations():
        operation = found.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _try(operation.as_strategy(generation_mode=mode), bearer)
        tried.add(f"{operation.method.upper()} {operation.path}")
    assert len(tried) == 12
    assert session.is_active


def _try(cases: Any, headers: dict[str, str]) -> None:
    @given(case=cases)
    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def holds(case: schemathesis.Case) -> None:
        case.call_and_validate(headers=headers, checks=CHECKS)

    holds()
