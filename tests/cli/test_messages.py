"""`owl messages`: as a named user, with that user's permissions and no others."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session

from config.settings import Settings
from owl.accounts.models import User
from owl.cli.commands import main
from owl.delivery.models import DeliveryStatus
from owl.embedded.environment import environment_of
from owl.messages.models import Message, MessageStatus
from tests import factories
from tests.accounts.places import HATFIELD, HITCHIN

Run = Callable[..., Result]


@pytest.fixture
def run(settings: Settings, committed: Session, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name, value in environment_of(settings).items():
        monkeypatch.setenv(name, value)
    return lambda *arguments, typed=None: CliRunner().invoke(
        main, ["messages", *map(str, arguments)], input=typed, catch_exceptions=False
    )


@pytest.fixture
def officer(committed: Session) -> User:
    return factories.user(committed, areas=[HITCHIN], email="asha@police.example.com")


@pytest.fixture
def message(committed: Session) -> Message:
    message = factories.message(
        committed, neighbourhood_ids=[HITCHIN], status=MessageStatus.SENDING, targeted=2, finished_at=None
    )
    for state in (DeliveryStatus.SENT, DeliveryStatus.QUEUED):
        factories.delivery(committed, of=message, status=state)
    return message


def test_a_message_is_listed_shown_paused_resumed_and_cancelled(
    run: Run, officer: User, message: Message, committed: Session
) -> None:
    as_officer = ("--as", officer.email)
    assert message.title in run("list", *as_officer).output
    listed = json.loads(run("list", "--json", *as_officer).output)
    assert [row["id"] for row in listed["messages"]] == [message.id]
    shown = json.loads(run("show", message.id, "--json", *as_officer).output.splitlines()[-1])
    assert (shown["status"], shown["sent"], shown["queued"], shown["ledger_holds"]) == ("sending", 1, 1, True)

    assert json.loads(run("pause", message.id, "--json", *as_officer).output)["status"] == "paused"
    again = run("pause", message.id, *as_officer)
    assert again.exit_code == 1
    assert "It stands at: paused." in again.output
    # Without batches nothing is left to do, so it is sent as soon as it may go on.
    assert json.loads(run("resume", message.id, "--json", *as_officer).output)["status"] == "sent"


def test_what_can_not_be_undone_asks_first_and_says_how_many_have_gone(
    run: Run, officer: User, message: Message, committed: Session
) -> None:
    asked = run("cancel", message.id, "--as", officer.email, typed="n\n")
    assert asked.exit_code == 1
    assert "1 have gone, 1 are left" in asked.output
    committed.expire_all()
    assert committed.get_one(Message, message.id).status is MessageStatus.SENDING

    done = run("cancel", message.id, "--as", officer.email, typed="y\n")
    assert done.exit_code == 0
    assert "Cancelled by PC" in done.output


def test_a_stand_down_is_asked_for_with_words_or_with_the_usual_ones(
    run: Run, officer: User, message: Message, committed: Session
) -> None:
    written = json.loads(
        run("stand-down", message.id, "--as", officer.email, "--words", "Found.", "--yes", "--json").output
    )
    assert (written["status"], written["follows"]) == ("awaiting_approval", message.id)
    ending = committed.get_one(Message, written["id"])
    assert (ending.title, ending.body) == (f"Stand-down: {message.title}", "Found.")


def test_who_does_not_see_a_message_can_not_stop_it_and_nobody_is_nobody(
    run: Run, message: Message, committed: Session
) -> None:
    stranger = factories.user(committed, areas=[HATFIELD])
    refused = run("pause", message.id, "--as", stranger.email)
    assert (refused.exit_code, "no such message" in refused.output) == (1, True)
    nobody = run("pause", message.id, "--as", "nobody@example.com")
    assert (nobody.exit_code, "No user signs in" in nobody.output) == (1, True)
    assert run("pause", message.id).exit_code == 2
    committed.expire_all()
    assert committed.get_one(Message, message.id).status is MessageStatus.SENDING


def test_a_message_that_is_not_late_is_not_sent_anyway(run: Run, officer: User, message: Message) -> None:
    refused = run("send-anyway", message.id, "--as", officer.email)
    assert refused.exit_code == 1
    assert "It stands at: sending." in refused.output
