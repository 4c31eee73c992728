"""provincial's jobs: `python -m chassis.job provincial reconcile 370000 2025-01-06`."""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from http import HTTPStatus
from urllib.parse import quote

import aiohttp

from chassis.caller import Caller
from chassis.errors import Unusable
from chassis.settings import Settings
from chassis.store import Store
from services.provincial import wire
from services.provincial.actions.reconciling import Books
from services.provincial.actions.reconciling import reconcile as reconcile_books
from services.provincial.link.speaking import Speaking, Unanswered
from services.provincial.provinces import Province, setup_of

SAID = {"missing_here": "省级平台有，本平台没有", "missing_there": "本平台有，省级平台没有", "unlike": "两边类型不同"}
SIDES = {"sent": "来件", "told": "回传"}


def first_start(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """Refuse to start with a file of provinces that cannot be used; safe to run at every start. Raises Unusable."""
    setup_of(settings)
    return 0


def reconcile(store: Store, settings: Settings, argv: list[str]) -> int:
    """Ask a province for its book of a local day and list every difference; 1 where there is any. Raises Unusable."""
    if len(argv) != 2:  # noqa: PLR2004 - the province and the day
        raise Unusable("用法：python -m chassis.job provincial reconcile 省级平台代码 日期（例如 370000 2025-01-06）")
    province = setup_of(settings).of(argv[0])
    if province is None:
        raise Unusable(f"PROVINCES 中没有代码为 {argv[0]} 的省级平台")
    try:
        day = dt.date.fromisoformat(argv[1])
    except ValueError:
        raise Unusable(f"{argv[1]} 不是日期，应形如 2025-01-06") from None
    try:
        books = asyncio.run(_books(province, day))
    except (Unanswered, wire.Malformed) as error:
        raise Unusable(f"省级平台 {province.code} 未能提供台账：{error}，请稍后重试") from None
    by = Caller.timer(store.service, province.tenant_id)
    found = store.write(by, lambda tx: reconcile_books(tx, province.code, day, books))
    for each in found:
        sys.stdout.write(f"{SIDES[each.side]} {each.number} {each.message}：{SAID[each.code]}\n")
    sys.stdout.write(f"共 {len(found)} 处差异\n")
    return 1 if found else 0


async def _books(province: Province, day: dt.date) -> Books:
    sent: dict[tuple[str, str], str] = {}
    told: dict[tuple[str, str], str] = {}
    cursor = ""
    async with aiohttp.ClientSession() as session:
        speaking = Speaking(province, session)
        while True:
            path = f"{wire.BOOK_PATH}?day={day.isoformat()}&after={quote(cursor, safe='')}"
            status, said = await speaking.ask("GET", path)
            if status != HTTPStatus.OK:
                raise Unanswered(f"HTTP {status}")
            more_sent, more_told, cursor = wire.read_book(said)
            sent |= more_sent
            told |= more_told
            if not cursor:
                return Books(sent, told)
