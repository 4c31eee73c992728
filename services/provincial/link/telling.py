"""Telling a province what waits for it, until it has taken it."""

from __future__ import annotations

import asyncio
import logging
import time
from http import HTTPStatus

from prometheus_client import Counter, Gauge

from chassis.clock import real_now
from chassis.linking import Line
from services.provincial import wire
from services.provincial.actions import sending
from services.provincial.actions.sending import Claimed
from services.provincial.lifecycle import FeedbackKind
from services.provincial.link.speaking import Speaking, Unanswered
from services.provincial.rules.delivery import Outcome
from services.provincial.store import feedback

LOG = logging.getLogger(__name__)
AT_ONCE = 8
MEASURE_SECONDS = 5.0
# It will never take what it answers so; but for those that say we are not let in, which is no fault of the message.
FINAL = frozenset(range(400, 500)) - {401, 403, 408, 425, 429}
DEPTH = Gauge("hotline_provincial_queue_depth", "Messages that wait for a province", ("province",))
AGE = Gauge("hotline_provincial_queue_age_seconds", "For how long the oldest of them has waited", ("province",))
TOLD = Counter("hotline_provincial_told_total", "Messages told to a province, by what came of the try", ("province", "outcome"))


class Telling:
    """What one province is told."""

    def __init__(self, line: Line, speaking: Speaking) -> None:
        self._line, self._speaking, self._province = line, speaking, speaking.province
        self._by = line.by(self._province.tenant_id)
        self._measured = float("-inf")

    async def once(self) -> bool:
        """Tell what may be told now; answers whether there was anything."""
        if time.monotonic() - self._measured > MEASURE_SECONDS:
            await asyncio.to_thread(self._measure)
        code = self._province.code
        claimed = await asyncio.to_thread(self._line.store.write, self._by, lambda tx: sending.claim(tx, code, AT_ONCE))
        await asyncio.gather(*(self._tell(each) for each in claimed))
        return bool(claimed)

    async def _tell(self, claimed: Claimed) -> None:
        """One try. What fails in between stays claimed, and is claimed again."""
        try:
            outcome, reason = await self._try(claimed)
            TOLD.labels(self._province.code, outcome.value).inc()
            await asyncio.to_thread(self._line.store.write, self._by, lambda tx: sending.end(tx, claimed, outcome, reason))
        except Exception:
            LOG.exception("message %s to the province was not carried through and is tried again", claimed.row["feedback_id"])

    async def _try(self, claimed: Claimed) -> tuple[Outcome, str]:
        row = claimed.row
        body = wire.feedback(
            self._province.city, row["feedback_id"], row["number"], FeedbackKind(row["kind"]), row["at"], row["content"], claimed.files
        )  # fmt: skip
        try:
            status, said = await self._speaking.ask("POST", wire.TELL_PATH, body)
            code, words = wire.read_answer(said)
        except (Unanswered, wire.Malformed) as error:
            return Outcome.UNKNOWN, str(error)
        if status == HTTPStatus.OK and code == wire.TAKEN:
            return Outcome.TAKEN, ""
        if status in FINAL:
            return Outcome.REFUSED, f"{code} {words}"
        return Outcome.UNKNOWN, f"省级平台应答 HTTP {status}"

    def _measure(self) -> None:
        self._measured = time.monotonic()
        code = self._province.code
        depth, oldest = self._line.store.read(self._by, lambda tx: feedback.measure(tx, code))
        DEPTH.labels(code).set(depth)
        now = self._line.store.clock.now() if oldest else real_now()
        AGE.labels(code).set((now - oldest).total_seconds() if oldest else 0.0)
