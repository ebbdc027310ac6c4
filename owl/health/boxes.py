"""How the boxes of consultations are: whether each can be opened at its close, and those that closed were."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from owl.consultations.box_keys import has_box_key
from owl.consultations.consultation_models import Consultation, ConsultationStatus
from owl.health.findings import Verdict, doubtful, worst, wrong
from owl.health.patient import Patient

COUNTED_WITHIN = timedelta(minutes=10)  # of the close
FOR_OTHERS = 0o077  # of a folder's mode


def look_at_boxes(patient: Patient) -> Verdict:
    """Whether the key of every announced consultation is readable here, and none waits for its count."""
    found = patient.session.execute(
        sa.select(Consultation.title, Consultation.box_key, Consultation.closes_at).where(
            Consultation.status == ConsultationStatus.ANNOUNCED
        )
    ).all()
    lost = [title for title, key, _ in found if not has_box_key(key or b"")]
    late = [title for title, _, close in found if close and patient.now > close + COUNTED_WITHIN]
    return worst(_faults(patient, lost, late), otherwise=f"{len(found)} announced, each with its key.")


def _faults(patient: Patient, lost: list[str], late: list[str]) -> Iterator[Verdict]:
    if lost:
        yield wrong(
            f"The key of {_named(lost)} can't be read: without it no answer can ever be counted.",
            "Put the file back from the copy of OWL_BALLOT_KEYS, and the contact keys that it was made under.",
        )
    if late:
        yield wrong(f"{_named(late)} closed and is not counted.", "See the log of the worker for office.")
    folder = patient.settings.ballot_keys
    if folder.is_dir() and folder.stat().st_mode & FOR_OTHERS:
        yield doubtful("Other accounts may look into OWL_BALLOT_KEYS.", f"Run chmod 700 {folder}.")


def _named(titles: list[str]) -> str:
    return f"“{titles[0]}”" + (f" and {len(titles) - 1} more" if titles[1:] else "")
