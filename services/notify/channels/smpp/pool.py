"""Several binds to one SMSC, each bound anew when it ends."""

from __future__ import annotations

import asyncio
import logging

from services.notify.channels import Unreachable
from services.notify.channels.smpp.session import BindRefused, Heard, Session
from services.notify.channels.smpp.settings import SmppSettings

LOG = logging.getLogger(__name__)
SHORTEST_PAUSE = 0.2


class Pool:
    """The binds. `trouble` says why there are none, in words for an operator; empty while there are."""

    def __init__(self, settings: SmppSettings, heard: Heard) -> None:
        self.trouble = "尚未连上短信网关"
        self._settings = settings
        self._heard = heard
        self._sessions: set[Session] = set()
        self._keepers: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Begin to bind."""
        self._keepers = [asyncio.create_task(self._keep()) for _ in range(self._settings.binds)]

    async def close(self) -> None:
        """End all binds."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        await asyncio.gather(*(session.close() for session in self._sessions))

    def pick(self) -> Session:
        """The least busy bind. Raises Unreachable with the reason when there is none."""
        sessions = [session for session in self._sessions if not session.ended.is_set()]
        if not sessions:
            raise Unreachable(self.trouble)
        return min(sessions, key=lambda session: session.busy)

    async def _keep(self) -> None:
        pause = SHORTEST_PAUSE
        while True:
            try:
                session = await Session.bind(self._settings, self._heard)
            except Unreachable as error:
                self._tell(error)
                # Accounts are locked for wrong passwords.
                pause = self._settings.longest_pause if isinstance(error, BindRefused) else pause
                await asyncio.sleep(pause)
                pause = min(pause * 2, self._settings.longest_pause)
            except Exception:
                LOG.exception("no bind to the SMSC")
                await asyncio.sleep(self._settings.longest_pause)
            else:
                pause = SHORTEST_PAUSE
                await self._hold(session)

    async def _hold(self, session: Session) -> None:
        self._sessions.add(session)
        self.trouble = ""
        await session.ended.wait()
        self._sessions.discard(session)
        if not self._sessions:
            self.trouble = "与短信网关的连接已断开，正在重连"
        await asyncio.sleep(SHORTEST_PAUSE)

    def _tell(self, error: Unreachable) -> None:
        if self._sessions or str(error) == self.trouble:
            return
        self.trouble = str(error)
        LOG.log(logging.ERROR if isinstance(error, BindRefused) else logging.WARNING, "no bind to the SMSC: %s", self.trouble)
