"""What residents were asked in two years, so that benches open its pages at full size: ballots, remarks, priorities."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bench.stage import Say, Stage
from owl.consultations.announcing import announce_consultation
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.consultations.draft import ConsultationDraft
from owl.consultations.planning_the_year import plan_year
from owl.consultations.starting_questions import starting_questions, starting_wordings
from owl.consultations.working_out import work_out
from owl.consultations.writing import create_consultation
from owl.foundation.clock import utc_now
from owl.foundation.database import contact_keys, db, transaction
from owl.foundation.languages import Language
from owl.geography.queries import neighbourhoods

BALLOTS = 50_000
WORDS = (
    "Cars race along the High Street at night.",
    "The lamp in the alley is broken.",
    "Thank you, it has got better.",
    "Somebody sells drugs behind the shops every evening.",
)
THEMES = ("speeding", "lighting", "drugs", "other", "police")

_BALLOTS = sa.text(
    """
    INSERT INTO counted_ballot (id, consultation_id, source, neighbourhood_id, ward_code, answers)
    SELECT gen_random_uuid(), :consultation, (ARRAY['invited', 'invited', 'invited', 'open', 'paper'])[1 + n % 5],
        neighbourhood_id, ward_code,
        jsonb_build_object(
            'q1', jsonb_build_array(named[1 + n % 10], named[1 + (n + 3) % 10]), 'q3', 1 + n % 5,
            'q4', jsonb_build_object('s1', 'agree', 's2', (ARRAY['agree', 'disagree', 'pass'])[1 + n % 3])
        )
    FROM (
        SELECT neighbourhood_id, ward_code, row_number() OVER (ORDER BY md5(CAST(id AS text))) AS n FROM household
        WHERE ward_code IS NOT NULL
    ) AS home
    CROSS JOIN (SELECT CAST(:options AS text[]) AS named) AS options
    WHERE n <= :ballots
    """
)
_REMARKS = sa.text(
    """
    INSERT INTO remark (id, consultation_id, question, source, neighbourhood_id, words_encrypted, place, theme,
        looked_at_by_id)
    SELECT gen_random_uuid(), :consultation, CASE WHEN n % 5 > 0 THEN 'q5' ELSE 'q2' END, 'invited',
        household.neighbourhood_id,
        CASE WHEN n % 5 > 0 THEN (CAST(:words AS bytea[]))[1 + n % cardinality(CAST(:words AS bytea[]))] END,
        CASE WHEN n % 5 = 0 THEN jsonb_build_object('lat', round(CAST(location[1] AS numeric), 3), 'lon',
            round(CAST(location[0] AS numeric), 3)) END,
        CASE WHEN n % 5 > 0 AND n % 3 > 0 THEN (CAST(:themes AS text[]))[1 + n % 5] END,
        CASE WHEN n % 5 > 0 AND n % 3 > 0 THEN CAST(:author AS integer) END
    FROM (SELECT *, row_number() OVER (ORDER BY md5(CAST(id AS text))) AS n FROM household) AS household
    JOIN postcode ON postcode.code = household.postcode
    WHERE n <= :remarks
    """
)
_ISSUES = sa.text(
    """
    WITH raised AS (
        INSERT INTO raised_issue (neighbourhood_id, raised_at)
        SELECT id, now() - n * interval '20 days'
        FROM neighbourhood CROSS JOIN generate_series(1, 12) AS n
        RETURNING id
    ), signed AS (
        INSERT INTO signed_decision (issue_id, number, issue, decision, reason, evidence, action, until, writer_ids,
            owner_id, signer_id, signed_at)
        SELECT id, 1, 'Speeding in street ' || id, 'chosen', 'Most homes asked for it.', '', 'Patrol after school.',
            CAST(now() + interval '90 days' AS date), ARRAY[CAST(:author AS bigint)], :author, :signer, now()
        FROM raised WHERE id % 4 > 0
    ), updates AS (
        INSERT INTO priority_update (issue_id, words, done_on, writer_id, written_at)
        SELECT id, 'We stopped ' || n || ' drivers.', CAST(now() - n * interval '10 days' AS date), :author, now()
        FROM raised CROSS JOIN generate_series(1, 5) AS n WHERE id % 4 > 0
    )
    INSERT INTO decision_draft (issue_id, version, issue, reason, evidence, action, writer_ids, changed_at)
    SELECT id, 1, 'Bins in street ' || id, '', '', '', ARRAY[CAST(:author AS bigint)], now()
    FROM raised WHERE id % 4 = 0
    """
)


def asked_residents(here: Stage, *, asker_id: int, say: Say) -> list[int]:
    """Ids of consultations: of the county with its results out, and of a team: counted, open, and a draft.

    Made unless they are there. `asker_id`: whose area is the county.
    """
    if not db.session.scalar(sa.select(sa.exists().where(Consultation.id.is_not(None)))):
        say(f"Making a consultation of the county with {BALLOTS:,} ballots")
        db.session.rollback()
        _make(here, asker_id, utc_now())
    found = db.session.scalars(
        sa.select(Consultation.id).where(Consultation.round.is_(None)).order_by(Consultation.id)
    ).all()
    db.session.rollback()
    return [*found]


def _make(here: Stage, asker_id: int, now: datetime) -> None:
    places = [row.id for row in neighbourhoods(db.session())]
    db.session.rollback()
    _counted(places, ConsultationStatus.PUBLISHED, author_id=asker_id, ballots=BALLOTS, now=now)
    _counted(places[:1], ConsultationStatus.COUNTED, author_id=asker_id, ballots=2_000, now=now)
    with transaction() as session:
        session.execute(_ISSUES, {"author": here.users[0].id, "signer": asker_id})
    asked = _draft(places[:1], closes_at=now + timedelta(days=28))
    opened = create_consultation(asked, author_id=asker_id, now=now)
    announce_consultation(opened, actor_id=asker_id, version=1, now=now)
    create_consultation(asked, author_id=asker_id, now=now)
    plan_year(now.year + 1, user_id=asker_id, now=now)


def _draft(places: list[str], *, closes_at: datetime) -> ConsultationDraft:
    words = starting_wordings()[Language.ENGLISH]
    return ConsultationDraft(
        title=words.title, intro=words.intro, neighbourhood_ids=frozenset(places), questions=starting_questions(),
        closes_at=closes_at,
    )  # fmt: skip


def _counted(places: list[str], status: ConsultationStatus, *, author_id: int, ballots: int, now: datetime) -> None:
    """Make one that closed yesterday, as the count leaves it."""
    keys, closed = contact_keys(), now - timedelta(days=1)
    with transaction() as session:
        row = Consultation(
            **_draft(places, closes_at=closed).columns() | {"opens_at": closed - timedelta(days=28)},
            slug=f"bench-{len(places)}", status=status, author_id=author_id, created_at=closed - timedelta(days=30),
            counted_at=closed, published_at=closed if status is ConsultationStatus.PUBLISHED else None,
            box_key=b"of a box that is gone",
        )  # fmt: skip
        session.add(row)
        session.flush()
        options = [option.id for option in starting_questions()[0].options]
        session.execute(_BALLOTS, {"consultation": row.id, "options": options, "ballots": ballots})
        words = [keys.encrypt(each, context="remark.words") for each in WORDS]
        session.execute(
            _REMARKS,
            {
                "consultation": row.id,
                "words": words,
                "themes": [*THEMES],
                "author": author_id,
                "remarks": ballots // 2,
            },
        )
        work_out(session, row)
