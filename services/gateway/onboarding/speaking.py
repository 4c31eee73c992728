"""Speaks to the hotline's door as one person: logs in, renews the token, asks again while nobody answers, and tells refusals in Chinese."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any, TypeVar
from uuid import NAMESPACE_URL, uuid4, uuid5

import grpc
from google.protobuf.message import Message

from chassis.grpc import Client
from chassis.grpc.door import DETAILS, SENTENCES
from chassis.grpc.refusals import info_of
from hotline.directory.v1 import sessions_pb2 as sessions

M = TypeVar("M", bound=Message)
SESSIONS = "hotline.directory.v1.SessionService"
# A token lives five minutes.
FRESH_SECONDS = 240.0
PATIENCE_SECONDS, PAUSE_SECONDS = 60.0, 0.5
PASSING = frozenset({grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED})
# A service hears of the key that signs a little later than it signs.
UNHEARD_SECONDS = 10.0
NEXT = {
    "INVALID": "请按提示修改文件中的这一项后重新运行",
    "DENIED": "请确认所用账号是市级租户管理员",
    "UNKNOWN": "请核对租户、登录名和密码",
    "UNAVAILABLE": "请确认系统在运行、地址无误，稍后重新运行",
    "DEADLINE_EXCEEDED": "系统应答过慢，请稍后重新运行",
    "REUSED": "请重新运行；仍有此提示时请在控制台核对",
    "STALE": "内容刚有变动，请重新运行",
}


class Refused(Exception):
    """What the hotline did not do, and why, in Chinese. `reason`: INVALID, NOT_ALLOWED …"""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def refusal_of(error: grpc.RpcError) -> Refused:
    """In the service's own words where it has some, and what to do next."""
    info = info_of(error)
    trailing: Any = error.trailing_metadata() or ()
    ours = any(key == DETAILS for key, _ in trailing)
    said = (error.details() if ours else SENTENCES.get(error.code())) or "系统没有应答"
    reason = info.reason or error.code().name
    return Refused(reason, f"{said}\n    {NEXT.get(reason, '请按提示处理后重新运行')}；已完成的步骤不受影响")


class Speaker:
    """One person at the door."""

    def __init__(self, client: Client, tenant_id: str, login: str) -> None:
        self.tenant_id, self.login = tenant_id, login
        self._client = client
        self._tokens = sessions.Tokens()
        self._until = 0.0

    def log_in(self, password: str, code: str = "") -> None:
        """Raises Refused."""
        request = sessions.LogInRequest(tenant_id=self.tenant_id, login=self.login, password=password, code=code)
        self._keep(self._call(f"{SESSIONS}/LogIn", _anew(request), sessions.LogInResponse).tokens)

    def change_password(self, password: str, new_password: str) -> None:
        """Another password. Raises Refused."""
        request = sessions.ChangePasswordRequest(
            tenant_id=self.tenant_id, login=self.login, password=password, new_password=new_password
        )  # fmt: skip
        self._call(f"{SESSIONS}/ChangePassword", _anew(request), sessions.ChangePasswordResponse)

    def ask(self, method: str, request: Message, answer: type[M]) -> M:
        """Call `directory.v1.UnitService/AddUnit`. The same request has the same id, whichever run asks it. Raises Refused."""
        if "request_id" in type(request).DESCRIPTOR.fields_by_name:
            _numbered(method, request)
        return self._call(f"hotline.{method}", request, answer, self._token())

    def ask_anew(self, method: str, request: Message, answer: type[M]) -> M:
        """What is to have its effect at each run. Raises Refused."""
        return self._call(f"hotline.{method}", _anew(request), answer, self._token())

    def _token(self) -> str:
        if monotonic() > self._until:
            request = sessions.RenewTokenRequest(refresh_token=self._tokens.refresh_token)
            self._keep(self._call(f"{SESSIONS}/RenewToken", _anew(request), sessions.RenewTokenResponse).tokens)
        return self._tokens.access_token

    def _keep(self, tokens: sessions.Tokens) -> None:
        self._tokens, self._until = tokens, monotonic() + FRESH_SECONDS

    def _call(self, method: str, request: Message, answer: type[M], token: str = "") -> M:
        began = monotonic()
        while True:
            try:
                return self._client.ask(method, request, answer, token)
            except grpc.RpcError as error:
                passing = error.code() in PASSING and monotonic() < began + PATIENCE_SECONDS
                unheard = token and error.code() is grpc.StatusCode.UNAUTHENTICATED and monotonic() < began + UNHEARD_SECONDS
                if not passing and not unheard:
                    raise refusal_of(error) from None
            threading.Event().wait(PAUSE_SECONDS)


def _anew(request: M) -> M:
    request.request_id = str(uuid4())  # type: ignore[attr-defined]  # a wall test demands the field
    return request


def _numbered(method: str, request: Message) -> None:
    """An id made of what is asked: a run that was cut off asks for the same effect again, not for another."""
    request.request_id = ""  # type: ignore[attr-defined]  # as above
    said = f"{method} {request.SerializeToString(deterministic=True).hex()}"
    request.request_id = str(uuid5(NAMESPACE_URL, said))  # type: ignore[attr-defined]  # as above
