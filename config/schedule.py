"""What the clock does again and again. Each job may run twice or late without harm."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Repeated:
    """A job without arguments, and how often it is queued."""

    job: str  # of owl.foundation.jobs.Job
    every_s: float
    queue: str  # of owl.foundation.jobs.Queue


SCHEDULE = (
    # Work that a queue lost is found within two of these: promise 3 gives it 60 s.
    Repeated("workers.jobs.sweep", every_s=20, queue="notices"),
    Repeated("workers.jobs.start_due", every_s=3, queue="notices"),
    Repeated("workers.jobs.settle_cancelled", every_s=3, queue="notices"),
    # Until then what changed is counted one by one; a minute's changes cost a reader less than a millisecond.
    Repeated("workers.jobs.keep_counts", every_s=60, queue="notices"),
    # It looks at the clock itself: half past seven in London. To find nothing due takes a millisecond.
    Repeated("workers.jobs.compose_digests", every_s=30, queue="notices"),
    # A week before a repeated message is to go out; usually none.
    Repeated("workers.jobs.make_drafts", every_s=600, queue="office"),
    # A week before a planned consultation opens; usually none.
    Repeated("workers.jobs.announce_consultations", every_s=600, queue="office"),
    # Of drafts for many neighbourhoods, two seconds' work at a time; usually none.
    Repeated("workers.jobs.make_keys_ahead", every_s=20, queue="office"),
    # Whoever has another neighbourhood since a new boundary set; by day.
    Repeated("workers.jobs.tell_moved", every_s=60, queue="bulk"),
    # Urgent words of residents reach a sergeant within a minute; to find nothing to tell takes a millisecond.
    Repeated("workers.jobs.watch_replies", every_s=30, queue="notices"),
    # Priorities that grow old, by the day; a few rows.
    Repeated("workers.jobs.watch_priorities", every_s=1800, queue="office"),
    # It looks at the clock itself and works at night. On a queue where nobody waits at a screen.
    Repeated("workers.jobs.reconcile", every_s=1800, queue="bulk-texts"),
    # Those whose job was lost; usually none.
    Repeated("workers.jobs.load_lists", every_s=60, queue="office"),
    # How messages did by area, while it changes; nothing due is ten milliseconds.
    Repeated("workers.jobs.keep_tallies", every_s=10, queue="office"),
    # What happened is told to other systems soon, and tried again where they don't answer. Usually nothing.
    Repeated("workers.jobs.call_systems", every_s=10, queue="office"),
    # A box is opened within a minute of its close: 50,000 ballots take about half a minute. Usually nothing.
    Repeated("workers.jobs.count_consultations", every_s=20, queue="office"),
    # So that caches hold the whole public site when nothing else works; a few seconds.
    Repeated("workers.jobs.walk_site", every_s=600, queue="office"),
    # Once a night, whenever the clock comes round to it.
    Repeated("workers.jobs.delete_what_is_old", every_s=1800, queue="office"),
    Repeated("workers.jobs.clear_unfinished", every_s=3600, queue="notices"),
)
