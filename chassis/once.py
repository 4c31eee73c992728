"""A writing request takes effect once: the same request id gives the same answer, however often it is asked."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from google.protobuf.message import Message
from sqlalchemy import and_

from chassis.errors import Refusal, Reused
from chassis.sealing import seal, sealing_key, unseal

if TYPE_CHECKING:
    from chassis.store import Tx

M = TypeVar("M", bound=Message)
KEYS = ("tenant_id", "caller_id", "method", "request_id")


class _Undo(Exception):
    """Takes back what a repeated revealing request did again, keeping its answer."""


def once(
    tx: Tx, secret: bytes, method: str, request: Message, act: Callable[[], M | Refusal], answer_type: type[M], *, reveals: bool
) -> M | Refusal:
    """Act, unless this request was answered before; then give that answer.

    The digest is keyed, for a request may hold an identity; the answer is kept sealed, for it may hold a token. An answer
    that reveals an identity is never stored: a repeat is worked out again inside a savepoint that is rolled back. A refusal
    that the act returns instead of raising stands with what it wrote (a failed log-in counts), and the request is as if
    never made. Raises Reused for the same id with another payload.
    """
    requests = tx.store.tables["requests"]
    request_id: str = request.request_id  # type: ignore[attr-defined]  # a wall test demands the field
    digest = hmac.digest(secret, request.SerializeToString(deterministic=True), hashlib.sha256)
    key = dict(zip(KEYS, (tx.by.tenant_id, tx.by.id, method, request_id), strict=True))
    same = and_(*(requests.c[name] == value for name, value in key.items()))
    answers = sealing_key(secret, "answers")
    if tx.insert_new(requests, KEYS, {**key, "digest": digest, "at": tx.now}):
        answer = act()
        if isinstance(answer, Refusal):
            tx.run(tx.delete(requests).where(same))
        elif not reveals:
            tx.run(tx.update(requests).where(same).values(answer=seal(answers, answer.SerializeToString(), method)))
        return answer
    row = tx.one(tx.select(requests).where(same))
    if row is None or not hmac.compare_digest(row["digest"], digest):
        raise Reused(f"请求号 {request_id} 已用于另一项内容不同的操作：请换一个新的请求号")
    return _again(tx, act) if reveals else answer_type.FromString(unseal(answers, row["answer"], method))


def _again(tx: Tx, act: Callable[[], M | Refusal]) -> M | Refusal:
    answers: list[M | Refusal] = []
    try:
        with tx.connection.begin_nested():
            answers.append(act())
            raise _Undo
    except _Undo:
        return answers[0]
