"""A refusal as a caller sees it."""

from __future__ import annotations

from typing import Any

from google.rpc import error_details_pb2
from grpc_status import rpc_status


class Refused(Exception):
    """A call that was refused: its code, the sentence, the field and the article."""

    def __init__(self, error: Any) -> None:
        status = rpc_status.from_call(error)
        info = error_details_pb2.ErrorInfo()
        status.details[0].Unpack(info)
        self.code: str = error.code().name
        self.message: str = status.message
        self.field = info.metadata.get("field", "")
        self.article = info.metadata.get("article", "")
        super().__init__(f"{self.code}: {self.message}")
