"""How the work goes: who does it, what keeps it going, and what has waited too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from config.schedule import SCHEDULE
from owl.foundation.counting import MAILIN, TICK, read_beats
from owl.foundation.jobs import Queue
from owl.health.findings import Verdict, doubtful, fine, worst, wrong
from owl.health.flow import (
    LaneFlow,
    Waiting,
    due_notices,
    lanes,
    late_messages,
    messages,
    stuck_messages,
    unmerged_receipts,
)
from owl.health.patient import Patient
from owl.health.queues import queue_states
from owl.messages.models import MessageStatus

CLOCK_S = 30
MAILIN_S = 60
LATE_BY = 3  # times its interval, then a repeated job is overdue; and a little, for the queue
URGENT = {Queue.URGENT, Queue.URGENT_TEXTS}
URGENT_WAITS = timedelta(seconds=30)
OTHERS_WAIT = timedelta(minutes=2)
RECEIPTS_WAIT = timedelta(minutes=2)
NOTICES_WAIT = timedelta(minutes=1)
START_WORKERS = "Start the workers; the Procfile says how. Their logs say why they ended."


def look_at_workers(patient: Patient) -> Verdict:
    """Whether every queue is served."""
    states = queue_states(patient.redis, now=patient.now)
    unserved = [queue.value for queue, state in states.items() if not state.workers]
    if unserved:
        return wrong(f"Nobody serves {', '.join(unserved)}.", START_WORKERS)
    return fine(", ".join(f"{queue.value}: {state.workers}" for queue, state in states.items()) + ".")


def look_at_clock(patient: Patient) -> Verdict:
    """Whether the clock ticks, and what it queues gets done."""
    beats = read_beats(patient.redis)
    ticked = beats.get(TICK)
    if ticked is None or patient.now.timestamp() - ticked > CLOCK_S:
        return wrong(
            "It does not tick: what queues lose stays lost, and nothing is started on time.",
            "Start `owl clock`, on one machine only.",
        )
    overdue = list(_overdue(beats, patient.now))
    if overdue:
        return wrong(f"It ticks, but {', '.join(overdue)} is not getting done.", "See the logs of the notices worker.")
    return fine("It ticks, and what it queues gets done.")


def _overdue(beats: dict[str, float], now: datetime) -> Iterator[str]:
    """What should have been done again by now. After Redis was emptied nothing is known for a while."""
    for entry in SCHEDULE:
        name = entry.job.rpartition(".")[2]
        done = beats.get(name)
        if done is not None and now.timestamp() - done > LATE_BY * entry.every_s + CLOCK_S:
            yield name


def look_at_mailin(patient: Patient) -> Verdict:
    """Whether somebody takes in bounces and complaints."""
    told_at = read_beats(patient.redis).get(MAILIN)
    if told_at is None or patient.now.timestamp() - told_at > MAILIN_S:
        return wrong(
            "Nobody takes in bounces and complaints: we go on writing to addresses that are dead.",
            "Start `owl mailin`, and route the mail of OWL_BOUNCE_DOMAIN to it.",
        )
    return fine("Bounces and complaints are taken in.")


def look_at_batches(patient: Patient) -> Verdict:
    """Whether what is due is being sent."""
    flow = lanes(patient.session, now=patient.now)
    waiting = sum(lane.due for lane in flow.values())
    return worst(
        (verdict for queue, lane in flow.items() for verdict in _judge(queue, lane, patient.now)),
        otherwise=f"{sum(lane.held for lane in flow.values())} are being sent, {waiting} wait their turn.",
    )


def _judge(queue: Queue, lane: LaneFlow, now: datetime) -> Iterator[Verdict]:
    """A long wait behind others is nothing unusual: that nobody sends, is."""
    if lane.crashed:
        yield doubtful(
            f"Workers ended in the middle of {lane.crashed} batches in {queue.value}.",
            "Their logs, and the machine's, say why (memory?). What ends every worker is found and set aside.",
        )
    if lane.due_since is None or lane.held:
        return
    waited, limit = now - lane.due_since, URGENT_WAITS if queue in URGENT else OTHERS_WAIT
    if waited > limit:
        yield wrong(
            f"{lane.due} batches in {queue.value} are due since {_ago(waited)} and nobody sends them.",
            "See whether workers and Redis are well here; if so, the workers' logs say why.",
        )


def look_at_messages(patient: Patient) -> Verdict:
    """Whether messages wait for a person, or can't come to their end."""
    session = patient.session
    paused, late = messages(session)[MessageStatus.PAUSED], late_messages(session, now=patient.now)
    return worst(_amiss(paused, late, stuck_messages(session)), otherwise="None is paused, late or stuck.")


def _amiss(paused: int, late: int, stuck: int) -> Iterator[Verdict]:
    if late:
        yield doubtful(
            f"{late} could not start on time and wait for somebody to decide.",
            "Their authors were told: they send them now, or cancel them.",
        )
    if paused:
        yield doubtful(
            f"{paused} paused.", "Their pages say by whom and why. Resume or cancel them, once the reason is gone."
        )
    if stuck:
        yield wrong(f"{stuck} can't come to an end: no batch of theirs is left.", "Tell the makers of OWL.")


def look_at_receipts(patient: Patient) -> Verdict:
    """Whether what Twilio tells gets to the deliveries."""
    return _in_time(
        unmerged_receipts(patient.session), RECEIPTS_WAIT, patient.now, "See whether the notices worker is alive."
    )


def look_at_notices(patient: Patient) -> Verdict:
    """Whether residents get the codes that they wait for."""
    return _in_time(
        due_notices(patient.session, now=patient.now),
        NOTICES_WAIT,
        patient.now,
        "See whether the notices worker is alive and the mail relay takes mail.",
    )


def _in_time(waiting: Waiting, limit: timedelta, now: datetime, advice: str) -> Verdict:
    if waiting.since is not None and now - waiting.since > limit:
        return wrong(f"{waiting.count} wait, the first since {_ago(now - waiting.since)}.", advice)
    return fine(f"{waiting.count} wait.")


def look_at_failed_jobs(patient: Patient) -> Verdict:
    """Whether jobs broke lately."""
    states = queue_states(patient.redis, now=patient.now)
    failed = {queue.value: state.failed for queue, state in states.items() if state.failed}
    if failed:
        told = ", ".join(f"{count} in {queue}" for queue, count in failed.items())
        return doubtful(
            f"Broken within a day: {told}.",
            'The logs say why ("job ends", result failed). Their work was queued again by the sweep.',
        )
    return fine("None broke within a day.")


def _ago(waited: timedelta) -> str:
    seconds = int(waited.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
