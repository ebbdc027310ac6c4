"""How a table says who may open what: one letter for each person of tests.house.world, in that order.

Anonymous, resident with an open page, officer of the area, officer of another area, supervisor of the area,
administrator, inspector of the area, coordinator of a watch. "+" opened, "s" sent to sign in or to ask for a link,
"-" refused. A link that works is open to whoever has it.
"""

from __future__ import annotations

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

OPEN, RESIDENT, USER = "++++++++", "s+ssssss", "ss++++++"
READER = "ss+-+++-"  # of what concerns the area
TEAM = "ss+++++-"  # everybody of any team, and administrators
WRITER = "ss+++-+-"
HERE = "ss+-+-+-"  # who writes for the area
AUTHOR, REVIEWS = "ss+-----", "ss----+-"
DECIDES, ADMIN = "ss--+-+-", "ss---+--"
NOBODY = "--------"  # of those who come with a browser
SIGNING_IN = "ssssssss"  # after a password only
TYPES = "ss+-+-++"  # sheets of residents: who consults here, and who runs a watch
RUNS = "ss-----+"  # the watch


def is_recorded(rule: Rule) -> bool:
    """Whether a refusal is one of the user's: not of a signature, nor of a search that found nothing."""
    return rule.rule.startswith("/team") and rule.endpoint != "team_replies.find"


def letter(answer: TestResponse, rule: str, person: str) -> str:
    """How the person fared, as the table writes it."""
    place = (answer.location or "").partition("?")[0]
    asked_for_a_link = place == "/my" and person != "resident" and not rule.endswith("/finish")
    if answer.status_code == 303 and (place == "/team/sign-in" or asked_for_a_link):
        return "s"
    if answer.status_code >= 500:
        return "broken"
    made_up_link = answer.status_code in {404, 410} and "<" in rule and not rule.startswith("/team")
    return "-" if answer.status_code in {401, 403, 404} and not made_up_link else "+"
