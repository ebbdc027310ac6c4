"""`owl demo`: the whole service once, on a folder that is gone afterwards, counted at both ends."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy as sa

from config.settings import names
from owl.delivery.models import Delivery, DeliveryStatus
from owl.delivery.queries import Ledger, ledger
from owl.embedded.caught import Caught
from owl.embedded.first_alert import send_first_alert
from owl.embedded.home import Home
from owl.embedded.residents import WORDS, links_caught, reply_through
from owl.embedded.stack import Say, Stack, stack
from owl.embedded.up import stop_on_signals
from owl.foundation.clock import utc_now
from owl.foundation.database import db
from owl.foundation.notices import Channel
from owl.households.models import ContactPoint

LOOK_EVERY_S = 0.2
WAIT_S = 120.0  # and as long again for each SLOW_PACE households
SLOW_PACE = 20_000
ON_THE_WAY = (DeliveryStatus.QUEUED, DeliveryStatus.HELD, DeliveryStatus.SENDING)


@dataclass(frozen=True)
class Counted:
    """What came of the alert: by our ledger, and as counted at the sinks."""

    households: int
    contact_points: int
    targeted: int
    sent: int
    delivered: int
    failed: int
    suppressed: int
    caught_mails: int
    caught_texts: int
    replies: int
    seconds: float  # from approval to the last receipt

    @property
    def faults(self) -> list[str]:
        """What doesn't add up."""
        found = []
        if self.targeted != self.sent + self.delivered + self.failed + self.suppressed:
            found.append("The ledger does not add up.")
        if self.caught_mails + self.caught_texts != self.targeted - self.suppressed:
            found.append("The sinks did not catch every delivery exactly once.")
        if self.replies != len(WORDS):
            found.append("Not every reply was taken.")
        return found


def run_demo(say: Say, *, households: int) -> Counted:
    """Start everything, send an alert to every demo household, reply to it, and stop. Raises what `stack` does."""
    for name in names():
        os.environ.pop(name, None)  # nobody's real data or providers
    stop_on_signals()
    with (
        _temporary_home() as home,
        stack(home, say, households=households, durable=False, web_port=0) as running,
        running.app.app_context(),
    ):
        return _send_and_count(running, households, say)


@contextmanager
def _temporary_home() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="owl-demo-"))
    home = Home(folder)
    try:
        with home.held():
            yield home
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if folder not in home.sockets.parents:
            shutil.rmtree(home.sockets, ignore_errors=True)


def _send_and_count(running: Stack, households: int, say: Say) -> Counted:
    caught = Caught(running.home.caught)
    say("Sending an alert to the whole county")
    began = time.monotonic()
    message_id = send_first_alert(running.users, now=utc_now())
    _wait_for_last_receipt(running, message_id, WAIT_S * (1 + households // SLOW_PACE))
    seconds = time.monotonic() - began
    time.sleep(0.2)  # the sinks write down in sets
    count = _ledger(message_id)
    mails, texts = caught.count_mails(), caught.count_texts()
    say("Replying as residents")
    links = links_caught(caught, running.settings.public_url, len(WORDS))
    replies = sum(reply_through(link, words) for link, words in zip(links, WORDS, strict=False))
    caught.close()
    return Counted(
        households=households,
        contact_points=db.session.scalar(sa.select(sa.func.count()).select_from(ContactPoint)) or 0,
        targeted=count.targeted,
        sent=count.count(DeliveryStatus.SENT),
        delivered=count.count(DeliveryStatus.DELIVERED),
        failed=count.count(DeliveryStatus.FAILED),
        suppressed=count.count(DeliveryStatus.SUPPRESSED),
        caught_mails=mails,
        caught_texts=texts,
        replies=replies,
        seconds=round(seconds, 2),
    )


def _wait_for_last_receipt(running: Stack, message_id: int, within_s: float) -> None:
    give_up_at = time.monotonic() + within_s
    while _open_deliveries(message_id) and time.monotonic() < give_up_at:
        running.supervisor.look()
        time.sleep(LOOK_EVERY_S)


def _open_deliveries(message_id: int) -> bool:
    """Whether any delivery is on its way, or is a text whose receipt hasn't come."""
    waits_for_receipt = sa.and_(Delivery.status == DeliveryStatus.SENT, ContactPoint.channel == Channel.SMS)
    asked = (
        sa.select(sa.literal(1))
        .select_from(Delivery)
        .join(ContactPoint, ContactPoint.id == Delivery.contact_point_id)
        .where(Delivery.message_id == message_id, sa.or_(Delivery.status.in_(ON_THE_WAY), waits_for_receipt))
        .limit(1)
    )
    found = db.session.scalar(asked) is not None
    db.session.rollback()  # see what others commit meanwhile
    return found


def _ledger(message_id: int) -> Ledger:
    return ledger(db.session(), message_id)


def as_json(counted: Counted) -> dict[str, float]:
    """The object that `--json` prints."""
    return asdict(counted)
