"""Beginning a message with a template, and filling in its blanks."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from owl.foundation.clock import utc_now
from owl.households.choices import CHOICES, Kind
from owl.messages.blanks import blanks_in, filled
from owl.messages.kinds import kind_row
from owl.messages.templates import offered_templates, template_for
from owl.messages.typed_moment import TypedMoment
from owl.web.addresses import row_id
from owl.web.team.sheet import NOT_TYPED, Sheet

ACTS = {"template", "fill", "usual"}


class Offered(NamedTuple):
    """One template, to choose."""

    id: int
    name: str
    kind: str  # its label


def begun(session: Session, sheet: Sheet, act: str, form: MultiDict[str, str]) -> Sheet:
    """What the pressed button makes of the sheet. Raises NotFound for a template that was ended."""
    if act == "fill":
        return _fill(sheet, form)
    began = _begin(session, sheet) if act == "template" else sheet
    return _as_usual(session, began) if act == "usual" or not sheet.kind else began


def offered(session: Session) -> list[Offered]:
    """What an author may begin with, by kind. An invitation begins with its consultation."""
    rows = [row for row in offered_templates(session) if row.kind is not Kind.CONSULTATION_INVITATION]
    return [Offered(row.id, row.name, row.kind.label) for row in rows]


def blanks_of(sheet: Sheet) -> tuple[str, ...]:
    """What is still to be filled in, in any language."""
    texts = [sheet.title, sheet.body, sheet.sms_text]
    for words in sheet.translations:
        texts += [words.title, words.body, words.sms_text]
    return blanks_in(*texts)


def _begin(session: Session, sheet: Sheet) -> Sheet:
    """The template's words where there are none yet, its message below what was typed: nothing is lost."""
    asked = row_id("template")
    if not asked:
        return sheet
    row = template_for(session, asked)
    body = f"{sheet.body.rstrip()}\n\n{row.body}" if sheet.body.strip() else row.body
    return replace(
        sheet,
        kind=row.kind.value,
        title=sheet.title if sheet.title.strip() else row.title,
        body=body,
        sms_text=sheet.sms_text if sheet.sms_text.strip() else row.sms_text,
    )


def _as_usual(session: Session, sheet: Sheet) -> Sheet:
    """How this kind usually goes out; a moment that was typed stays."""
    if sheet.kind not in CHOICES:
        return sheet
    usual, ends = kind_row(session, Kind(sheet.kind)), sheet.valid
    if usual.valid_days and ends == NOT_TYPED:
        ends = TypedMoment.of(utc_now() + timedelta(days=usual.valid_days))
    return replace(sheet, severity=usual.severity.value, channels=frozenset(usual.channels), valid=ends)


def _fill(sheet: Sheet, form: MultiDict[str, str]) -> Sheet:
    answers = dict(zip(form.getlist("blank_name"), form.getlist("blank"), strict=False))
    translations = tuple(
        replace(
            words,
            title=filled(words.title, answers),
            body=filled(words.body, answers),
            sms_text=filled(words.sms_text, answers),
        )
        for words in sheet.translations
    )
    return replace(
        sheet,
        title=filled(sheet.title, answers),
        body=filled(sheet.body, answers),
        sms_text=filled(sheet.sms_text, answers),
        translations=translations,
    )
