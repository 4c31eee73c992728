"""Refusals as gRPC answers: a code, a sentence in Chinese, and in the details the field and the article."""

from __future__ import annotations

import logging

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.rpc import error_details_pb2, status_pb2
from grpc_status import rpc_status
from opentelemetry import trace

from chassis import errors
from chassis.store.failing import is_away
from chassis.store.group import Closed, Lost
from regulation.articles import NotAllowed

LOG = logging.getLogger(__name__)
DOMAIN = "hotline"
# Details travel in a header of 8 KB, thrice, and Chinese takes up to nine bytes a character there.
LONGEST_MESSAGE = 300
LONGEST_FIELD = 200
CODES: dict[type[Exception], grpc.StatusCode] = {
    errors.Invalid: grpc.StatusCode.INVALID_ARGUMENT,
    errors.Missing: grpc.StatusCode.NOT_FOUND,
    errors.Stale: grpc.StatusCode.ABORTED,
    errors.Reused: grpc.StatusCode.ALREADY_EXISTS,
    errors.Denied: grpc.StatusCode.PERMISSION_DENIED,
    errors.Unknown: grpc.StatusCode.UNAUTHENTICATED,
    errors.Refusal: grpc.StatusCode.FAILED_PRECONDITION,
    NotAllowed: grpc.StatusCode.FAILED_PRECONDITION,
}
FAILURES = frozenset({grpc.StatusCode.INTERNAL, grpc.StatusCode.UNAVAILABLE})


def status_of(error: Exception) -> grpc.Status:
    """The answer to a call that raised; what was not foreseen is logged and told by its trace alone."""
    code = _code(error)
    if code in FAILURES:
        LOG.error("call failed", exc_info=error)
    message = _shortened(_message(error, code), LONGEST_MESSAGE)
    info = error_details_pb2.ErrorInfo(reason=_reason(error, code), domain=DOMAIN, metadata=_metadata(error))
    localized = error_details_pb2.LocalizedMessage(locale="zh-CN", message=message)
    return rpc_status.to_status(status_pb2.Status(code=code.value[0], message=message, details=[_packed(info), _packed(localized)]))


def info_of(error: grpc.RpcError) -> error_details_pb2.ErrorInfo:
    """What a refusal says beside its words, as `status_of` packed it; empty for what is none of ours."""
    status = rpc_status.from_call(error)  # type: ignore[arg-type]  # what a client raises is its call
    info = error_details_pb2.ErrorInfo()
    for detail in status.details if status else ():
        if detail.Unpack(info):
            break
    return info


def _code(error: Exception) -> grpc.StatusCode:
    if isinstance(error, Closed | Lost) or is_away(error):
        return grpc.StatusCode.UNAVAILABLE
    return next((code for kind, code in CODES.items() if isinstance(error, kind)), grpc.StatusCode.INTERNAL)


def _message(error: Exception, code: grpc.StatusCode) -> str:
    if isinstance(error, NotAllowed):
        return f"{error.reason}（依据{error.article.cite()}）"
    if isinstance(error, errors.Refusal):
        return error.message
    if code is grpc.StatusCode.UNAVAILABLE:
        return "数据暂时无法读写，请稍后用同一请求号重试"
    return f"系统内部错误，未作任何改动，已记录（编号 {trace.get_current_span().get_span_context().trace_id:032x}）"


def _reason(error: Exception, code: grpc.StatusCode) -> str:
    """INVALID, NOT_ALLOWED …; of a failure no more than its code."""
    if code in FAILURES:
        return str(code.name)
    kind = next(kind for kind in CODES if isinstance(error, kind))
    return "".join(f"_{letter}" if letter.isupper() else letter for letter in kind.__name__).strip("_").upper()


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _metadata(error: Exception) -> dict[str, str]:
    if isinstance(error, NotAllowed):
        return {"article": error.article.code}
    if isinstance(error, errors.Invalid):
        return {"field": _shortened(error.field, LONGEST_FIELD), **({"article": error.article} if error.article else {})}
    return {}


def _packed(message: error_details_pb2.ErrorInfo | error_details_pb2.LocalizedMessage) -> AnyMessage:
    packed = AnyMessage()
    packed.Pack(message)
    return packed
