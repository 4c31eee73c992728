"""The one address in front of all services: forwards each call by its proto package."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from chassis.declared import proto_modules
from chassis.grpc.server import GRACE_SECONDS, health_aside
from chassis.grpc.wire import OPTIONS, bind, open_channel
from chassis.settings import Settings

THREADS = 64
SECONDS = 30.0
PASSED_ON = frozenset({"authorization", "traceparent", "tracestate"})
DETAILS = "grpc-status-details-bin"
SENTENCES = {
    grpc.StatusCode.UNAVAILABLE: "服务暂时无法访问，请稍后用同一请求号重试",
    grpc.StatusCode.DEADLINE_EXCEEDED: "未能在时限内完成，请用同一请求号重试",
    grpc.StatusCode.RESOURCE_EXHAUSTED: "请求或答复过大，请分开办理",
    grpc.StatusCode.UNIMPLEMENTED: "没有这个方法：请核对接口名称和版本",
    grpc.StatusCode.CANCELLED: "请求已取消",
}
# A package that is no service of its own is answered by the one named here.
ANSWERED_BY = {"clock": "directory"}

Answer = health_pb2.HealthCheckResponse


class Doorway:
    """A server that forwards. It never reads a message."""

    def __init__(self, address: str, backends: Mapping[str, str], settings: Settings) -> None:
        self._channels = {name: open_channel(target, settings.tls) for name, target in backends.items()}
        self._server = grpc.server(ThreadPoolExecutor(THREADS, "door"), options=OPTIONS)
        self._server.add_generic_rpc_handlers((_Forwarding(self._channels),))
        health_pb2_grpc.add_HealthServicer_to_server(_Health(self._channels), self._server)
        reflection.enable_server_reflection((*proto_services(), reflection.SERVICE_NAME, "grpc.health.v1.Health"), self._server)
        self.port = bind(self._server, address, settings.tls)
        self._own_health = health.HealthServicer()
        self._aside = health_aside(self._own_health, settings)

    def start(self) -> None:
        """Take calls. Of the door's own health only `HEALTH_PORT` tells: the other is that of the services behind it."""
        self._server.start()
        if self._aside:
            self._aside.start()
            self._own_health.set("", Answer.SERVING)

    def stop(self) -> None:
        """Finish the calls under way and stop."""
        self._own_health.enter_graceful_shutdown()
        self._server.stop(GRACE_SECONDS).wait()
        if self._aside:
            self._aside.stop(None).wait()
        for channel in self._channels.values():
            channel.close()


def proto_services() -> Iterator[str]:
    """The full names of every service our protos declare."""
    for module in proto_modules():
        yield from (service.full_name for service in module.DESCRIPTOR.services_by_name.values())


class _Forwarding(grpc.GenericRpcHandler):
    def __init__(self, channels: Mapping[str, grpc.Channel]) -> None:
        self._channels = channels

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[bytes, bytes] | None:
        if not details.method.startswith("/hotline."):
            return None
        channel = self._channels.get(_backend_of(details.method.removeprefix("/")))
        if channel is None:
            return grpc.unary_unary_rpc_method_handler(_refuse)
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(details.method)
        return grpc.unary_unary_rpc_method_handler(partial(_forward, call))


def _forward(call: grpc.UnaryUnaryMultiCallable[bytes, bytes], request: bytes, context: grpc.ServicerContext) -> bytes:
    metadata = tuple((key, value) for key, value in context.invocation_metadata() if key in PASSED_ON)
    left = context.time_remaining()
    under_way = call.future(request, timeout=SECONDS if left is None else min(left, SECONDS), metadata=metadata)

    def give_up() -> None:
        under_way.cancel()

    context.add_callback(give_up)
    try:
        return under_way.result()
    except grpc.RpcError as error:
        trailing: Any = tuple(error.trailing_metadata() or ())
        context.set_trailing_metadata(trailing)
        context.abort(error.code(), _said(error.code(), error.details() or "", ours=any(key == DETAILS for key, _ in trailing)))
        raise
    except grpc.FutureCancelledError:
        context.abort(grpc.StatusCode.CANCELLED, "等候的人已离开")
        raise


def _said(code: grpc.StatusCode, details: str, *, ours: bool) -> str:
    """A service's own sentence, or one for what grpc says by itself in English and with addresses."""
    return details if ours else SENTENCES.get(code, "请求未能完成，请稍后重试")


def _refuse(_request: bytes, context: grpc.ServicerContext) -> bytes:
    context.abort(grpc.StatusCode.UNIMPLEMENTED, SENTENCES[grpc.StatusCode.UNIMPLEMENTED])
    raise AssertionError("abort raises")


def _backend_of(name: str) -> str:
    """The service that answers for a full name: hotline.dispatch.v1.OrderService → dispatch."""
    package, _, rest = name.partition(".")
    word = rest.split(".")[0] if rest else package
    return ANSWERED_BY.get(word, word)


class _Health(health_pb2_grpc.HealthServicer):
    def __init__(self, channels: Mapping[str, grpc.Channel]) -> None:
        self._channels = channels

    def Check(self, request: health_pb2.HealthCheckRequest, context: grpc.ServicerContext) -> Answer:  # noqa: N802 - the RPC's name
        """One service's health, or that of all for an empty name."""
        if not request.service:
            states = [self._state(channel, "") for channel in self._channels.values()]
            return Answer(status=Answer.SERVING if all(s == Answer.SERVING for s in states) else Answer.NOT_SERVING)
        channel = self._channels.get(_backend_of(request.service))
        if channel is None:
            context.abort(grpc.StatusCode.NOT_FOUND, "没有这个服务")
            raise AssertionError("abort raises")
        return Answer(status=self._state(channel, request.service if "." in request.service else ""))

    @staticmethod
    def _state(channel: grpc.Channel, service: str) -> int:
        try:
            stub = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=2)  # type: ignore[attr-defined]  # its types lack it
        except grpc.RpcError:
            return Answer.NOT_SERVING
        return int(answer.status)
