"""A writing request takes effect once: the same request id gives the same answer, however often it is asked within `KEPT`."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from google.protobuf.message import Message
from sqlalchemy import select, tuple_

from chassis.clock import real_now
from chassis.errors import Refusal, Reused
from chassis.sealing import seal, sealing_key, unseal
from regulation.articles import NotAllowed

if TYPE_CHECKING:
    from chassis.caller import Caller
    from chassis.store import Store, Tx

Act = Callable[["Tx"], Message | Refusal]
# Whoever asks again after a failure does so within minutes, a system that was cut off within days; the longest holiday has nine.
# Real time, as a network fails in it.
KEPT = timedelta(days=30)
SWEPT_AT_ONCE = 1_000
KEYS = ("tenant_id", "caller_id", "method", "request_id")


class _Repeated(Exception):
    """The request was made before: what was done of it now is taken back."""


class Once:
    """The requests of one method. Digests are keyed, for a request may hold an identity; answers sealed, for they may hold a token."""

    def __init__(self, method: str, answer_type: type[Message], secret: bytes, *, reveals: bool) -> None:
        self._method = method
        self._answer_type = answer_type
        self._reveals = reveals
        self._digests = sealing_key(secret, "digests")
        self._answers = sealing_key(secret, "answers")

    def answer(self, store: Store, by: Caller, request: Message, act: Act) -> Message | Refusal:
        """Act in one transaction, unless this request was answered before; then give that answer.

        An answer that reveals an identity is never stored: a repeat is worked out again inside a savepoint that is
        rolled back. A refusal that the act returns instead of raising stands with what it wrote (a failed log-in
        counts), and the request is as if never made. Raises Reused for the same id with another payload.
        """
        request_id: str = request.request_id  # type: ignore[attr-defined]  # a wall test demands the field
        digest = hmac.digest(self._digests, request.SerializeToString(deterministic=True), hashlib.sha256)
        key: dict[str, Any] = dict(zip(KEYS, (by.tenant_id, by.id, self._method, request_id), strict=True))
        try:
            return store.write(by, lambda tx: self._first(tx, key, digest, act))
        except _Repeated:
            return store.write(by, lambda tx: self._repeated(tx, key, digest, act))

    def _first(self, tx: Tx, key: dict[str, Any], digest: bytes, act: Act) -> Message | Refusal:
        requests = tx.store.tables["requests"]
        tx.insert_unless(requests, KEYS, {**key, "digest": digest, "at": real_now()}, _Repeated())
        try:
            answer = act(tx)
        except (Refusal, NotAllowed):
            # The answer that was given then goes before what is refused now.
            tx.settle()
            raise
        if isinstance(answer, Refusal):
            tx.drop(requests, **key)
        elif not self._reveals:
            sealed = seal(self._answers, answer.SerializeToString(), self._method)
            tx.change(requests, key, {"answer": sealed})
        return answer

    def _repeated(self, tx: Tx, key: dict[str, Any], digest: bytes, act: Act) -> Message | Refusal:
        row = tx.row(tx.store.tables["requests"], **key)
        if row is None or not hmac.compare_digest(row["digest"], digest):
            raise Reused("这个请求号已用于另一项内容不同的操作：请换一个新的请求号")
        if self._reveals:
            return tx.undone(lambda: act(tx))
        return self._answer_type.FromString(unseal(self._answers, row["answer"], self._method))


def sweep(tx: Tx) -> int:
    """Forget the oldest requests beyond `KEPT`, so many at once, of every tenant; answers how many."""
    requests = tx.store.tables["requests"]
    key = [requests.c[name] for name in KEYS]
    oldest = select(*key).where(requests.c.at < real_now() - KEPT).order_by(requests.c.at).limit(SWEPT_AT_ONCE)
    return tx.run(tx.delete(requests).where(tuple_(*key).in_(oldest)))
