"""Two years of a county's work, so that a bench can show that pages stay quick: messages, deliveries and replies."""

from __future__ import annotations

import sqlalchemy as sa

from bench.stage import Say, Stage
from owl.delivery.partitions import MESSAGES_EACH, ensure_partition
from owl.foundation.database import contact_keys, db, transaction

DAYS = 730
COUNTY_EVERY = 20  # rounds: one message of so many goes to the whole county

# Mails first, as planning numbers them.
_POINTS = sa.text(
    """
    CREATE UNLOGGED TABLE bench_point AS
    SELECT household.neighbourhood_id, contact_point.id, household_id, contact_point.channel,
        row_number() OVER (PARTITION BY household.neighbourhood_id ORDER BY channel, contact_point.id) AS seq,
        row_number() OVER (ORDER BY channel, contact_point.id) AS county_seq
    FROM contact_point JOIN subscription USING (subscriber_id) JOIN household ON household.id = household_id
    """
)
_MESSAGES = sa.text(
    """
    INSERT INTO message (kind, severity, status, code, version, title, body, translations, audience,
        neighbourhood_ids, targeted, homes, author_id, approver_id, approval_needed_because, names_a_person,
        training, created_at, submitted_at, approved_at, finished_at, valid_until)
    SELECT (ARRAY['crime_alert', 'crime_alert', 'prevention_advice', 'witness_appeal', 'event', 'good_news',
            'missing_person'])[1 + (CAST(:round AS integer) + no) % 7],
        'routine', 'sent', upper(substr(md5(:round || ' ' || no), 1, 10)), 1,
        'Something happened, number ' || :round, 'Something happened. **Look after your shed.**', '{}',
        jsonb_build_object('include', jsonb_build_array(area), 'exclude', '[]'::jsonb,
            'channels', '["email", "sms"]'::jsonb),
        ids, 0, 0, :author, :approver, '{}', false, false, at, at, at, at + interval '5 minutes',
        at + interval '14 days'
    FROM (
        SELECT row_number() OVER (ORDER BY id) AS no, 'neighbourhood:' || id AS area, ARRAY[id] AS ids
        FROM neighbourhood WHERE NOT :county
        UNION ALL
        SELECT 1, 'county:hertfordshire', array_agg(id ORDER BY id) FROM neighbourhood HAVING :county
    ) AS place
    CROSS JOIN (
        SELECT now() - :days * interval '1 day' * (1 - CAST(:round AS float) / :rounds) - interval '1 hour' AS at
    ) AS moment
    RETURNING id
    """
)
_DELIVERIES = sa.text(
    """
    INSERT INTO delivery (message_id, seq, contact_point_id, household_id, status, attempts, changed_at)
    SELECT message.id, CASE WHEN :county THEN point.county_seq ELSE point.seq END, point.id, household_id,
        CASE WHEN point.id % 50 = 0 THEN 'failed' WHEN point.id % 97 = 0 THEN 'suppressed' ELSE 'sent' END, 1,
        approved_at
    FROM message JOIN bench_point AS point ON point.neighbourhood_id = ANY (neighbourhood_ids)
    WHERE message.id BETWEEN :first AND :last
    """
)
_TALLIES = sa.text(
    """
    WITH area AS (
        SELECT message_id, household.neighbourhood_id, count(DISTINCT household_id) AS homes, count(*) AS deliveries
        FROM delivery JOIN household ON household.id = household_id
        WHERE message_id BETWEEN :first AND :last GROUP BY message_id, household.neighbourhood_id
    ), written AS (
        INSERT INTO area_tally (message_id, neighbourhood_id, homes_there, homes, reached, mails, texts)
        SELECT message_id, neighbourhood_id, homes, homes, homes, jsonb_build_object('sent', deliveries), '{}' FROM area
    ), whole AS (
        SELECT message_id, sum(homes) AS homes, sum(deliveries) AS targeted FROM area GROUP BY message_id
    ), tally AS (
        INSERT INTO message_tally (message_id, counted_at, reached, failed, useful, not_useful, replies)
        SELECT message_id, now(), targeted, 0, homes / 40, homes / 200, 30 FROM whole
    ), outcome AS (
        INSERT INTO message_outcome (message_id, led_to, recorded_by, recorded_at)
        SELECT message_id, ARRAY['information'], :author, now() FROM whole WHERE message_id % 3 = 0
    ), batches AS (
        INSERT INTO batch (message_id, no, channel, lane, first_seq, last_seq, due_at, attempt, crashes, done_at)
        SELECT message_id, 1, 'email', 'bulk', 1, targeted, now(), 1, 0, now() FROM whole
    )
    UPDATE message SET homes = whole.homes, targeted = whole.targeted FROM whole WHERE message.id = whole.message_id
    """
)
_REPLIES = sa.text(
    """
    WITH sent AS (
        SELECT id, neighbourhood_ids, approved_at, row_number() OVER (ORDER BY id) AS no, count(*) OVER () AS all_
        FROM message WHERE status = 'sent'
    ), written AS (
        INSERT INTO reply (message_id, subscriber_id, neighbourhood_id, idempotency_key, words_encrypted, received_at,
            due_at, answered_at, state, urgent, urgent_told)
        SELECT sent.id, CASE WHEN n % 5 > 0 THEN subscriber_id END, point.neighbourhood_id, :key || n,
            (CAST(:words AS bytea[]))[1 + n % cardinality(CAST(:words AS bytea[]))], sent.approved_at,
            CASE WHEN n % 5 > 0 THEN sent.approved_at + interval '72 hours' END,
            CASE WHEN n % 5 > 0 AND n % 50 > 1 THEN sent.approved_at + n % 80 * interval '1 hour' END,
            CASE n % 50 WHEN 0 THEN 'open' WHEN 1 THEN 'waiting' ELSE 'closed' END, n % 500 = 0, false
        FROM generate_series(1, :replies) AS n
        JOIN sent ON sent.no = 1 + CAST(n AS bigint) * 7919 % sent.all_
        JOIN LATERAL (
            SELECT neighbourhood_id, bench_point.id FROM bench_point
            WHERE county_seq = 1 + CAST(n AS bigint) * 104729 % :points
        ) AS point ON true
        JOIN contact_point ON contact_point.id = point.id
        RETURNING id, neighbourhood_id, due_at, answered_at
    ), ended AS (
        INSERT INTO ended_clock (neighbourhood_id, due_at, ended_at, ending)
        SELECT neighbourhood_id, due_at, answered_at, 'answered' FROM written WHERE answered_at IS NOT NULL
    )
    INSERT INTO answer (reply_id, author_id, words_encrypted, written_at)
    SELECT id, :author, :answer, answered_at FROM written WHERE answered_at IS NOT NULL
    """
)
_WATCHES = sa.text(
    """
    WITH made AS (
        INSERT INTO watch (kind, name, neighbourhood_id, standing, version, created_at)
        SELECT 'neighbourhood', 'Lane ' || n, id, 'active', 1, now()
        FROM neighbourhood CROSS JOIN generate_series(1, :each) AS n
        RETURNING id, neighbourhood_id
    ), places AS (
        INSERT INTO watch_area (watch_id, code) SELECT id, neighbourhood_id FROM made
    ), runs AS (
        INSERT INTO watch_coordinator (watch_id, user_id, vetting, tier, vetted_until, named_at)
        SELECT id, :coordinator, 'vetted', 3, now() + interval '1 year', now() FROM (SELECT id FROM made LIMIT 3) AS few
    )
    INSERT INTO watch_member (watch_id, subscription_id, paper_if_unreached, joined_at)
    SELECT made.id, subscription.id, true, now()
    FROM made JOIN household USING (neighbourhood_id) JOIN subscription ON household_id = household.id
    WHERE subscription.id % 100 = made.id % 100
    """
)
_AUDIT = sa.text(
    """
    INSERT INTO audit (at, actor_id, act, subject, subject_id, details)
    SELECT now() - n * interval '1 minute', CASE WHEN n % 3 > 0 THEN CAST(:author AS integer) END,
        (ARRAY['approve message', 'claim reply', 'answer reply', 'refused: team_messages.show'])[1 + n % 4], 'message',
        n % 3000, '{}'
    FROM generate_series(1, :acts) AS n
    """
)
_USERS = sa.text(
    """
    WITH made AS (
        INSERT INTO "user" (email, name, rank, active, fs_uniquifier, failed_sign_ins, failed_second_steps, training,
            created_at)
        SELECT 'officer-' || n || '@owl.example.com', 'Officer ' || n, 'PC', true, md5('officer ' || n), 0, 0, false,
            now()
        FROM generate_series(1, :users) AS n
        RETURNING id
    ), roles AS (
        INSERT INTO user_role (user_id, role_id) SELECT made.id, role.id FROM made JOIN role ON role.name = 'officer'
    )
    INSERT INTO user_area (user_id, neighbourhood_id)
    SELECT made.id, place.id FROM made
    JOIN (SELECT id, row_number() OVER (ORDER BY id) AS no FROM neighbourhood) AS place ON place.no = 1 + made.id % 33
    """
)
WORDS = (
    "I saw a white van near the shops.",
    "Thank you.",
    "When is the next meeting?",
    "Our shed was broken into too.",
)


def two_years(here: Stage, *, deliveries: int, replies: int, coordinator_id: int, say: Say) -> int:
    """How many deliveries there are after making a county's two years, unless they are there."""
    if not db.session.scalar(sa.text("SELECT to_regclass('bench_point') IS NOT NULL")):
        author_id, approver_id = here.users[0].id, here.users[1].id
        with transaction() as session:
            session.execute(_POINTS)
            session.execute(sa.text("ALTER TABLE bench_point ADD PRIMARY KEY (county_seq)"))
            session.execute(sa.text("CREATE INDEX ON bench_point (neighbourhood_id)"))
            session.execute(_WATCHES, {"each": 30, "coordinator": coordinator_id})
            session.execute(_USERS, {"users": 500})
            session.execute(_AUDIT, {"acts": 500_000, "author": author_id})
        points = db.session.scalar(sa.text("SELECT count(*) FROM bench_point")) or 1
        db.session.rollback()
        rounds = max(1, deliveries // points)
        for no in range(1, rounds + 1):
            _round(no, rounds, author_id, approver_id)
            if no % 20 == 0:
                say(f"  {no * points:,} of {deliveries:,} old deliveries")
        _write_replies(replies, author_id, points)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("VACUUM ANALYZE"))
    there = db.session.scalar(sa.text("SELECT count(*) FROM delivery")) or 0
    db.session.rollback()
    return there


def _round(no: int, rounds: int, author_id: int, approver_id: int) -> None:
    """One message of each team to its homes, or one to everybody."""
    is_county = no % COUNTY_EVERY == 0
    with transaction() as session:
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))  # nothing to look up a row
        made = session.scalars(
            _MESSAGES,
            {
                "round": no,
                "rounds": rounds,
                "county": is_county,
                "days": DAYS,
                "author": author_id,
                "approver": approver_id,
            },
        ).all()
        span = {"first": min(made), "last": max(made), "author": author_id}
        for message_id in range(span["first"], span["last"] + MESSAGES_EACH, MESSAGES_EACH):
            ensure_partition(session, message_id)
        session.execute(_DELIVERIES, {**span, "county": is_county})
        session.execute(_TALLIES, span)


def _write_replies(replies: int, author_id: int, points: int) -> None:
    keys = contact_keys()
    with transaction() as session:
        session.execute(
            _REPLIES,
            {
                "words": [keys.encrypt(words, context="reply.words") for words in WORDS],
                "answer": keys.encrypt("Thank you for telling us.", context="answer.words"),
                "key": "bench-",
                "replies": replies,
                "points": points,
                "author": author_id,
            },
        )
