"""Makes people, homes and addresses of the good rows of a list, in a few statements for all of them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.households.suppressing import WITHDRAWALS


@dataclass(frozen=True, slots=True)
class Written:
    """How many of each there are more than before."""

    people: int
    homes: int
    addresses: int


NEW_PEOPLE = """
    CREATE TEMPORARY TABLE import_person ON COMMIT DROP AS
    SELECT person, nextval(pg_get_serial_sequence('subscriber', 'id')) AS subscriber_id,
        name, quiet_from, quiet_until, rhythm, weekly_allowance, paused_until, language, large_text, joined_at
    FROM (SELECT DISTINCT ON (person) * FROM import_row ORDER BY person, row_no) first
    ORDER BY row_no
"""
PEOPLE = """
    INSERT INTO subscriber (id, name, quiet_from, quiet_until, rhythm, weekly_allowance, paused_until, language,
        large_text, created_at)
    SELECT subscriber_id, name, quiet_from, quiet_until, rhythm, weekly_allowance, paused_until, language,
        large_text, joined_at
    FROM import_person
"""
NEW_HOMES = """
    CREATE TEMPORARY TABLE import_home ON COMMIT DROP AS
    SELECT home, row_no, nextval(pg_get_serial_sequence('household', 'id')) AS household_id,
        postcode, neighbourhood_id, ward_code, house, house_index, joined_at
    FROM (SELECT DISTINCT ON (home) * FROM import_row ORDER BY home, row_no) first
    ORDER BY postcode, row_no
"""
# A house may be here already, or come while we write.
HOMES = """
    INSERT INTO household (id, postcode, neighbourhood_id, ward_code, house, house_index, created_at)
    SELECT household_id, postcode, neighbourhood_id, ward_code, house, house_index, joined_at FROM import_home
    ON CONFLICT (postcode, house_index) DO NOTHING
"""
FIND_HOMES = """
    UPDATE import_home SET household_id = household.id FROM household
    WHERE household.postcode = import_home.postcode AND household.house_index = import_home.house_index
        AND household.id <> household_id
"""
SUBSCRIPTIONS = """
    INSERT INTO subscription (subscriber_id, household_id, tie, kinds, how_far, only_urgent, not_by_mail, not_by_text,
        texts_only_urgent, created_at)
    SELECT subscriber_id, household_id, tie, kinds, how_far, only_urgent,
        not_by_mail, not_by_text, texts_only_urgent, first.joined_at
    FROM (SELECT DISTINCT ON (person, home) * FROM import_row ORDER BY person, home, row_no) first
        JOIN import_person USING (person) JOIN import_home USING (home)
    ORDER BY first.row_no
"""
TICKS = """
    INSERT INTO partner_tick (subscriber_id, partner_id, purpose, source, ticked_at)
    SELECT subscriber_id, partner_id, purpose, source, ticked_at
    FROM (SELECT DISTINCT ON (person, partner_id) * FROM import_tick ORDER BY person, partner_id, row_no) first
        JOIN import_person USING (person)
    ORDER BY first.row_no
"""
ONE_OF_EACH = """
    CREATE TEMPORARY TABLE import_point ON COMMIT DROP AS
    SELECT * FROM (SELECT DISTINCT ON (address_index) * FROM import_address ORDER BY address_index, row_no) first
        JOIN import_person USING (person)
    ORDER BY subscriber_id, row_no
"""
ADDRESSES = """
    INSERT INTO contact_point
        (subscriber_id, channel, address_encrypted, address_index, verified_at, suppressed_at, suppressed_reason)
    SELECT subscriber_id, channel, address, address_index, consented_at, stopped_at, stopped_reason FROM import_point
"""
GIVEN = """
    INSERT INTO consent (at, address_index, channel, given, wording, source)
    SELECT consented_at, address_index, channel, true, wording, source FROM import_point
"""
TAKEN_BACK = """
    INSERT INTO consent (at, address_index, channel, given, wording, source)
    SELECT stopped_at, address_index, channel, false, wording, source FROM import_point
    WHERE stopped_reason = ANY(:withdrawals)
"""
STOPPED = """
    INSERT INTO suppression (address_index, reason, since)
    SELECT address_index, stopped_reason, stopped_at FROM import_point WHERE stopped_at IS NOT NULL
    ON CONFLICT (address_index) DO NOTHING
"""
LOOKED_AT = "ANALYZE household, subscriber, subscription, contact_point, consent"
MANY = 1_000  # rows after which the statistics are worth making anew at once


def write_rows(session: Session) -> Written:
    """Write everybody and everything of the list. Belongs inside the caller's transaction."""

    def run(statement: str, **words: object) -> int:
        return session.execute(sa.text(statement), words).rowcount  # type: ignore[attr-defined, no-any-return]

    run(NEW_PEOPLE)
    people = run(PEOPLE)
    run(NEW_HOMES)
    homes = run(HOMES)
    run(FIND_HOMES)
    run("CREATE INDEX ON import_home (home)")
    run("ANALYZE import_home, import_person")
    run(SUBSCRIPTIONS)
    run(TICKS)
    run(ONE_OF_EACH)
    addresses = run(ADDRESSES)
    run(GIVEN)
    run(TAKEN_BACK, withdrawals=[reason.value for reason in WITHDRAWALS])
    run(STOPPED)
    if people > MANY:
        run(LOOKED_AT)
    return Written(people, homes, addresses)
