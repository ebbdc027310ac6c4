"""The failures that people can cause, each with a status and a sentence for the screen.

OwlError
├── BadInput      400  what was typed can't be used; says why beside each field
├── Unknown       401  we don't know who asks
├── Refused       403  this user may not do this
├── NotFound      404  there is no such thing, or not for this person
├── Conflict      409  somebody or something got there first
├── Expired       410  a link that has done its work or outlived it
└── TooMany       429  more often than is allowed

Anything else that is raised is a bug and reaches the log with its trace.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus


class OwlError(Exception):
    """A failure with a sentence that says what to do."""

    status = HTTPStatus.BAD_REQUEST

    @property
    def sentence(self) -> str:
        """What the person is told."""
        return str(self)


class BadInput(OwlError):
    """What was typed can't be used. `fields` maps each field's name to its sentence."""

    def __init__(self, fields: Mapping[str, str] | str) -> None:
        self.fields: dict[str, str] = {"": fields} if isinstance(fields, str) else dict(fields)
        super().__init__(" ".join(self.fields.values()))


class Unknown(OwlError):
    """We don't know who asks."""

    status = HTTPStatus.UNAUTHORIZED


class Refused(OwlError):
    """The user may not do this; the refusal is audited."""

    status = HTTPStatus.FORBIDDEN


class NotFound(OwlError):
    """There is no such thing, or not for this person."""

    status = HTTPStatus.NOT_FOUND


class Conflict(OwlError):
    """Somebody or something got there first."""

    status = HTTPStatus.CONFLICT


class Expired(OwlError):
    """A link that has done its work or outlived it."""

    status = HTTPStatus.GONE


class TooMany(OwlError):
    """More often than is allowed."""

    status = HTTPStatus.TOO_MANY_REQUESTS
