"""One bucket of tokens for each provider, shared by all workers through Redis; a token is one delivery.

While somebody urgent is short of tokens nobody else gets any. Without Redis every worker goes on at its
share of the rate, from a bucket of its own. See docs/adr/0012-pacing.md.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import redis
import structlog
from flask import current_app
from redis.backoff import NoBackoff
from redis.retry import Retry

from owl.delivery.local_bucket import LocalBucket
from owl.delivery.shared_bucket import Answer, SharedBucket
from owl.foundation.current import settings
from owl.foundation.notices import Channel

log = structlog.get_logger()

LONGEST_WAIT_S = 0.25  # then asked again: somebody urgent may have come, or the job be over
SHORTEST_WAIT_S = 0.005
WORTH_WAITING_S = 2.0  # for a provider that asked for a pause; longer, and the worker has other things to do
WITHOUT_REDIS_S = 2.0  # before it is tried again
REDIS_TIMEOUT_S = 1.0
ASSUMED_WORKERS = 4  # until Redis has said how many there are


@dataclass
class Pacer:
    """How fast one provider may be used, by this worker and all others together."""

    provider: str
    rate: float  # deliveries a second
    connection: redis.Redis
    seconds: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _shared: SharedBucket = field(init=False)
    _own: LocalBucket = field(init=False)
    _without_redis_until: float = field(init=False, default=0.0)
    _closed_until: float = field(init=False, default=0.0)

    def __post_init__(self) -> None:
        self._shared = SharedBucket(self.provider, self.rate, self.connection, uuid.uuid4().hex)
        self._own = LocalBucket(self.rate / ASSUMED_WORKERS, self.seconds)

    def take(self, wanted: int, *, urgent: bool = False, is_over: Callable[[], bool]) -> int:
        """How many deliveries may go out now: between 1 and `wanted`. Waits until there are some.

        0 when it is over, or when the provider takes nothing for a while (`closed_for`).
        """
        while not is_over() and self.closed_for <= WORTH_WAITING_S:
            answer = self._ask(wanted, urgent=urgent)
            if answer.granted:
                return answer.granted
            self.sleep(min(max(answer.wait_s, SHORTEST_WAIT_S), LONGEST_WAIT_S))
        return 0

    def put_back(self, unused: int) -> None:
        """Return tokens that were not needed after all."""
        if unused <= 0:
            return
        try:
            if self._redis_is_there:
                self._shared.put_back(unused)
        except redis.RedisError as error:
            self._without(error)

    def slow_down(self, seconds: float) -> None:
        """Take nothing for so long, in any worker: the provider asks for it (429, Retry-After) or refuses us."""
        self._closed_until = max(self._closed_until, self.seconds() + seconds)
        try:
            if self._redis_is_there:
                self._shared.close(seconds)
        except redis.RedisError as error:
            self._without(error)

    def _ask(self, wanted: int, *, urgent: bool) -> Answer:
        if self.closed_for:
            return Answer(0, self.closed_for)
        try:
            if self._redis_is_there:
                answer = self._shared.take(wanted, urgent=urgent)
                self._own.rate = self.rate / max(answer.workers, 1)
                if answer.is_closed:
                    self._closed_until = self.seconds() + answer.wait_s
                return answer
        except redis.RedisError as error:
            self._without(error)
        return self._own.take(wanted)

    @property
    def closed_for(self) -> float:
        """Seconds for which the provider takes nothing from us."""
        return max(0.0, self._closed_until - self.seconds())

    @property
    def _redis_is_there(self) -> bool:
        return self.seconds() >= self._without_redis_until

    def _without(self, error: redis.RedisError) -> None:
        self._without_redis_until = self.seconds() + WITHOUT_REDIS_S
        self._own.begin()
        log.warning("Redis unreachable; sending goes on at this worker's share", error=type(error).__name__)


def pacer_of(channel: Channel) -> Pacer:
    """This process's pacer of the provider for the channel."""
    pacers: dict[Channel, Pacer] = current_app.extensions.setdefault("owl.pacers", {})
    if channel not in pacers:
        rate = settings().smtp_rate if channel is Channel.EMAIL else settings().sms_rate
        # Of its own: it must never wait for a Redis that is away.
        connection = redis.Redis.from_url(
            settings().redis_url,
            socket_timeout=REDIS_TIMEOUT_S,
            socket_connect_timeout=REDIS_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        pacers[channel] = Pacer(channel.value, rate, connection)
    return pacers[channel]


def slow_down(channel: Channel, seconds: float) -> None:
    """Let nothing go out through the channel for so long, in any worker: its provider asked for it."""
    pacer_of(channel).slow_down(seconds)
