"""Every page of every part carries the strict headers."""

from __future__ import annotations

from tests.house.world import PERSONS, World

EVERY = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy")
PERSONAL = ("/my", "/join", "/team", "/r/", "/unsubscribe")
NOBODY = "'none'"
# Previews, which stand in frames of our own page.
FRAMED = dict.fromkeys(
    ("team_composing.preview_mail", "team_previewing.show_page", "team_previewing.show_poster"), "'self'"
)


def test_every_answer_carries_the_strict_headers(world: World) -> None:
    for person in PERSONS:
        client = world.client(person)
        for rule in world.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()):
                answer = client.get(world.path(rule))
                missing = [name for name in EVERY if name not in answer.headers]
                assert not missing, f"{rule.rule} has no {missing}"
                policy = answer.headers["Content-Security-Policy"]
                assert "script-src 'unsafe" not in policy
                assert f"frame-ancestors {FRAMED.get(rule.endpoint, NOBODY)}" in policy
                assert answer.headers["Referrer-Policy"] == "no-referrer"
                if rule.rule.startswith(PERSONAL):
                    assert answer.headers["Cache-Control"] == "no-store", rule.rule
