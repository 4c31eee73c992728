"""Who comes by a key or a token, how often, and what they ask a service for."""

from __future__ import annotations

from typing import TypeVar

import grpc
from fastapi import Request
from google.protobuf.message import Message

from services.gateway.calls import Calls
from services.gateway.json_api.keys import KEY, Keys, name_of
from services.gateway.limits import Limit, Wait, address_of, waiting
from services.gateway.problems import Problem, problem_of

PER_KEY, PER_ADDRESS, STRANGERS = "3000/minute", "6000/minute", "60/minute"
M = TypeVar("M", bound=Message)


class Entering:
    """The limits and keys of one process. Every method raises Problem."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._keys = Keys(calls)
        self._per_key, self._per_address, self._strangers = Limit(PER_KEY), Limit(PER_ADDRESS), Limit(STRANGERS)

    def count(self, request: Request, bearer: str = "") -> None:
        """One request more from its address, and by its key."""
        address = address_of(request)
        try:
            self._per_address.count(address)
            if bearer and not self._keys.knows(bearer):
                self._strangers.check(address)
            if bearer:
                self._per_key.count(name_of(bearer))
        except Wait as wait:
            raise _too_often(wait) from None

    def stranger(self, request: Request) -> Problem:
        """Who has no key is counted, so that keys are not tried without end."""
        return self._counted(Problem("UNKNOWN", "没有写明系统密钥", headers={"WWW-Authenticate": "Bearer"}), request)

    async def ask(self, request: Request, bearer: str, method: str, message: Message, answer: type[M]) -> M:
        """What a service answers whoever holds the key."""
        try:
            return await self._asked(bearer, method, message, answer)
        except grpc.RpcError as error:
            problem = problem_of(error)
            raise (self._counted(problem, request) if problem.reason == "UNKNOWN" else problem) from None

    async def _asked(self, bearer: str, method: str, message: Message, answer: type[M]) -> M:
        token = await self._keys.token_of(bearer)
        try:
            return await self._calls.ask(token, method, message, answer)
        except grpc.RpcError as error:
            if error.code() is not grpc.StatusCode.UNAUTHENTICATED or not bearer.startswith(KEY):
                raise
        # The token was revoked; the key may still be good.
        token = await self._keys.token_of(bearer, refused=token)
        return await self._calls.ask(token, method, message, answer)

    def _counted(self, problem: Problem, request: Request) -> Problem:
        try:
            self._strangers.count(address_of(request))
        except Wait as wait:
            return _too_often(wait)
        return problem


def _too_often(wait: Wait) -> Problem:
    return Problem("TOO_OFTEN", f"请求过于频繁，请 {waiting(wait.seconds)}后再试", headers={"Retry-After": str(wait.seconds)})
