"""What Twilio says later of a text: kept at once, many in one commit. owl.delivery.merging moves the deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import psycopg

from owl.delivery.models import DeliveryStatus

# What each word of a status callback means for a delivery; the words left out tell us nothing new.
# https://www.twilio.com/docs/messaging/guides/track-outbound-message-status
MEANING = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.DELIVERED,
    "undelivered": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
}

KEEP = """
    INSERT INTO receipt (message_id, seq, provider_reference, said, fault, received_at)
    SELECT told.*, %s FROM unnest(%s::bigint[], %s::int[], %s::text[], %s::text[], %s::text[]) AS told
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Told:
    """One status callback, with a word of MEANING."""

    message_id: int
    seq: int
    provider_reference: str
    said: str
    fault: str | None


class ReceiptBook:
    """Writes receipts, on a connection of its own that commits by itself: one round trip for each set.

    Not through a session: that takes six (ping, BEGIN, INSERT, COMMIT and so on), and a county's
    texts bring hundreds of thousands of receipts. Opened at the first use, so never shared by a fork.
    """

    def __init__(self, database_url: str) -> None:
        self._url = database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._connection: psycopg.Connection | None = None

    def keep(self, told: Sequence[Told], *, now: datetime) -> int:
        """Keep the receipts for good; how many were news. A repeated one changes nothing. Raises psycopg.Error."""
        # In one order everywhere: two that keep the same receipts at once would wait for each other for ever.
        ordered = sorted(told, key=lambda one: (one.provider_reference, one.said))
        rows = [(one.message_id, one.seq, one.provider_reference, one.said, one.fault) for one in ordered]
        columns = [list(column) for column in zip(*rows, strict=True)]
        if not rows:
            return 0
        is_fresh = self._connection is None
        try:
            return self._open().execute(KEEP, [now, *columns], prepare=True).rowcount
        except psycopg.OperationalError:
            self.close()
            if is_fresh:
                raise
        return self._open().execute(KEEP, [now, *columns], prepare=True).rowcount  # PostgreSQL had been restarted

    def close(self) -> None:
        """Let go of the connection; the next use opens one again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> psycopg.Connection:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        return self._connection
