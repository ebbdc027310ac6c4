"""What stands in the server of the queues."""

from __future__ import annotations

from rq.job import JobStatus
from rq.registry import FailedJobRegistry
from rq.results import Result

from owl.foundation.jobs import Job, Queue, QueuedJob, on_queue, put_on_queues
from owl.foundation.jobs import connection as redis_connection


def forget_daily_caps() -> None:
    """Let residents write again, as on the next day."""
    connection = redis_connection()
    for name in connection.scan_iter("owl:replies:*"):
        connection.delete(name)


def broken_job() -> str:
    """The id of a job that ended in a fault."""
    put_on_queues([QueuedJob(Job.SEND_NOTICE, Queue.NOTICES, (7,))])
    queue = on_queue(Queue.NOTICES)
    job_id = queue.job_ids[-1]
    job = queue.fetch_job(job_id)
    assert job is not None
    queue.remove(job_id)
    job.set_status(JobStatus.FAILED)
    FailedJobRegistry(queue=queue).add(job, ttl=60)
    Result.create_failure(job, 60, "Traceback …\nKeyError: 'anna@example.com'")
    return job_id
