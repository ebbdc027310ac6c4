"""Every page of every part carries the strict headers, and caches keep nothing that was made for somebody."""

from __future__ import annotations

from owl.web.caching.policy import FOR_ALL
from tests.house.world import PERSONS, World

EVERY = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy")
PERSONAL = ("/my", "/join", "/team", "/r/", "/unsubscribe")
NOBODY = "'none'"
# Previews, which stand in frames of our own page.
FRAMED = dict.fromkeys(
    (
        "team_trying.preview_mail",
        "team_previewing.show_page",
        "team_previewing.show_poster",
        "team_asking_preview.page",
    ),
    "'self'",
)


def test_every_answer_carries_the_strict_headers_and_only_what_is_for_all_may_be_kept(world: World) -> None:
    for_all: dict[str, bytes] = {}
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
                if "public" in answer.headers["Cache-Control"]:
                    assert rule.endpoint in FOR_ALL, f"{rule.rule} may be kept by caches: is it the same for all?"
                    assert "Set-Cookie" not in answer.headers, rule.rule
                    same = b"" if answer.mimetype == "application/pdf" else answer.data  # it says when it was drawn
                    assert for_all.setdefault(rule.rule, same) == same, f"{rule.rule} knows {person}"
                else:
                    assert answer.headers["Cache-Control"].startswith(("no-store", "private")), rule.rule
    assert len(for_all) > 20
