"""A writing request takes effect once: the same request id gives the same answer, however often it is asked."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from google.protobuf.message import Message
from sqlalchemy import and_

from chassis.errors import Reused

if TYPE_CHECKING:
    from chassis.store import Tx

M = TypeVar("M", bound=Message)
KEYS = ("tenant_id", "caller_id", "method", "request_id")


class _Undo(Exception):
    """Takes back what a repeated revealing request did again, keeping its answer."""


def once(tx: Tx, secret: bytes, method: str, request: Message, act: Callable[[], M], answer_type: type[M], *, reveals: bool) -> M:
    """Act, unless this request was answered before; then give that answer.

    The digest is keyed, for a request may hold an identity. An answer that reveals one is never stored: a repeat is
    worked out again inside a savepoint that is rolled back. Raises Reused for the same id with another payload.
    """
    requests = tx.store.tables["requests"]
    request_id: str = request.request_id  # type: ignore[attr-defined]  # a wall test demands the field
    digest = hmac.digest(secret, request.SerializeToString(deterministic=True), hashlib.sha256)
    key = dict(zip(KEYS, (tx.by.tenant_id, tx.by.id, method, request_id), strict=True))
    same = and_(*(requests.c[name] == value for name, value in key.items()))
    if tx.insert_new(requests, KEYS, {**key, "digest": digest, "at": tx.now}):
        answer = act()
        if not reveals:
            tx.run(tx.update(requests).where(same).values(answer=answer.SerializeToString()))
        return answer
    row = tx.one(tx.select(requests).where(same))
    if row is None or not hmac.compare_digest(row["digest"], digest):
        raise Reused(f"请求号 {request_id} 已用于另一项内容不同的操作：请换一个新的请求号")
    return _again(tx, act) if reveals else answer_type.FromString(row["answer"])


def _again(tx: Tx, act: Callable[[], M]) -> M:
    answers: list[M] = []
    try:
        with tx.connection.begin_nested():
            answers.append(act())
            raise _Undo
    except _Undo:
        return answers[0]
