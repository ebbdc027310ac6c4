"""Codes in plain words, and which of them are about the address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from owl.delivery.faults import SUPPRESSING, UNKNOWN, sentence_of, suppression_for
from owl.households.models import SuppressionReason


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("550 5.1.1", "The mailbox does not exist"),
        ("21610", "This person has stopped texts"),
        ("552 5.2.2", "The mailbox is full"),
        ("999", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_a_fault_reads_as_a_sentence(fault: str | None, sentence: str) -> None:
    assert sentence_of(fault) == sentence


@pytest.mark.parametrize("fault", ["550 5.7.1", "552 5.2.2", "451 4.7.1", "30003", "30007", "timeout", None])
def test_a_fault_of_ours_or_one_that_passes_never_suppresses(fault: str | None) -> None:
    assert suppression_for(fault) is None


def test_opting_out_at_the_provider_counts_as_opting_out_here() -> None:
    assert suppression_for("21610") is SuppressionReason.STOPPED


@given(st.text())
def test_any_code_gets_a_sentence(fault: str) -> None:
    assert sentence_of(fault)
    assert suppression_for(fault) is None or set(fault.split()) & set(SUPPRESSING)
