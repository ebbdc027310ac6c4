"""How many an audience reaches, exactly and in milliseconds, and where they live.

What is counted beforehand is added up; what changed since, and the few homes that can't be counted beforehand, are
counted one by one. All of it is one statement, so that no change falls in between. See docs/adr/0015-kept-counts.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from owl.foundation.notices import Channel
from owl.households.choices import HowFar, Kind
from owl.households.count_models import ReachApart, ReachCount, kept_in
from owl.households.counting import stale_postcodes
from owl.households.models import Household
from owl.households.wanting import Topic, wanted
from owl.messages.audience import Area, AreaKind, Audience, by_how_far, codes, watches
from owl.messages.invited_to import postcodes_heard
from owl.messages.places import homes_inside, inside_any
from owl.messages.reach import check_areas, recipients
from owl.messages.small_cells import Breakdown, hide_few
from owl.watches.areas import postcodes_with

ANY_TOPIC = Topic(Kind.CRIME_ALERT, urgent=True)  # reaches most
BY = {
    AreaKind.NEIGHBOURHOOD: "neighbourhood_id",
    AreaKind.WARD: "ward_code",
    AreaKind.SECTOR: "sector",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """How many a message would reach now."""

    homes: int
    mails: int
    texts: int


def count_reach(session: Session, audience: Audience, topic: Topic, now: datetime) -> Reach:
    """How many homes, mails and texts. Raises EmptyAudience or UnknownArea."""
    check_areas(session, audience)
    counted = _counted(audience, topic, now)
    columns = (counted.c.homes, counted.c.mails, counted.c.texts)
    _plan_each(session)
    return Reach(*map(int, session.execute(sa.select(*(sa.func.coalesce(sa.func.sum(c), 0) for c in columns))).one()))


def reach_by_area(session: Session, audience: Audience, topic: Topic, now: datetime, *, by: AreaKind) -> Breakdown:
    """How many homes in each neighbourhood, ward or sector, without those where the few could be guessed.

    Raises EmptyAudience or UnknownArea.
    """
    check_areas(session, audience)
    counted = _counted(audience, topic, now)
    place = counted.c[BY[by]]
    _plan_each(session)
    found = session.execute(sa.select(place, sa.func.sum(counted.c.homes)).group_by(place))
    return hide_few({row[0]: int(row[1]) for row in found if row[1]})


def homes_by_ward(session: Session, neighbourhood_ids: Iterable[str], now: datetime) -> dict[str, int]:
    """How many homes an urgent alert would reach in each ward, as far as these neighbourhoods hold it.

    Whole wards, whatever is drawn: two counts with a house between them would tell of that house. Few are hidden
    within each neighbourhood, whose sum anybody can count who may write there.
    """
    areas = [Area(AreaKind.NEIGHBOURHOOD, neighbourhood_id) for neighbourhood_id in neighbourhood_ids]
    if not areas:
        return {}
    counted = _counted(Audience.of(areas, channels=Channel), ANY_TOPIC, now)
    place = (counted.c.neighbourhood_id, counted.c.ward_code)
    _plan_each(session)
    cells: dict[str, dict[str | None, int]] = defaultdict(dict)
    for neighbourhood_id, ward_code, homes in session.execute(
        sa.select(*place, sa.func.sum(counted.c.homes)).group_by(*place)
    ):
        cells[neighbourhood_id][ward_code] = int(homes)
    found: Counter[str] = Counter()
    for wards in cells.values():
        found.update({code: homes for code, homes in hide_few(wards).cells if code})
    return dict(found)


def _plan_each(session: Session) -> None:
    """Have statements planned for the areas they ask about; one plan for any polygon takes eight times as long."""
    session.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))


def _counted(audience: Audience, topic: Topic, now: datetime) -> sa.Subquery:
    """(neighbourhood_id, ward_code, sector, homes, mails, texts) of parts that share no home and no contact point."""
    reached = recipients(audience, topic, now).order_by(None)
    # So many homes, not postcodes; and partners have few messages, and ticks enough to double what is kept.
    few = all(area.kind is AreaKind.WATCH for area in audience.include)
    if few or codes(audience.include, AreaKind.NEAREST) or topic.partner_id is not None:
        return _by_home(_placed(reached)).subquery()
    single = watches((*audience.include, *audience.exclude))  # not postcodes, but some of their homes
    late_ones: list[sa.SelectBase] = [stale_postcodes()]
    if single:
        late_ones.append(postcodes_with(single))
    if topic.invites_to is not None:
        late_ones.append(postcodes_heard(topic.invites_to))
    stale = (sa.union(*late_ones) if late_ones[1:] else late_ones[0]).cte("stale")
    late = Household.postcode.in_(sa.select(stale.c.postcode))
    beforehand = (
        sa.select(ReachCount.neighbourhood_id, ReachCount.ward_code, ReachCount.sector, *_columns(audience, topic))
        .where(ReachCount.kind == topic.kind.value, homes_inside(audience, ReachCount))
        .where(~sa.exists().where(stale.c.postcode == ReachCount.postcode))
    )
    apart = (
        sa.select(ReachApart.contact_point_id, ReachApart.channel, ReachApart.household_id)
        .add_columns(ReachApart.neighbourhood_id, ReachApart.ward_code, ReachApart.sector)
        .where(homes_inside(audience, ReachApart, ReachApart.how_far))
        .where(*wanted(topic, ReachApart, ReachApart.channel))
        .where(sa.or_(ReachApart.paused_until.is_(None), ReachApart.paused_until <= now))
        .where(ReachApart.channel.in_(sorted(audience.channels)))
        .where(~sa.exists().where(stale.c.postcode == ReachApart.postcode))
    )
    one_by_one = _by_home(sa.union_all(apart, _placed(reached.where(late))))
    return sa.union_all(beforehand, one_by_one).subquery()


def _columns(audience: Audience, topic: Topic) -> list[sa.Label[int]]:
    """The kept counts that the audience's channels make use of."""
    by_mail, by_text = Channel.EMAIL in audience.channels, Channel.SMS in audience.channels
    by_one = "homes_by_mail" if by_mail else "homes_by_text"
    counts = {
        "homes": _kept("homes" if by_mail and by_text else by_one, audience, topic),
        "mails": _kept("mails", audience, topic) if by_mail else sa.literal(0),
        "texts": _kept("texts", audience, topic) if by_text else sa.literal(0),
    }
    return [count.label(name) for name, count in counts.items()]


def _kept(measure: str, audience: Audience, topic: Topic) -> sa.ColumnElement[int]:
    """The kept count of a postcode's homes for the nearest of the levels at which the audience reaches them."""
    levels = by_how_far(audience.include)
    columns: dict[HowFar, sa.ColumnElement[int]] = {
        far: ReachCount.__table__.c[kept_in(measure, urgent=topic.urgent, how_far=far)] for far in levels
    }
    *nearer, farthest = levels
    if not nearer:
        return columns[farthest]
    return sa.case(*((inside_any(levels[far], ReachCount), columns[far]) for far in nearer), else_=columns[farthest])


def _placed(reached: sa.Select[int, int, Channel, int | None]) -> sa.Select[int, Channel, int, str, str | None, str]:
    """Each contact point, with where its home is."""
    each = reached.subquery()
    return sa.select(
        each.c.contact_point_id,
        each.c.channel,
        Household.id.label("household_id"),
        Household.neighbourhood_id,
        Household.ward_code,
        Household.sector,
    ).join(each, each.c.household_id == Household.id)


def _by_home(reached: sa.SelectBase) -> sa.Select[str, str | None, str, int, int, int]:
    """A row for each home; of a contact point's homes inside the one with the lowest id, as in `recipients`."""
    each = reached.subquery()
    once = distinct_on(each.c.contact_point_id)
    tie = sa.select(each).ext(once).order_by(each.c.contact_point_id, each.c.household_id).subquery()
    place = (tie.c.neighbourhood_id, tie.c.ward_code, tie.c.sector)
    number = sa.func.count()
    return sa.select(
        *place,
        sa.literal(1).label("homes"),
        number.filter(tie.c.channel == Channel.EMAIL).label("mails"),
        number.filter(tie.c.channel == Channel.SMS).label("texts"),
    ).group_by(tie.c.household_id, *place)
