"""How often callers may write and look, and how often a ticket's pair may be wrong."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import grpc
from fastapi import Request

from services.gateway.bodies import TooLong, TooSlow, body_of
from services.gateway.limits import Limit, Wait, address_of, waiting
from services.gateway.problems import Problem, problem_of
from services.gateway.public.forms import MOST_BYTES, typed_in
from services.gateway.public.speaking import Typed

# A phone network puts a street behind one address. Four digits are ten thousand: a number's pair is not tried often.
WRITES, LOOKS, WRONG = "60/hour", "240/hour", "20/hour"
T = TypeVar("T")


class Knocking:
    """Counts, by address and by ticket number. Every method raises Problem."""

    def __init__(self) -> None:
        self._writes, self._looks, self._wrong = Limit(WRITES), Limit(LOOKS), Limit(WRONG)

    async def writes(self, request: Request) -> dict[str, str]:
        """What was typed to be written."""
        return await self._typed(request, self._writes)

    async def looks(self, request: Request) -> dict[str, str]:
        """What was typed to be looked up."""
        return await self._typed(request, self._looks)

    async def found(self, typed: Typed, then: Callable[[], Awaitable[T]]) -> T:
        """What is found by a pair, or done to it."""
        number = typed.get("number", "").strip().upper()
        try:
            self._wrong.check(number)
            return await then()
        except Wait as wait:
            raise _asked_to(wait) from None
        except grpc.RpcError as error:
            problem = problem_of(error)
            if problem.reason == "MISSING":
                self._wrong.note(number)
            raise problem from None

    async def _typed(self, request: Request, limit: Limit) -> dict[str, str]:
        try:
            limit.count(address_of(request))
            return typed_in(await body_of(request, MOST_BYTES))
        except Wait as wait:
            raise _asked_to(wait) from None
        except (TooLong, TooSlow):
            raise Problem("TOO_LONG", "填写的内容过长，请缩短后重新提交") from None


def _asked_to(wait: Wait) -> Problem:
    return Problem("TOO_OFTEN", f"操作过于频繁，请 {waiting(wait.seconds)}后再试", headers={"Retry-After": str(wait.seconds)})
