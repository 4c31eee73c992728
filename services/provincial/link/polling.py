"""Asking a province that does not push. Where it goes on moves once every message before it was taken or refused."""

from __future__ import annotations

import asyncio
import logging
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from chassis.linking import Line
from services.provincial import wire
from services.provincial.lifecycle import Refusal
from services.provincial.link.speaking import Speaking, Unanswered
from services.provincial.link.taking import Taking
from services.provincial.store import keeping

LOG = logging.getLogger(__name__)
PAGE = 100
# A page whose messages speak of orders that are not here is asked for so often; then they are refused, or nothing would follow.
MOST_TIMES = 20


class Poll:
    """Asks one province."""

    def __init__(self, line: Line, speaking: Speaking, taking: Taking) -> None:
        self._line, self._speaking, self._taking, self._province = line, speaking, taking, speaking.province
        self._by = line.by(self._province.tenant_id)
        self._times = 0

    async def once(self) -> bool:
        """Ask for a page; answers whether to ask for the next at once."""
        code = self._province.code
        try:
            cursor = await asyncio.to_thread(self._line.store.read, self._by, lambda tx: keeping.cursor_of(tx, code))
            found, following = await self._page(cursor)
            if not all(await asyncio.gather(*(self._take(each) for each in found))):
                self._times += 1
                return False
        except Unanswered as error:
            LOG.warning("province %s was asked in vain: %s", code, error)
            return False
        except Exception:
            LOG.exception("what province %s answered was not taken", code)
            return False
        self._times = 0
        if following != cursor:
            await asyncio.to_thread(self._line.store.write, self._by, lambda tx: keeping.move_cursor(tx, code, following))
        return len(found) == PAGE and following != cursor

    async def _page(self, cursor: str) -> tuple[list[Any], str]:
        status, said = await self._speaking.ask("GET", f"{wire.POLL_PATH}?after={quote(cursor, safe='')}&limit={PAGE}")
        if status != HTTPStatus.OK:
            raise Unanswered(f"HTTP {status}")
        try:
            return wire.read_page(said)
        except wire.Malformed as error:
            raise Unanswered(str(error)) from None

    async def _take(self, envelope: Any) -> bool:
        """Whether nothing more is to be done about it."""
        tenant_id, code = self._province.tenant_id, self._province.code
        try:
            message = wire.read_envelope(envelope)
        except wire.Malformed as error:
            await self._taking.refuse(tenant_id, code, Refusal.MALFORMED, f"报文格式不正确：{error}")
            return True
        taken = await self._taking.take(self._province, message)
        if taken.taken or taken.refusal:
            return True
        if not taken.orphan or self._times < MOST_TIMES:
            return False
        await self._taking.refuse(tenant_id, code, Refusal.NOT_TAKEN, taken.words)
        return True
