"""What workers do: each job calls one verb. Arguments are ids, never contact details."""

from __future__ import annotations

from flask import current_app
from rq import get_current_job

from owl.consultations import announcing_planned, keys_ahead
from owl.consultations import counting as ballot_counting
from owl.consultations.priorities import watching
from owl.delivery import merging, notices, reconciling, recovery, sending, settling, starting
from owl.delivery.bounces import consequences
from owl.delivery.digests import composing
from owl.delivery.shifts import Shift, never
from owl.foundation.clock import utc_now
from owl.foundation.counting import Counted, count
from owl.foundation.current import settings
from owl.foundation.jobs import Job, begins
from owl.health import walking
from owl.households import clearing, counting, telling
from owl.households.importing import uploads
from owl.messages import recurring
from owl.replies import escalating
from owl.reports import tallies
from owl.rights import night
from owl.systems import calling

TOLD_TO_STOP = "owl.told_to_stop"  # the extension by which a job asks its worker


def send_batch(message_id: int, no: int) -> None:
    """Send one batch of a message."""
    told_to_stop = current_app.extensions.get(TOLD_TO_STOP, never)
    sending.send_batch(message_id, no, worker=_worker(), clock=utc_now, shift=Shift(told_to_stop))


def send_notice(notice_id: int) -> None:
    """Send one notice."""
    notices.send_notice_now(notice_id, clock=utc_now)


def merge_receipts() -> None:
    """Merge the receipts that have come in."""
    begins(Job.MERGE_RECEIPTS)
    count(Counted.RECEIPTS, by=merging.merge_receipts(now=utc_now()))


def settle_bounces() -> None:
    """Draw the consequences of the bounces and complaints that have come in."""
    begins(Job.SETTLE_BOUNCES)
    consequences.settle_bounces(now=utc_now())


def reconcile() -> None:
    """Ask Twilio about texts whose last word never came."""
    reconciling.reconcile(now=utc_now(), clock=utc_now)


def sweep() -> None:
    """Queue what is due and held by nobody."""
    recovery.sweep(now=utc_now())


def start_due() -> None:
    """Start the messages whose time has come."""
    starting.start_due(now=utc_now())


def compose_digests() -> None:
    """Make the digests that are due."""
    composing.compose_digests(now=utc_now())


def make_drafts() -> None:
    """Make the drafts of repeated messages whose time has come."""
    recurring.make_drafts(now=utc_now())


def announce_consultations() -> None:
    """Announce the consultations of the yearly plan that open within a week."""
    announcing_planned.announce_planned(now=utc_now())


def make_keys_ahead() -> None:
    """Make signing keys of consultations that are still being written."""
    keys_ahead.make_keys_ahead(now=utc_now())


def settle_cancelled() -> None:
    """Close what cancelled messages still have open."""
    settling.settle_cancelled(now=utc_now())


def count_consultations() -> None:
    """Count the consultations that have closed."""
    ballot_counting.count_due(now=utc_now())


def clear_unfinished() -> None:
    """Forget what nobody finished in time: joinings, proofs, links."""
    clearing.clear_unfinished(utc_now())


def load_lists() -> None:
    """Load the lists of households that were uploaded."""
    begins(Job.LOAD_LISTS)
    uploads.load_waiting_lists(allow_drama=settings().allow_drama_numbers, now=utc_now())


def call_systems() -> None:
    """Tell other systems what happened."""
    calling.spread_events(now=utc_now())
    calling.make_calls(now=utc_now(), allow_local=not settings().in_production)


def delete_what_is_old() -> None:
    """Delete what has outlived its time, once a night."""
    night.delete_what_is_old(now=utc_now())


def keep_counts() -> None:
    """Count again who can be reached where something changed."""
    counting.keep_counts(utc_now())


def keep_tallies() -> None:
    """Count again how far messages came."""
    tallies.keep_tallies(now=utc_now())


def tell_moved() -> None:
    """Tell the next people that their home belongs to another neighbourhood now."""
    telling.tell_moved(utc_now())


def watch_replies() -> None:
    """Tell whoever is to be told of a reply's clock now."""
    escalating.watch_clocks(utc_now())


def watch_priorities() -> None:
    """Tell whoever is to look at priorities before they are too old."""
    watching.watch_priorities(utc_now())


def walk_site() -> None:
    """Ask for every public page once, so that caches hold all of it."""
    walking.walk_site(settings().public_url)


def _worker() -> str:
    job = get_current_job()
    return (job.worker_name if job else None) or "none"
