"""Priorities in the shape of the police's own open data, so that whoever reads that can read this.

https://data.police.uk/docs/method/neighbourhood-priorities/: a list of objects with issue, issue-date, action and
action-date. Words are HTML; dates are midnight without an offset, as there.
"""

from __future__ import annotations

from datetime import date

from markupsafe import escape

from owl.consultations.priorities.queries import Priority, Published


def as_police_uk(published: Published) -> list[dict[str, str]]:
    """The chosen priorities, the newest first. `action`: what was done last, until then what the team will do."""
    newest = sorted(published.chosen, key=lambda one: one.agreed_at, reverse=True)
    return [_one(priority) for priority in newest]


def _one(priority: Priority) -> dict[str, str]:
    done = next((update for update in priority.updates if not update.taken_out_because), None)
    return {
        "action": _html(done.words if done else priority.action),
        "issue-date": _date(priority.agreed_on),
        "action-date": _date(done.done_on if done else priority.agreed_on),
        "issue": _html(priority.issue),
    }


def _html(words: str) -> str:
    paragraphs = (str(escape(part.strip())) for part in words.split("\n\n"))
    return "".join(f"<p>{part}</p>".replace("\n", "<br>") for part in paragraphs if part)


def _date(day: date) -> str:
    return f"{day.isoformat()}T00:00:00"
