"""Asking another service: one call, one answer, with a deadline and the trace."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from google.protobuf.message import Message

from chassis.grpc.wire import open_channel
from chassis.telemetry import here

M = TypeVar("M", bound=Message)
SECONDS = 10.0


class Client:
    """A channel to one address."""

    def __init__(self, address: str, token: str = "", tls: Path | None = None) -> None:
        self._channel = open_channel(address, tls)
        self.token = token

    def ask(self, method: str, request: Message, answer: type[M], token: str = "", seconds: float = SECONDS) -> M:
        """Call `package.Service/Method`. Raises grpc.RpcError with the code, the sentence and the details."""
        call = self._channel.unary_unary(f"/{method}", type(request).SerializeToString, answer.FromString)
        metadata: tuple[tuple[str, str | bytes], ...] = (("traceparent", here()),)
        if bearer := token or self.token:
            metadata += (("authorization", f"Bearer {bearer}"),)
        return call(request, timeout=seconds, metadata=metadata)

    def close(self) -> None:
        """Close the channel."""
        self._channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self.close()


def dial(address: str, token: str = "", tls: Path | None = None) -> Client:
    """A client of the server at an address, speaking with a token; `tls` as chassis.grpc.wire tells."""
    return Client(address, token, tls)
