"""All checks of a message's words, in the order in which its author should look at them. Deterministic and pure."""

from __future__ import annotations

from collections.abc import Collection

from owl.messages.checks.finding import Finding, Weight, Words
from owl.messages.checks.links import link_findings
from owl.messages.checks.people import people_in
from owl.messages.checks.points import points_of
from owl.messages.checks.reading_age import reading_age_of
from owl.messages.checks.secrets_asked import secrets_asked
from owl.messages.checks.shouting import shouting_in
from owl.messages.checks.tricks import tricks_in

ORDER = list(Weight)  # what stops it first


def look_over(words: Words, allowed: Collection[str]) -> tuple[Finding, ...]:
    """What every check says. `allowed`: the sites that a message may link to."""
    checks = (tricks_in, people_in, secrets_asked, points_of, shouting_in, reading_age_of)
    found = link_findings(words, allowed) + [finding for check in checks for finding in check(words)]
    return tuple(sorted(found, key=lambda finding: ORDER.index(finding.weight)))


def faults_in(words: Words, allowed: Collection[str]) -> dict[str, str]:
    """Why the words can't go out, by field; nothing where they can."""
    stops = link_findings(words, allowed) + tricks_in(words)
    return {
        field: " ".join(one.reason for one in stops if one.field == field) for field in {one.field for one in stops}
    }
