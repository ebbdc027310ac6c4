"""One valid row of each kind; a test states only the fields that it is about.

Each ends in a commit, which in a rolled-back test is a savepoint.
"""

from tests.factories.accounts import limits, meeting, officer, user
from tests.factories.deliveries import delivery
from tests.factories.households import contact_point, guest, household, household_list, joining, partner, subscriber
from tests.factories.messages import consultation, message, picture, recurring, template
from tests.factories.places import geography_set, neighbourhood_id
from tests.factories.priorities import decision, priority_update, raised_issue
from tests.factories.queues import broken_job, forget_daily_caps
from tests.factories.replies import reply
from tests.factories.start import FOREVER, GREY, NOW, PASSWORD, numbers
from tests.factories.watches import coordinator, member, paper_home, runs, watch

__all__ = [
    "FOREVER",
    "GREY",
    "NOW",
    "PASSWORD",
    "broken_job",
    "consultation",
    "contact_point",
    "coordinator",
    "decision",
    "delivery",
    "forget_daily_caps",
    "geography_set",
    "guest",
    "household",
    "household_list",
    "joining",
    "limits",
    "meeting",
    "member",
    "message",
    "neighbourhood_id",
    "numbers",
    "officer",
    "paper_home",
    "partner",
    "picture",
    "priority_update",
    "raised_issue",
    "recurring",
    "reply",
    "runs",
    "subscriber",
    "template",
    "user",
    "watch",
]
