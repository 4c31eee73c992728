"""What the law does not allow must be refused, citing the clause."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import grpc

from chassis.grpc.refusals import info_of


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
    return str(info_of(error).metadata.get("article", ""))
