"""The doctor tells of a box that could not be opened before it is too late."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from owl.consultations.box_keys import destroy_box_key
from owl.foundation.current import settings
from owl.health.boxes import look_at_boxes
from owl.health.findings import State
from owl.health.patient import Patient
from tests.consultations.boxes import open_consultation
from tests.factories import NOW


def test_a_lost_key_an_uncounted_box_and_an_open_folder_are_told(session: Session) -> None:
    asked = open_consultation(session)
    assert asked.box_key

    assert look_at_boxes(Patient(settings(), NOW)).state is State.OK
    settings().ballot_keys.chmod(0o755)
    assert "chmod 700" in look_at_boxes(Patient(settings(), NOW)).advice
    settings().ballot_keys.chmod(0o700)
    assert "not counted" in look_at_boxes(Patient(settings(), NOW + timedelta(days=2))).sentence
    destroy_box_key(asked.box_key)
    verdict = look_at_boxes(Patient(settings(), NOW))
    assert verdict.state is State.WRONG
    assert "can't be read" in verdict.sentence
