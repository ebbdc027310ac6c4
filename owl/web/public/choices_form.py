"""The one screen of choices as a form: what is stored, as it would be typed, and what was typed, as choices."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from owl.foundation.clock import LONDON
from owl.foundation.errors import BadInput
from owl.foundation.languages import gettext
from owl.foundation.notices import Channel
from owl.households.choices import CHOICES, HowFar, Kind, Rhythm
from owl.households.choosing import LARGEST_ALLOWANCE, Chosen, HomeChoices, PersonalChoices
from owl.households.pausing import read_day

Form = MultiDict[str, str]
E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

FIELDS = {Channel.EMAIL: "mail", Channel.SMS: "text"}
DAY = ("day", "month", "year")


def as_typed(chosen: Chosen, partner_ids: Collection[int]) -> Form:
    """The form as its owner would fill it in to get what they have now."""
    home, person = chosen.home, chosen.person
    form: Form = MultiDict()
    for channel, kinds in home.by.items():
        form.setlist(FIELDS[channel], [kind.value for kind in kinds])
    form["how_far"] = home.how_far.value
    form["serious"] = "urgent" if home.only_urgent else "all"
    form["texts_only_urgent"] = "yes" if home.texts_only_urgent else ""
    form["rhythm"] = person.rhythm.value
    form["allowance"] = "" if person.weekly_allowance is None else str(person.weekly_allowance)
    form["quiet_from"], form["quiet_until"] = map(str, person.quiet_hours or ("", ""))
    form.setlist("partners", [str(partner_id) for partner_id in partner_ids])
    if person.paused_until is not None:
        day = person.paused_until.astimezone(LONDON)
        form["until-day"], form["until-month"], form["until-year"] = str(day.day), str(day.month), str(day.year)
    return form


def read_choices(form: Form, channels: Collection[Channel], *, now: datetime) -> tuple[HomeChoices, PersonalChoices]:
    """What was chosen. Raises BadInput with every fault at once."""
    faults: dict[str, str] = {}

    def read(reader: Callable[[], T], otherwise: T) -> T:
        try:
            return reader()
        except BadInput as fault:
            faults.update(fault.fields)
            return otherwise

    home = HomeChoices(
        read(lambda: _by(form, channels), {}),
        read(lambda: _one_of(HowFar, form, "how_far"), HowFar.DISTRICT),
        read(lambda: _serious(form), False),  # what stands there where the form is refused anyway
        form.get("texts_only_urgent") == "yes",
    )
    person = PersonalChoices(
        read(lambda: _one_of(Rhythm, form, "rhythm"), Rhythm.AT_ONCE),
        read(lambda: _allowance(form), None),
        read(lambda: _quiet_hours(form), None),
        read(lambda: _pause(form, now), None),
        read(lambda: _partners(form), frozenset()),
    )
    if faults:
        raise BadInput(faults)
    return home, person


def _by(form: Form, channels: Collection[Channel]) -> dict[Channel, frozenset[Kind]]:
    typed = {channel: set(form.getlist(FIELDS[channel])) for channel in channels}
    ticked = set().union(*typed.values())
    if not ticked or not ticked <= {kind.value for kind in CHOICES}:
        raise BadInput({"kinds": gettext("Choose at least one kind of message. To stop all of them, leave OWL.")})
    return {channel: frozenset(map(Kind, kinds)) for channel, kinds in typed.items()}


def _serious(form: Form) -> bool:
    if form.get("serious") not in {"all", "urgent"}:
        raise BadInput({"serious": gettext("Choose one of these.")})
    return form["serious"] == "urgent"


def _one_of(members: type[E], form: Form, field: str) -> E:
    try:
        return members(form.get(field, ""))
    except ValueError:
        raise BadInput({field: gettext("Choose one of these.")}) from None


def _allowance(form: Form) -> int | None:
    typed = form.get("allowance", "")
    return _number(typed, LARGEST_ALLOWANCE, "allowance") if typed else None


def _quiet_hours(form: Form) -> tuple[int, int] | None:
    typed = [form.get("quiet_from", ""), form.get("quiet_until", "")]
    if not any(typed):
        return None
    if not all(typed):
        raise BadInput({"quiet_from": gettext("Choose both hours, or “No quiet hours” in both.")})
    begins, ends = (_number(hour, 23, "quiet_from") for hour in typed)
    if begins == ends:
        raise BadInput(
            {"quiet_from": gettext("Choose two different hours. To get nothing at all, pause your messages.")}
        )
    return begins, ends


def _pause(form: Form, now: datetime) -> datetime | None:
    typed = {part: form.get(f"until-{part}", "") for part in DAY}
    return read_day(typed, today=now.astimezone(LONDON).date()) if any(map(str.strip, typed.values())) else None


def _partners(form: Form) -> frozenset[int]:
    largest = 2**31
    return frozenset(_number(typed, largest, "partners") for typed in form.getlist("partners"))


def _number(typed: str, largest: int, field: str) -> int:
    if not (typed.isascii() and typed.isdigit() and len(typed) <= 10 and int(typed) <= largest):
        raise BadInput({field: gettext("Choose one of these.")})
    return int(typed)
