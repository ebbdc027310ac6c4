"""The statement that claims the next deliveries of a batch."""

from __future__ import annotations

import sqlalchemy as sa

from owl.delivery.pauses import DUE_AT

# As owl.households.wanting says it.
WANTED = """
    CAST(:kind AS text) = ANY (subscription.kinds)
    AND CAST(:kind AS text)
        <> ALL (CASE :channel WHEN 'email' THEN subscription.not_by_mail ELSE subscription.not_by_text END)
    AND (:is_urgent OR NOT subscription.only_urgent AND (:channel = 'email' OR NOT subscription.texts_only_urgent))"""
TICKED = """
    SELECT CAST(ticked_at AT TIME ZONE 'Europe/London' AS date) AS made_on
    FROM partner_tick
    WHERE partner_tick.subscriber_id = contact_point.subscriber_id AND partner_id = :partner
        AND taken_back_at IS NULL"""
# As owl.households.quiet_hours says it.
QUIET = """coalesce(
    CASE WHEN subscriber.quiet_from < subscriber.quiet_until
        THEN :hour >= subscriber.quiet_from AND :hour < subscriber.quiet_until
        ELSE :hour >= subscriber.quiet_from OR :hour < subscriber.quiet_until
    END, false)"""

# As owl.messages.invited_to says it.
HEARD = """
    SELECT FROM voice WHERE voice.consultation_id = CAST(:consultation AS bigint)
        AND voice.household_id = delivery.household_id"""

# By hand, so that what it asks can be read. `ours` renews the lease, if it is still ours and the message still
# goes out; without it nothing is taken. `mine` asks validity, suppression, pause and consent again, then whether its
# recipient has quiet hours now, and locks. What may have been sent already is not held.
# Names and addresses come sealed: opening them is the caller's. `choice` is why somebody gets it: what they chose for
# the home it is aimed at, or for another of theirs since they moved; `ticked` is the same for a partner.
CLAIM_NEXT = sa.text(f"""
WITH ours AS (
    UPDATE batch SET lease_until = :lease_until
    FROM message
    WHERE batch.message_id = :message AND batch.no = :no AND batch.attempt = :attempt
        AND message.id = batch.message_id AND message.status = 'sending'
    RETURNING batch.no
), mine AS (
    SELECT delivery.seq, delivery.status AS was,
        CASE
            WHEN CAST(:is_over AS boolean) THEN 'expired'
            WHEN contact_point.address_index IS NOT NULL
                AND contact_point.suppressed_at IS NULL
                AND team.id IS NOT NULL
                AND (subscriber.paused_until IS NULL OR subscriber.paused_until <= :moment)
                AND choice.made_on IS NOT NULL
                AND (NOT CAST(:is_training AS boolean) OR EXISTS (
                    SELECT FROM training_guest WHERE training_guest.address_index = contact_point.address_index
                ))
                AND (CAST(:partner AS bigint) IS NULL OR ticked.made_on IS NOT NULL)
                AND (CAST(:consultation AS bigint) IS NULL OR NOT EXISTS ({HEARD}))
            THEN CASE WHEN delivery.status <> 'sending' AND NOT :is_urgent AND {QUIET} THEN 'held' ELSE 'sending' END
            ELSE 'suppressed'
        END AS verdict,
        contact_point.address_encrypted AS sealed_address, subscriber.name AS sealed_name, team.id AS team_id,
        coalesce(ticked.made_on, choice.made_on) AS chosen_on, subscriber.language, subscriber.large_text
    FROM delivery
    JOIN contact_point ON contact_point.id = delivery.contact_point_id
    LEFT JOIN subscriber ON subscriber.id = contact_point.subscriber_id
    LEFT JOIN household ON household.id = delivery.household_id
    LEFT JOIN team ON team.neighbourhood_id = household.neighbourhood_id
    LEFT JOIN LATERAL (
        SELECT CAST(coalesce(chosen_at, created_at) AT TIME ZONE 'Europe/London' AS date) AS made_on
        FROM subscription
        WHERE subscription.subscriber_id = contact_point.subscriber_id
            AND (CAST(:whoever_is_left AS boolean) OR {WANTED})
        ORDER BY subscription.household_id = delivery.household_id DESC
        LIMIT 1
    ) AS choice ON true
    LEFT JOIN LATERAL ({TICKED}) AS ticked ON CAST(:partner AS bigint) IS NOT NULL
    WHERE EXISTS (SELECT FROM ours)
        AND delivery.message_id = :message AND delivery.seq BETWEEN :from_seq AND :last_seq
        AND delivery.status IN ('queued', 'held', 'sending') AND {DUE_AT} <= :moment
    ORDER BY delivery.seq
    LIMIT :at_most
    FOR UPDATE OF delivery
), moved AS (
    UPDATE delivery SET
        status = mine.verdict,
        changed_at = CASE WHEN mine.verdict = 'sending' THEN delivery.changed_at ELSE :moment END
    FROM mine
    WHERE delivery.message_id = :message AND delivery.seq = mine.seq AND mine.was <> mine.verdict
)
SELECT * FROM mine ORDER BY seq
""")  # noqa: S608  # the only parts put in are constants of ours
