"""Where ballots came from is kept only for groups of five or more."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from owl.consultations.merging import FEWEST, NOWHERE, Origin, merge_small

origins = st.builds(
    Origin, st.sampled_from(["a", "b", "c", None]), st.sampled_from(["1", "2", "3", "4", None])
)  # fmt: skip


@given(st.lists(origins, max_size=60))
def test_no_place_is_left_that_fewer_than_five_came_from(found: list[Origin]) -> None:
    kept = merge_small(found)

    by_place = Counter(one.neighbourhood_id for one in kept)
    assert len(kept) == len(found)
    assert all(number >= FEWEST for group in (Counter(kept), by_place) for number in group.values()) or (
        set(kept) == {NOWHERE} and len(kept) < FEWEST
    )
    for before, after in zip(found, kept, strict=True):
        assert after.neighbourhood_id in {before.neighbourhood_id, None}
        assert after.ward_code in {before.ward_code, None}
        assert after.neighbourhood_id or not after.ward_code


def test_one_straggler_costs_a_few_others_their_place_and_no_more() -> None:
    kept = merge_small([*[Origin("a", "1")] * 200, *[Origin("a", "2")] * 100, Origin("b", "9")])

    assert Counter(one.neighbourhood_id for one in kept) == {"a": 296, None: 5}


def test_what_is_large_enough_stays_as_it_is() -> None:
    found = [*[Origin("a", "1")] * 5, *[Origin("b", "2")] * 5, *[Origin("b", None)] * 5]
    assert merge_small(found) == found
