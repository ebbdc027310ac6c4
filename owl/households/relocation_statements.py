"""The SQL of relocations, beside a set that is staged as incoming_postcode and so on.

A home follows its postcode. A postcode that is no longer listed but lived at stays where it is on the ground, with its
nearest neighbour's ward and neighbourhood; a home placed by hand stays too, unless its neighbourhood is no more.
See docs/adr/0026.
"""

from __future__ import annotations

import sqlalchemy as sa

from owl.geography.metres import EAST, NORTH

ON_THE_SHEET = f"(point(location[0] * {EAST}, location[1] * {NORTH}))"

KEEP_LIVED_AT = sa.text(
    f"""
    INSERT INTO incoming_postcode (code, location, ward_code, neighbourhood_id, listed)
    SELECT code, location, near.ward_code, near.neighbourhood_id, false FROM postcode
    CROSS JOIN LATERAL (
        SELECT ward_code, neighbourhood_id FROM incoming_postcode ORDER BY {ON_THE_SHEET} <-> postcode.metres LIMIT 1
    ) near
    WHERE NOT EXISTS (SELECT FROM incoming_postcode WHERE incoming_postcode.code = postcode.code)
        AND EXISTS (SELECT FROM household WHERE household.postcode = postcode.code)
    """  # noqa: S608  # two numbers of ours
)
PLACE_HOMES = sa.text(
    """
    CREATE TEMPORARY TABLE placed ON COMMIT DROP AS
    SELECT household.id, household.postcode, household.neighbourhood_id AS from_id,
        coalesce(incoming_postcode.neighbourhood_id, successor.now_id, household.neighbourhood_id) AS to_id,
        CASE
            WHEN incoming_postcode.code IS NOT NULL THEN incoming_postcode.ward_code
            ELSE (SELECT code FROM incoming_ward WHERE code = household.ward_code)
        END AS to_ward,
        CASE
            WHEN incoming_postcode.code IS NULL THEN 'gone'
            WHEN NOT incoming_postcode.listed THEN 'withdrawn'
            WHEN household.ward_code IS NULL THEN 'arrived'
            ELSE 'boundary'
        END AS why
    FROM household
    LEFT JOIN incoming_postcode ON incoming_postcode.code = household.postcode
    LEFT JOIN successor ON successor.id = household.neighbourhood_id
    """
)
# A home moves for its people where its neighbourhood, or the district of that, is another one.
NAME_THE_MOVES = sa.text(
    """
    CREATE TEMPORARY TABLE moving ON COMMIT DROP AS
    SELECT placed.*, old.name || ', ' || old_district.name AS from_name,
        new.name || ', ' || new_district.name AS to_name
    FROM placed
    JOIN neighbourhood old ON old.id = from_id JOIN district old_district ON old_district.code = old.district_code
    JOIN incoming_neighbourhood new ON new.id = to_id
    JOIN incoming_district new_district ON new_district.code = new.district_code
    WHERE from_id <> to_id OR old.district_code <> new.district_code
    """
)
SUM_UP = sa.text(
    """
    SELECT from_name, to_name, why, count(DISTINCT moving.id) AS homes,
        count(subscription.id) AS people,
        count(subscription.id) FILTER (WHERE NOT EXISTS (
            SELECT FROM contact_point
            WHERE contact_point.subscriber_id = subscription.subscriber_id AND suppressed_at IS NULL
                AND address_index IS NOT NULL
        )) AS out_of_reach,
        (array_agg(DISTINCT postcode ORDER BY postcode))[1 : :most] AS postcodes
    FROM moving LEFT JOIN subscription ON household_id = moving.id
    GROUP BY from_name, to_name, why ORDER BY homes DESC, from_name, to_name, why
    """
)
COUNT_OTHERS = sa.text(
    """
    SELECT
        (
            SELECT count(*) FROM placed JOIN household USING (id)
            WHERE from_id = to_id AND why = 'arrived'
        ) AS arrived,
        (
            SELECT count(*) FROM placed JOIN household USING (id)
            WHERE from_id = to_id AND why = 'boundary' AND to_ward <> ward_code
        ) AS other_ward,
        (SELECT count(*) FROM placed WHERE why = 'withdrawn') AS withdrawn_homes,
        (SELECT count(*) FROM incoming_postcode WHERE NOT listed) AS withdrawn_postcodes,
        (
            SELECT count(*) FROM incoming_postcode
            WHERE listed AND NOT EXISTS (SELECT FROM postcode WHERE postcode.code = incoming_postcode.code)
        ) AS new_postcodes,
        (
            SELECT count(*) FROM postcode
            WHERE NOT EXISTS (SELECT FROM incoming_postcode WHERE incoming_postcode.code = postcode.code)
        ) AS gone_postcodes,
        (
            SELECT count(*) FROM postcode JOIN incoming_postcode USING (code)
            WHERE postcode.neighbourhood_id <> incoming_postcode.neighbourhood_id
        ) AS moved_postcodes
    """
)
GONE_AND_NEW = sa.text(
    """
    SELECT
        ARRAY(SELECT name FROM neighbourhood WHERE id NOT IN (SELECT id FROM incoming_neighbourhood) ORDER BY 1),
        ARRAY(SELECT name FROM incoming_neighbourhood WHERE id NOT IN (SELECT id FROM neighbourhood) ORDER BY 1)
    """
)
WRITE_DOWN = sa.text(
    """
    INSERT INTO relocation (set_id, subscription_id, household_id, from_neighbourhood_id, from_name, why, at)
    SELECT :set_id, subscription.id, moving.id, from_id, from_name, why, :now
    FROM moving JOIN subscription ON household_id = moving.id
    """
)
MOVE_HOMES = sa.text(
    """
    UPDATE household SET neighbourhood_id = to_id, ward_code = to_ward FROM placed
    WHERE placed.id = household.id AND (neighbourhood_id <> to_id OR ward_code IS DISTINCT FROM to_ward)
    """
)
