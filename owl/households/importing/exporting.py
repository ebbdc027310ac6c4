"""Writes all households in the format that is imported, so that a force can leave and take everybody along."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest

import sqlalchemy as sa
from sqlalchemy.orm import Session

from owl.accounts.permissions import Permission, require
from owl.foundation.audit import record_act
from owl.foundation.database import db, transaction
from owl.foundation.notices import Channel
from owl.households.contact_points import show_address
from owl.households.importing.cells import harmless
from owl.households.importing.columns import Column
from owl.households.importing.rows import COLUMN_OF, STOPPED_OF
from owl.households.models import Consent, ContactPoint, Household, Subscriber, Subscription

PAGE = 1_000  # people read together

Cells = Mapping[Column, str]


def export_households(*, now: datetime, actor_id: int | None = None) -> Iterator[str]:
    """The lines of the file, its header first, a set of people at a time. That somebody took it is in the audit.

    Raises Refused, before the first line.
    """
    with transaction() as session:
        if actor_id is not None:
            require(session, actor_id, Permission.ADMINISTER)
        record_act(session, "export households", actor_id=actor_id, subject="households", subject_id=None, now=now)
    return _lines()


def _lines() -> Iterator[str]:
    session = db.session()  # only now: a page's own is put away before its answer is read, and nobody would close it
    yield _line({column: column.value for column in Column})
    last = 0
    while people := session.execute(
        sa.select(Subscriber).where(Subscriber.id > last).order_by(Subscriber.id).limit(PAGE)
    ).scalars().all():  # fmt: skip
        last = people[-1].id
        ids = [person.id for person in people]
        homes, addresses = _homes(session, ids), _addresses(session, ids)
        for person in people:
            habits = _habits(person)
            for row in _rows(homes[person.id], addresses[person.id]):
                yield _line({**habits, **row})
        session.expunge_all()


def _rows(homes: Sequence[Cells], addresses: Sequence[Cells]) -> Iterator[Cells]:
    """As few rows as hold each home and each address once; each row is at some home, not each has an address."""
    if homes and addresses:
        for home, given in zip_longest(homes, addresses):
            yield {**(home or homes[-1]), **(given or {})}


def _habits(person: Subscriber) -> dict[Column, str]:
    return {
        Column.PERSON: str(person.id),
        Column.NAME: person.name or "",
        Column.QUIET_FROM: _number(person.quiet_from),
        Column.QUIET_UNTIL: _number(person.quiet_until),
        Column.RHYTHM: person.rhythm.value,
        Column.WEEKLY_ALLOWANCE: _number(person.weekly_allowance),
        Column.PAUSED_UNTIL: person.paused_until.isoformat() if person.paused_until else "",
        Column.JOINED: person.created_at.isoformat(),
    }


def _homes(session: Session, subscriber_ids: Sequence[int]) -> defaultdict[int, list[Cells]]:
    asked = (
        sa.select(Subscription, Household)
        .join(Household, Household.id == Subscription.household_id)
        .where(Subscription.subscriber_id.in_(subscriber_ids))
        .order_by(Subscription.id)
    )
    found: defaultdict[int, list[Cells]] = defaultdict(list)
    for chosen, home in session.execute(asked):
        found[chosen.subscriber_id].append(
            {
                Column.HOME: str(home.id),
                Column.POSTCODE: home.postcode,
                Column.HOUSE: home.house or "",
                Column.NEIGHBOURHOOD: home.neighbourhood_id,
                Column.TIE: chosen.tie.value,
                Column.KINDS: ";".join(chosen.kinds),
                Column.HOW_FAR: chosen.how_far.value,
                Column.ONLY_URGENT: _yes(chosen.only_urgent),
                Column.NOT_BY_MAIL: ";".join(chosen.not_by_mail),
                Column.NOT_BY_TEXT: ";".join(chosen.not_by_text),
                Column.TEXTS_ONLY_URGENT: _yes(chosen.texts_only_urgent),
            }
        )
    return found


def _addresses(session: Session, subscriber_ids: Sequence[int]) -> defaultdict[int, list[Cells]]:
    """Of each person, a mail and a mobile together where they were agreed to together."""
    evidence = (
        sa.select(Consent.address_index, Consent.at, Consent.wording, Consent.source)
        .where(Consent.given)
        .order_by(Consent.at, Consent.id)  # the last one counts
    )
    asked = sa.select(ContactPoint).where(
        ContactPoint.subscriber_id.in_(subscriber_ids), ContactPoint.address_index.is_not(None)
    )
    points = session.scalars(asked.order_by(ContactPoint.id)).all()
    indexes = [point.address_index for point in points]
    given = {row.address_index: row for row in session.execute(evidence.where(Consent.address_index.in_(indexes)))}
    together: defaultdict[tuple[int, str, str, str], dict[Channel, list[Cells]]] = defaultdict(
        lambda: {channel: [] for channel in Channel}
    )
    for point in points:
        said = given.get(point.address_index)
        at, wording, source = (said.at, said.wording, said.source) if said else (point.verified_at, "", "")
        key = (point.subscriber_id or 0, at.isoformat(), wording, source)
        together[key][point.channel].append(_address(point))
    found: defaultdict[int, list[Cells]] = defaultdict(list)
    for (subscriber_id, *agreed), by_channel in together.items():
        consent = dict(zip((Column.CONSENT_DATE, Column.CONSENT_WORDING, Column.CONSENT_SOURCE), agreed, strict=True))
        for pair in zip_longest(*by_channel.values(), fillvalue={}):
            found[subscriber_id].append(consent | {column: cell for one in pair for column, cell in one.items()})
    return found


def _address(point: ContactPoint) -> Cells:
    stopped = f"{point.suppressed_at.isoformat()} {point.suppressed_reason}" if point.suppressed_at else ""
    shown = show_address(point.channel, point.address or "")
    return {COLUMN_OF[point.channel]: shown, STOPPED_OF[point.channel]: stopped}


def _line(cells: Cells) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([harmless(cells.get(column, "")) for column in Column])
    return line.getvalue()


def _yes(chosen: bool) -> str:  # noqa: FBT001  # a cell
    return "yes" if chosen else "no"


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
