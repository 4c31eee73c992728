"""How a call is answered: who calls, may they, is it well formed, then the door's method in one transaction."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import grpc
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass
from opentelemetry.trace import SpanKind, StatusCode

from chassis.auth import TokenCheck
from chassis.caller import Caller
from chassis.checking import check
from chassis.declared import NARROW_ROLES, ROLE_NAMES, access_of
from chassis.errors import Denied, Invalid, Refusal, Unknown
from chassis.grpc.refusals import FAILURES, status_of
from chassis.masking import mask_identities
from chassis.once import Once
from chassis.store import Store, Tx
from chassis.telemetry import RPC_SECONDS, RPCS, span

Answer = Message | Refusal
# What must ask another service hands back the asking: no transaction lasts across it.
Method = Callable[[Any, Tx], Answer | Callable[[], Answer]]
LOG = logging.getLogger(__name__)
BEARER = "bearer "


class Answering:
    """Answers one method's calls."""

    def __init__(self, method: MethodDescriptor, act: Method, store: Store, tokens: TokenCheck, secret: bytes) -> None:
        self._name = f"{method.containing_service.full_name}/{method.name}"
        self._access = access_of(method)
        self._roles = frozenset(ROLE_NAMES[role] for role in self._access.roles)
        self._request_type = GetMessageClass(method.input_type)
        self._answer_type = GetMessageClass(method.output_type)
        self._act = act
        self._store = store
        self._tokens = tokens
        # Its series are there, at 0, before anybody calls.
        RPCS.labels(store.service, self._name, "OK")
        RPC_SECONDS.labels(store.service, self._name)
        self._once = Once(self._name, self._answer_type, secret, reveals=self._access.reveals)

    def handler(self) -> grpc.RpcMethodHandler[Any, Any]:
        """The handler for grpc's table."""
        return grpc.unary_unary_rpc_method_handler(self._call, self._parse, self._answer_type.SerializeToString)

    def _parse(self, data: bytes) -> Message | Refusal:
        """A refusal is handed on: grpc would answer what is raised here, or nothing, with INTERNAL."""
        try:
            return self._request_type.FromString(data)
        except DecodeError:
            return Invalid("request", "请求无法解析：编码不是有效的 UTF-8 或 protobuf")

    def _call(self, request: Message | Refusal, context: grpc.ServicerContext) -> Message:
        if not context.is_active():
            context.abort(grpc.StatusCode.CANCELLED, "等候的人已离开，未作任何改动")
        metadata = {key: value for key, value in context.invocation_metadata() if isinstance(value, str)}
        started = time.perf_counter()
        code, status = "OK", None
        with span(self._name, SpanKind.SERVER, metadata.get("traceparent", "")) as current:
            try:
                return self._answer(request, metadata)
            except Exception as error:  # noqa: BLE001 - every refusal becomes a status here
                status = status_of(error)
                code = status.code.name
                if status.code in FAILURES:
                    current.set_status(StatusCode.ERROR, code)
            finally:
                current.set_attribute("rpc.grpc.status_code", code)
                LOG.debug("%s answered %s", self._name, code)
                RPCS.labels(self._store.service, self._name, code).inc()
                RPC_SECONDS.labels(self._store.service, self._name).observe(time.perf_counter() - started)
        context.abort_with_status(status)
        raise AssertionError("abort raises")

    def _answer(self, request: Message | Refusal, metadata: dict[str, str]) -> Message:
        by = self._caller(metadata.get("authorization", ""))
        if isinstance(request, Refusal):
            raise request
        check(request)
        if self._access.writes:
            answer = self._once.answer(self._store, by, request, partial(self._acted, request))
        else:
            answer = self._masked(_asked(self._store.read(by, lambda tx: self._act(request, tx))))
        if isinstance(answer, Refusal):
            raise answer
        return answer

    def _acted(self, request: Message, tx: Tx) -> Answer:
        """Masked before it is kept for a repeat: what an answer did not show is not stored with it."""
        answer = self._act(request, tx)
        if callable(answer):
            raise TypeError(f"{self._name} writes, and would ask inside its transaction")
        return self._masked(answer)

    def _masked(self, answer: Answer) -> Answer:
        if not (isinstance(answer, Refusal) or self._access.reveals):
            mask_identities(answer)
        return answer

    def _caller(self, authorization: str) -> Caller:
        try:
            by = self._known(authorization)
        except Unknown:
            if self._access.anonymous:
                return Caller.nobody()
            raise
        if not self._may(by):
            raise Denied("您的角色不能进行此项操作")
        return by

    def _known(self, authorization: str) -> Caller:
        if not authorization.lower().startswith(BEARER):
            raise Unknown("请先登录")
        return self._tokens.caller_of(authorization[len(BEARER) :])

    def _may(self, by: Caller) -> bool:
        if self._access.anonymous:
            return True
        if by.kind == "peer":
            return by.id in self._access.callers
        if not self._roles.isdisjoint(by.roles):
            return True
        return self._access.everyone and (not by.roles or not by.roles <= NARROW_ROLES)


def _asked(answer: Answer | Callable[[], Answer]) -> Answer:
    return answer() if callable(answer) else answer
