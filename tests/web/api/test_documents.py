"""docs/api.md and the description: an outsider who reads nothing else must get along."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from owl.foundation.events import EventName
from owl.systems.calling import PATIENCE
from owl.web.limits import SYSTEM
from tests.web.api.conftest import System

WRITTEN = Path("docs/api.md").read_text()


def test_the_call_in_the_document_is_good_for_the_function_beside_it_and_no_other_is() -> None:
    written: dict[str, Any] = {}
    [code] = re.findall(r"```python\n(.*?)```", WRITTEN, re.DOTALL)
    exec(code, written)  # what outsiders copy
    headers = dict(re.findall(r"^(webhook-\w+): (.+)$", WRITTEN, re.MULTILINE))
    [secret] = re.findall(r"`(whsec_[^`…]+)`", WRITTEN)
    [body] = re.findall(r'^(\{"type".*\})$', WRITTEN, re.MULTILINE)
    now = int(headers["webhook-timestamp"])
    is_owls = written["is_owls"]
    assert is_owls(secret, headers, body.encode(), now)
    assert is_owls(
        secret, headers | {"webhook-signature": f"v1,other {headers['webhook-signature']}"}, body.encode(), now
    )
    assert not is_owls(secret, headers, body.encode() + b" ", now)
    assert not is_owls(secret, headers | {"webhook-id": "evt_43"}, body.encode(), now)
    assert not is_owls(secret, headers, body.encode(), now + 301)
    assert [each.total_seconds() / 60 for each in PATIENCE] == [1, 5, 30, 120, 480, 1440]
    assert "1, 5 and 30 minutes, 2, 8 and 24\n  hours" in WRITTEN
    assert f"**{SYSTEM.split()[0]} requests a minute**" in WRITTEN


def test_the_links_of_the_description_lead_somewhere(system: System) -> None:
    described = system.client.get("/api/v1/openapi.json").get_json()
    assert set(described["webhooks"]) == {name.value for name in EventName}
    operations = {one["operationId"]: one for path in described["paths"].values() for one in path.values()}
    assert len(operations) == 12
    assert all(name.isidentifier() for name in operations)
    answers = [answer for one in operations.values() for answer in one["responses"].values()]
    links = [link for answer in answers for link in answer.get("links", {}).values()]
    for link in links:
        parameters = {one["name"] for one in operations[link["operationId"]]["parameters"]}
        assert set(link["parameters"]) <= parameters
    assert len(links) == 10
    assert all("413" in one["responses"] for one in operations.values() if "requestBody" in one)
