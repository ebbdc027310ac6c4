"""Waiting until what was said is on disk: many connections, one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from owl.delivery.bounces.storing import Said

log = structlog.get_logger()

KEPT_TOGETHER = 500


class NotKept(Exception):
    """The database could not take it; whoever said it must say it again."""


class Keeper:
    """Stores what is waiting in one transaction after the other, each with all that came during the last."""

    def __init__(self, store: Callable[[Sequence[Said]], object]) -> None:
        self._store = store
        self._waiting: list[tuple[Sequence[Said], asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def keep(self, said: Sequence[Said]) -> None:
        """Return once it is on disk. Raises NotKept."""
        kept: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((said, kept))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store_all())
        await kept

    async def finish(self) -> None:
        """Return once nothing waits any more."""
        if self._storing is not None:
            await self._storing

    async def _store_all(self) -> None:
        while self._waiting:
            now, self._waiting = self._waiting[:KEPT_TOGETHER], self._waiting[KEPT_TOGETHER:]
            fault = await self._store_some([one for said, _ in now for one in said])
            for _, kept in now:
                if kept.done():  # its connection is gone: it will come again, and be known
                    continue
                if fault:
                    kept.set_exception(NotKept())
                else:
                    kept.set_result(None)

    async def _store_some(self, said: Sequence[Said]) -> bool:
        """Whether it went wrong."""
        try:
            await asyncio.to_thread(self._store, said)
        except SQLAlchemyError as error:
            log.warning("bounces could not be stored; they will come again", error=type(error).__name__)
            return True
        return False
