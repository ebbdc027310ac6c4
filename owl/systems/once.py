"""A request that is sent twice is done once: the second gets the answer of the first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from owl.foundation.database import transaction
from owl.foundation.errors import BadInput, Conflict
from owl.systems.models import ApiRequest

FORM = re.compile(r"[\x21-\x7e]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered the first time."""

    status: int
    answer: dict[str, Any]


class UnderWay(Conflict):
    """The same request is being done at this moment, or was cut off in the middle."""

    def __init__(self) -> None:
        super().__init__(
            "A request with this Idempotency-Key is under way, or was cut off. "
            "Look whether it was done before you send it with another key."
        )


class AnotherRequest(Conflict):
    """The idempotency key belongs to a request that said something else."""

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used for another request. Use a new one for each new request.")


def begin(key_id: int, idempotency_key: str, request_hash: bytes, *, now: datetime) -> Answered | None:
    """None: do it, then `answered` or `undone`. Else what was answered before.

    Raises BadInput for a key that can't be kept, UnderWay and AnotherRequest.
    """
    if not FORM.fullmatch(idempotency_key):
        raise BadInput("Send an Idempotency-Key of up to 100 letters, digits and signs, a new one for each request.")
    new = (
        insert(ApiRequest)
        .values(key_id=key_id, idempotency_key=idempotency_key, request_hash=request_hash, asked_at=now)
        .on_conflict_do_nothing()
        .returning(ApiRequest.key_id)
    )
    with transaction() as session:
        if session.scalar(new) is not None:
            return None
        before = session.get_one(ApiRequest, (key_id, idempotency_key))
        if before.request_hash != request_hash:
            raise AnotherRequest
        if before.status is None:
            raise UnderWay
        return Answered(before.status, before.answer or {})


def answered(key_id: int, idempotency_key: str, status: int, answer: dict[str, Any]) -> None:
    """Keep what was answered."""
    with transaction() as session:
        session.execute(
            sa.update(ApiRequest)
            .where(ApiRequest.key_id == key_id, ApiRequest.idempotency_key == idempotency_key)
            .values(status=status, answer=answer)
        )


def undone(key_id: int, idempotency_key: str) -> None:
    """Forget the request: nothing came of it, so it may be sent again."""
    with transaction() as session:
        session.execute(
            sa.delete(ApiRequest).where(ApiRequest.key_id == key_id, ApiRequest.idempotency_key == idempotency_key)
        )
