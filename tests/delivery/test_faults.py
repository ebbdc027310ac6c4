"""Codes in plain words, and which of them are about the address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.delivery.faults import FAULTS, UNKNOWN, FaultClass, known, sentence_of, suppression_for
from owl.households.models import SuppressionReason


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("550 5.1.1", "The mailbox does not exist"),
        ("21610", "This person has stopped texts"),
        ("552 5.2.2", "The mailbox is full"),
        ("999", UNKNOWN.sentence),
        (None, UNKNOWN.sentence),
    ],
)
def test_a_fault_reads_as_a_sentence(fault: str | None, sentence: str) -> None:
    assert sentence_of(fault) == sentence


@pytest.mark.parametrize("fault", ["550 5.7.1", "552 5.2.2", "451 4.7.1", "30003", "30007", "timeout", None])
def test_a_fault_of_ours_or_one_that_passes_never_suppresses(fault: str | None) -> None:
    assert suppression_for(fault) is None


def test_opting_out_at_the_provider_counts_as_opting_out_here() -> None:
    assert suppression_for("21610") is SuppressionReason.STOPPED


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (FaultClass.OPTED_OUT, "21610"),
        (FaultClass.BAD_ADDRESS, "21211 21614 21217 30005 30006 5.1.1 5.1.2 5.1.6 5.1.10 5.4.4"),
        (FaultClass.TRANSIENT, "20429 429 30001 30003 30008 30410 30500 21611 5.2.2 421 451 452 timeout relay"),
        (FaultClass.CONTENT, "30007 30004 21617 5.7.1 5.7.26"),
        (FaultClass.ACCOUNT, "20003 401 20404 21606 21659 21212 21408 21612 30002 30032 30034 5.7.8 535"),
        (FaultClass.UNKNOWN, "99999 5.9.9"),
    ],
)
def test_every_code_has_its_class(kind: FaultClass, codes: str) -> None:
    assert {code: known(code).kind for code in codes.split()} == dict.fromkeys(codes.split(), kind)


def test_only_what_is_about_the_address_suppresses() -> None:
    about_the_address = {FaultClass.OPTED_OUT, FaultClass.BAD_ADDRESS}
    assert {one.kind for one in FAULTS.values() if one.suppresses} == about_the_address


@given(st.text())
def test_any_code_gets_a_sentence(fault: str) -> None:
    assert sentence_of(fault)
    assert suppression_for(fault) is None or set(fault.split()) & set(FAULTS)
