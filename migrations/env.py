"""Alembic's environment: online only, against the one database that OWL runs on."""

from __future__ import annotations

import warnings
from typing import Any

from alembic import context
from flask_security import AsaList
from sqlalchemy import NullPool, create_engine

import owl.accounts.cover_models
import owl.accounts.models
import owl.accounts.officer_models
import owl.accounts.page_models
import owl.consultations.consultation_models
import owl.consultations.door_models
import owl.consultations.priorities.models
import owl.delivery.digests.models
import owl.delivery.last_mile_models
import owl.delivery.models
import owl.foundation.audit
import owl.foundation.events
import owl.foundation.notices
import owl.geography.models
import owl.geography.set_models
import owl.households.allowance_models
import owl.households.count_models
import owl.households.guest_models
import owl.households.home_models
import owl.households.importing.models
import owl.households.models
import owl.households.partner_models
import owl.households.talk_models
import owl.messages.kind_models
import owl.messages.link_models
import owl.messages.models
import owl.messages.picture_models
import owl.messages.recurring_models
import owl.messages.review_models
import owl.messages.template_models
import owl.messages.unsaved_models
import owl.messages.voice_models
import owl.replies.models
import owl.replies.ticket_models
import owl.reports.models
import owl.systems.models
import owl.watches.models  # noqa: F401  # imported for their tables
from owl.foundation.database import Choice, EncryptedText, Model
from owl.geography.models import Point


def is_ours(name: str | None, kind: str, _: object) -> bool:
    """Partitions come and go with the messages; the models know only their parent."""
    return not (kind == "table" and name is not None and name.startswith("delivery_"))


def render(kind: str, item: Any, _: Any) -> str | bool:
    """Our own types as the plain types they are stored in: a migration outlives today's code."""
    for ours, stored in (
        (Choice, "sa.Text()"),
        (EncryptedText, "sa.LargeBinary()"),
        (Point, "Point()"),
        (AsaList, "sa.Text()"),
    ):
        if kind == "type" and isinstance(item, ours):
            return stored
    return False


warnings.filterwarnings("ignore", "Did not recognize type 'point'")  # reflected, never compared
connection = context.config.attributes.get("connection")
engine = None if connection else create_engine(context.config.attributes["url"], poolclass=NullPool)
with connection or engine.connect() as live:  # type: ignore[union-attr]
    context.configure(
        connection=live,
        target_metadata=Model.metadata,
        transaction_per_migration=True,
        include_name=is_ours,
        render_item=render,
    )
    with context.begin_transaction():
        context.run_migrations()
