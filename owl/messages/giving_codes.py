"""A code for each new message, as its row is written."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultExecutionContext

from owl.messages.codes import new_code

TAKEN = sa.text("SELECT EXISTS (SELECT FROM message WHERE code = :code)")


def free_code(context: DefaultExecutionContext) -> str:
    """A code that no message has. Of two drawn alike in the same moment the unique column lets one in."""
    code = new_code()
    while context.root_connection.scalar(TAKEN, {"code": code}):
        code = new_code()
    return code
