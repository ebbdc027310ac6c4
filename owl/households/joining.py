"""Joining: the verbs behind the pages, from a postcode to an address that waits to be proved.

Nothing is sent before the last of them, `ask_to_join`, and nobody is a subscriber before an
address is proved (owl.households.proving). What was typed lies sealed in one row that the
visitor's session names by a random token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict, Expired
from owl.foundation.languages import gettext
from owl.foundation.notices import Channel
from owl.foundation.signed_links import hash_token, new_token
from owl.geography.queries import Place
from owl.households.answers import Answers, Step
from owl.households.choices import CHOICES
from owl.households.consent_wording import CURRENT
from owl.households.email_addresses import parse_email
from owl.households.models import Joining, Proof
from owl.households.names import parse_house, parse_name
from owl.households.phone_numbers import parse_mobile
from owl.households.proving import ask_for_proof

TO_ANSWER = timedelta(hours=2)  # since the last answer
TO_PROVE = timedelta(hours=48)

T = TypeVar("T")


class NotJoining(Expired):
    """There is no joining by this token, or it took too long."""

    def __init__(self) -> None:
        super().__init__(
            gettext("Your answers are not here any more, so nothing was saved. We keep them for two hours.")
        )


class AlreadyAsked(Conflict):
    """The joining was finished before this answer came."""

    def __init__(self) -> None:
        super().__init__(gettext("You have already finished joining with the answers you gave. Nothing was changed."))


class Unfinished(Conflict):
    """A question is still without an answer."""

    def __init__(self) -> None:
        super().__init__(gettext("One question is still without an answer, so nothing was sent."))


class AnswersChanged(Conflict):
    """What was agreed to on the last page is not what is stored: another tab changed it."""

    def __init__(self) -> None:
        super().__init__(gettext("Your answers changed in another window after you saw them. Please check them again."))


@dataclass(frozen=True, slots=True)
class JoiningRow:
    """A joining as its owner sees it."""

    id: int
    answers: Answers
    asked: bool  # consent is given, and the proofs are on their way
    proved: frozenset[Channel]


def read_joining(session: Session, token: str | None, *, now: datetime) -> JoiningRow:
    """The joining that a visitor's token names. Raises NotJoining."""
    joining = _find(session, token, now)
    used = select(Proof.channel).where(Proof.joining_id == joining.id, Proof.used_at.is_not(None))
    return JoiningRow(
        joining.id,
        Answers.from_json(joining.answers),
        joining.consented_at is not None,
        frozenset(session.scalars(used)),
    )


def neighbourhood_joined(session: Session, joining_id: int) -> str:
    """The id of the neighbourhood that a joining is for."""
    return Answers.from_json(session.get_one(Joining, joining_id).answers).neighbourhood_id


def start_joining(
    place: Place, *, token: str | None, invitation_id: int | None = None, now: datetime
) -> tuple[str, Step]:
    """Begin at the place, or move the joining that the token names there; its token and next question.

    With an invitation it is the home of whoever made it.
    """
    with transaction() as session:
        try:
            joining = _find_open(session, token, now)
        except (NotJoining, AlreadyAsked):
            token, token_hash = new_token()
            answers = Answers(place.postcode, place.neighbourhood_id, place.ward_code, invitation_id=invitation_id)
            session.add(Joining(token_hash=token_hash, answers=answers.to_json(), expires_at=now + TO_ANSWER))
        else:
            assert token is not None  # noqa: S101  # it found the joining
            before = Answers.from_json(joining.answers)
            answers = replace(
                before, postcode=place.postcode, neighbourhood_id=place.neighbourhood_id, ward_code=place.ward_code
            )
            if before.postcode != answers.postcode:
                answers = replace(answers, house=None, invitation_id=None)  # another home
            if invitation_id is not None:
                answers = replace(answers, house=None, invitation_id=invitation_id)
            _write(joining, answers, now)
        return token, answers.step


def save_contact(
    token: str | None, *, email: str, mobile: str, name: str, house: str, allow_drama: bool, now: datetime
) -> Step:
    """Keep how to reach somebody and what they are called; the next question.

    Raises BadInput with a sentence for every field that is wrong, NotJoining or AlreadyAsked.
    """
    faults: dict[str, str] = {}
    typed_email = _checked(faults, lambda: parse_email(email) if email.strip() else None)
    typed_mobile = _checked(faults, lambda: parse_mobile(mobile, allow_drama=allow_drama) if mobile.strip() else None)
    typed_name = _checked(faults, lambda: parse_name(name))
    typed_house = _checked(faults, lambda: parse_house(house))
    if not email.strip() and not mobile.strip():
        faults["email"] = gettext("Enter an email address, a mobile number, or both.")
    if faults:
        raise BadInput(faults)
    return _change(
        token,
        lambda answers: replace(
            answers,
            email=typed_email,
            mobile=typed_mobile,
            name=typed_name,
            house=typed_house if answers.invitation_id is None else None,  # the home is known
        ),
        now,
    )


def save_kinds(token: str | None, *, kinds: Iterable[str], now: datetime) -> Step:
    """Keep what somebody wants to hear of; the next question. Raises BadInput, NotJoining or AlreadyAsked."""
    chosen = set(kinds)
    known = tuple(kind for kind in CHOICES if kind in chosen)
    if not known or len(known) != len(chosen):
        raise BadInput({"kinds": gettext("Choose at least one kind of message.")})
    return _change(token, lambda answers: replace(answers, kinds=known), now)


def save_consent(token: str | None, *, wording: str, now: datetime) -> Step:
    """Keep which words were agreed to; the next question. Raises BadInput, NotJoining or AlreadyAsked.

    `wording` is the version on the page that was ticked; an empty one was not ticked.
    """
    if wording not in CURRENT.values():
        raise BadInput({"agree": gettext("Tick the box if you agree. Without it we may not send you messages.")})
    return _change(token, lambda answers: replace(answers, wording=wording), now)


def ask_to_join(token: str | None, *, fingerprint: str, now: datetime) -> Answers:
    """Record the consent and send each address its proof; a second call changes and sends nothing.

    `fingerprint` is of the answers that were shown. Raises NotJoining, Unfinished or AnswersChanged.
    """
    with transaction() as session:
        joining = _find(session, token, now, lock=True)
        answers = Answers.from_json(joining.answers)
        if joining.consented_at is not None:
            return answers
        if answers.step is not Step.CHECK:
            raise Unfinished
        if answers.fingerprint != fingerprint:
            raise AnswersChanged
        joining.consented_at, joining.expires_at = now, now + TO_PROVE
        for channel, address in answers.addresses.items():
            ask_for_proof(session, channel=channel, address=address, joining_id=joining.id, now=now)
        return answers


def ask_again(token: str | None, *, channel: Channel, now: datetime) -> None:
    """Send the proof of one address again; quietly not, where it had enough today. Raises NotJoining."""
    with transaction() as session:
        joining = _find(session, token, now, lock=True)
        address = Answers.from_json(joining.answers).addresses.get(channel)
        if joining.consented_at is not None and address is not None:
            ask_for_proof(session, channel=channel, address=address, joining_id=joining.id, now=now)


def _change(token: str | None, change: Callable[[Answers], Answers], now: datetime) -> Step:
    with transaction() as session:
        joining = _find_open(session, token, now)
        before = Answers.from_json(joining.answers)
        answers = change(before)
        if answers.addresses.keys() != before.addresses.keys():
            answers = replace(answers, wording=None)  # the words agreed to name the channels
        _write(joining, answers, now)
        return answers.step


def _write(joining: Joining, answers: Answers, now: datetime) -> None:
    joining.answers, joining.expires_at = answers.to_json(), now + TO_ANSWER


def _find_open(session: Session, token: str | None, now: datetime) -> Joining:
    joining = _find(session, token, now, lock=True)
    if joining.consented_at is not None:
        raise AlreadyAsked
    return joining


def _find(session: Session, token: str | None, now: datetime, *, lock: bool = False) -> Joining:
    if not token:
        raise NotJoining
    found = select(Joining).where(Joining.token_hash == hash_token(token), Joining.expires_at > now)
    joining = session.scalar(found.with_for_update() if lock else found)
    if joining is None:
        raise NotJoining
    return joining


def _checked(faults: dict[str, str], parse: Callable[[], T]) -> T | None:
    try:
        return parse()
    except BadInput as error:
        faults.update(error.fields)
        return None
