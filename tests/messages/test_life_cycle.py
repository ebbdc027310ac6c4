"""The table of moves is whole: every status is reached, and what is final stays."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from owl.messages.life_cycle import EDITABLE, MOVES, may_move, sources
from owl.messages.models import MessageStatus

statuses = st.sampled_from(MessageStatus)


@given(statuses, statuses)
def test_the_sources_of_a_status_are_those_that_may_move_there(before: MessageStatus, after: MessageStatus) -> None:
    assert (before in sources(after)) == may_move(before, after)


@given(statuses)
def test_no_move_leaves_a_message_where_it_is(status: MessageStatus) -> None:
    assert not may_move(status, status)


def test_every_status_is_in_the_table_and_can_be_reached_from_a_draft() -> None:
    reached = {MessageStatus.DRAFT}
    while more := {after for before in reached for after in MOVES[before]} - reached:
        reached |= more
    assert reached == set(MessageStatus) == set(MOVES)


def test_cancelled_and_closed_are_final() -> None:
    assert MOVES[MessageStatus.CANCELLED] == MOVES[MessageStatus.CLOSED] == frozenset()


def test_a_message_is_cancelled_at_any_point_before_it_is_sent() -> None:
    final = {MessageStatus.SENT, MessageStatus.CLOSED, MessageStatus.CANCELLED}
    assert set(sources(MessageStatus.CANCELLED)) == set(MessageStatus) - final


def test_only_a_message_that_waits_can_be_approved() -> None:
    assert MessageStatus.DRAFT not in sources(MessageStatus.SENDING)
    assert MessageStatus.RETURNED not in sources(MessageStatus.SENDING)


def test_what_can_be_edited_can_be_sent_for_approval() -> None:
    assert all(may_move(status, MessageStatus.AWAITING_APPROVAL) for status in EDITABLE)
