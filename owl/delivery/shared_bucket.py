"""The bucket in Redis: one script, by the server's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import redis
from redis.commands.core import Script

CAPACITY_S = 0.5  # what an idle bucket holds: a burst of 1.7 % in 30 s
SLICE_S = 0.1  # of the rate: less is not worth a call, so the taker waits for as much
RIGHT_OF_WAY_MS = 1000  # after somebody urgent went short; renewed as long as that lasts
SEEN_MS = 60_000  # a worker that hasn't asked for so long is gone
KEPT_MS = 3_600_000  # an unused bucket is forgotten

# A hash: tokens, at (ms), first (until then only the urgent get any, ms), closed (until then nobody, ms);
# and a sorted set of the workers by when they last asked. A bucket that isn't there begins empty.
TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local rate, capacity, slice = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local wanted, urgent = tonumber(ARGV[4]), ARGV[5] == '1'
redis.call('ZADD', KEYS[2], now, ARGV[6])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[8]))
local workers = redis.call('ZCARD', KEYS[2])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at', 'first', 'closed')
local tokens, at = tonumber(kept[1] or 0), tonumber(kept[2] or now)
local first, closed = tonumber(kept[3] or 0), tonumber(kept[4] or 0)
tokens = math.min(capacity, tokens + math.max(0, now - at) * rate / 1000)
local granted, wait = 0, 0
if now < closed then
  wait = closed - now
elseif urgent then
  local enough = math.min(wanted, math.max(1, slice))
  if tokens >= enough then granted = math.floor(math.min(wanted, tokens)) end
  if granted < wanted then
    first = now + tonumber(ARGV[7])
    wait = math.max(0, enough - tokens) * 1000 / rate
  else
    first = 0
  end
elseif now < first then
  wait = first - now
else
  local enough = math.min(wanted, math.max(1, slice))
  if tokens >= enough then granted = math.floor(math.min(wanted, tokens))
  else wait = (enough - tokens) * 1000 / rate end
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens - granted), 'at', tostring(now),
  'first', tostring(first), 'closed', tostring(closed))
redis.call('PEXPIRE', KEYS[1], ARGV[9])
redis.call('PEXPIRE', KEYS[2], ARGV[9])
return {granted, math.ceil(wait), workers, now < closed and 1 or 0}
"""
PUT_BACK = """
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HINCRBYFLOAT', KEYS[1], 'tokens', ARGV[1]) end
"""
CLOSE = """
local clock = redis.call('TIME')
local till = clock[1] * 1000 + clock[2] / 1000 + tonumber(ARGV[1])
if till > tonumber(redis.call('HGET', KEYS[1], 'closed') or 0) then
  redis.call('HSET', KEYS[1], 'closed', tostring(till))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
"""


class Answer(NamedTuple):
    """How many deliveries may go out now; where none, in how many seconds to ask again.

    `workers`: how many ask for this provider. `is_closed`: it takes nothing from anybody until then.
    """

    granted: int
    wait_s: float
    workers: int = 1
    is_closed: bool = False


@dataclass
class SharedBucket:
    """One provider's bucket, as one worker sees it. Every method raises redis.RedisError."""

    provider: str
    rate: float
    connection: redis.Redis
    worker: str
    _take: Script = field(init=False)
    _put_back: Script = field(init=False)
    _close: Script = field(init=False)

    def __post_init__(self) -> None:
        self._take, self._put_back, self._close = map(self.connection.register_script, (TAKE, PUT_BACK, CLOSE))

    def take(self, wanted: int, *, urgent: bool) -> Answer:
        """As many of the wanted as there are tokens, if that is worth a slice."""
        capacity = max(1.0, self.rate * CAPACITY_S)
        arguments: list[str | float] = [
            self.rate, capacity, min(capacity, self.rate * SLICE_S), wanted, int(urgent),
            self.worker, RIGHT_OF_WAY_MS, SEEN_MS, KEPT_MS,
        ]  # fmt: skip
        granted, wait_ms, workers, closed = self._take(keys=[self._key, f"{self._key}:workers"], args=arguments)
        return Answer(granted, wait_ms / 1000, workers, bool(closed))

    def put_back(self, unused: int) -> None:
        """Return tokens."""
        self._put_back(keys=[self._key], args=[unused])

    def close(self, seconds: float) -> None:
        """Grant nobody anything for so long."""
        self._close(keys=[self._key], args=[int(seconds * 1000), KEPT_MS])

    @property
    def _key(self) -> str:
        return f"owl:pace:{self.provider}"
