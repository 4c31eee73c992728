"""What the law does not allow must be refused, citing the clause."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status


class Allowed(Exception):
    """What the law does not allow was done."""


@contextmanager
def refused(article: str) -> Iterator[None]:
    """What is done inside must be refused by this clause. Raises Allowed when it is not, the refusal when it cites another."""
    try:
        yield
    except grpc.RpcError as error:
        if article_of(error) != article:
            raise
        return
    raise Allowed(f"allowed, against {article}")


def article_of(error: grpc.RpcError) -> str:
    """The clause that a refusal cites; empty when it cites none."""
    status = rpc_status.from_call(error)  # type: ignore[arg-type]  # what a client raises is its call
    for detail in status.details if status else ():
        info = error_details_pb2.ErrorInfo()
        if detail.Unpack(info):
            return str(info.metadata.get("article", ""))
    return ""
