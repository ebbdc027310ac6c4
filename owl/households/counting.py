"""Keeps the counts of who can be reached: what has changed is counted again from the rows themselves.

Nothing is ever added to a count or taken from it, so that a count can be late but never drift; and whoever reads the
counts leaves out the late ones (`stale_postcodes`). See docs/adr/0015-kept-counts.md.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from owl.foundation.database import transaction
from owl.households.choices import HowFar
from owl.households.count_models import MEASURES, ReachStale, kept_in
from owl.households.models import Household, Subscriber, Subscription

ONE_AT_A_TIME = 0x6F776C63  # any number of our own; the advisory lock of this verb

# Every choice that can stand for a home, as SQL over its ties: what of a message that is urgent or not, and aimed as
# near as this, arrives there by each channel.
SERIOUS = {False: "NOT only_urgent AND (channel = 'email' OR NOT texts_only_urgent)", True: "true"}
NEAR = {
    HowFar.STREET: "true",
    HowFar.NEIGHBOURHOOD: "how_far <> 'street'",
    HowFar.DISTRICT: "how_far = 'district'",
}
CASES = [(urgent, far) for urgent in SERIOUS for far in NEAR]


def _in_each_case(form: str) -> str:
    """The form once for each case: {mails} and {texts} name its columns of `by_home`, {when} is its condition."""
    return ",\n            ".join(
        form.format(
            mails=kept_in("mails", urgent=urgent, how_far=far),
            texts=kept_in("texts", urgent=urgent, how_far=far),
            when=f"{SERIOUS[urgent]} AND {NEAR[far]}",
        )
        for urgent, far in CASES
    )


BY_HOME = _in_each_case(
    """count(*) FILTER (WHERE channel = 'email' AND {when}) AS {mails},
            count(*) FILTER (WHERE channel = 'sms' AND {when}) AS {texts}"""
)
# In the order of MEASURES.
BY_POSTCODE = _in_each_case(
    """count(*) FILTER (WHERE {mails} + {texts} > 0), count(*) FILTER (WHERE {mails} > 0),
            count(*) FILTER (WHERE {texts} > 0), sum({mails}), sum({texts})"""
)
COLUMNS = ", ".join(kept_in(measure, urgent=urgent, how_far=far) for urgent, far in CASES for measure in MEASURES)
CHOICES = "kinds, not_by_mail, not_by_text, texts_only_urgent, only_urgent, how_far"

# One statement, so that it sees the changes and the marks that they left at the same moment.
COUNT_AGAIN = sa.text(
    f"""
    WITH marks AS (DELETE FROM reach_stale RETURNING postcode, subscriber_id),
    stale AS MATERIALIZED (
        SELECT postcode FROM marks WHERE postcode IS NOT NULL
        UNION
        SELECT household.postcode FROM marks JOIN subscription USING (subscriber_id)
            JOIN household ON household.id = household_id
    ),
    old_counts AS (DELETE FROM reach_count USING stale WHERE reach_count.postcode = stale.postcode),
    old_apart AS (DELETE FROM reach_apart USING stale WHERE reach_apart.postcode = stale.postcode),
    home AS MATERIALIZED (
        SELECT id, household.postcode, neighbourhood_id, ward_code FROM household JOIN stale USING (postcode)
    ),
    tie AS MATERIALIZED (
        SELECT household_id, subscriber_id, {CHOICES}, paused_until,
            bool_or(
                paused_until IS NOT NULL
                OR EXISTS (
                    SELECT FROM subscription other
                    WHERE other.subscriber_id = subscription.subscriber_id AND other.id <> subscription.id
                )
            ) OVER (PARTITION BY household_id) AS apart
        FROM home JOIN subscription ON household_id = home.id JOIN subscriber ON subscriber.id = subscriber_id
    ),
    live AS (
        SELECT home.*, {CHOICES}, paused_until, apart, contact_point.id AS contact_point_id, channel
        FROM home JOIN tie ON household_id = home.id JOIN contact_point USING (subscriber_id)
        WHERE suppressed_at IS NULL AND address_index IS NOT NULL
    ),
    one_by_one AS (
        INSERT INTO reach_apart
            (contact_point_id, channel, {CHOICES}, paused_until, household_id, postcode, neighbourhood_id, ward_code)
        SELECT contact_point_id, channel, {CHOICES}, paused_until, id, postcode, neighbourhood_id, ward_code
        FROM live WHERE apart
    ),
    by_home AS (
        SELECT id, postcode, neighbourhood_id, ward_code, kind.name AS kind,
            {BY_HOME}
        FROM live CROSS JOIN LATERAL (SELECT DISTINCT unnest(kinds)) AS kind (name)
        WHERE NOT apart AND kind.name <> ALL (CASE channel WHEN 'email' THEN not_by_mail ELSE not_by_text END)
        GROUP BY id, postcode, neighbourhood_id, ward_code, kind.name
    )
    INSERT INTO reach_count (postcode, neighbourhood_id, ward_code, kind, {COLUMNS})
    SELECT postcode, neighbourhood_id, ward_code, kind,
            {BY_POSTCODE}
    FROM by_home GROUP BY kind, neighbourhood_id, postcode, ward_code
    ORDER BY kind, neighbourhood_id, postcode
    """  # noqa: S608  # put together from names of ours
)


def keep_counts(now: datetime) -> None:
    """Bring the counts up to date, and end the pauses that are over. For the clock."""
    with transaction() as session:
        over = sa.update(Subscriber).where(Subscriber.paused_until <= now).values(paused_until=None)
        session.execute(over)
    with transaction() as session:
        # A second run that saw less could write over what the first one saw.
        if session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(ONE_AT_A_TIME))):
            session.execute(sa.text("SET LOCAL work_mem = '64MB'"))  # all of the county at once: half the time
            session.execute(COUNT_AGAIN)


def stale_postcodes() -> sa.CompoundSelect[str]:
    """The postcodes whose kept counts are late at this moment."""
    own = sa.select(ReachStale.postcode).where(ReachStale.postcode.is_not(None))
    of_subscribers = (
        sa.select(Household.postcode)
        .join(Subscription, Subscription.household_id == Household.id)
        .join(ReachStale, ReachStale.subscriber_id == Subscription.subscriber_id)
    )
    return sa.union(own, of_subscribers)
