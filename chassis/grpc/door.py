"""The one address in front of all services: forwards each call by its proto package, as an ingress does on Kubernetes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from chassis.declared import proto_modules
from chassis.grpc.server import GRACE_SECONDS, OPTIONS, bind

THREADS = 64
SECONDS = 30.0
PASSED_ON = frozenset({"authorization", "traceparent", "tracestate"})
# A package that is no service of its own is answered by the one named here.
ANSWERED_BY = {"clock": "directory"}

Answer = health_pb2.HealthCheckResponse


class Doorway:
    """A server that forwards. It never reads a message."""

    def __init__(self, address: str, backends: Mapping[str, str]) -> None:
        self._channels = {name: grpc.insecure_channel(target, options=OPTIONS) for name, target in backends.items()}
        self._server = grpc.server(ThreadPoolExecutor(THREADS, "door"), options=OPTIONS)
        self._server.add_generic_rpc_handlers((_Forwarding(self._channels),))
        health_pb2_grpc.add_HealthServicer_to_server(_Health(self._channels), self._server)
        reflection.enable_server_reflection((*proto_services(), reflection.SERVICE_NAME, "grpc.health.v1.Health"), self._server)
        self.port = bind(self._server, address)

    def start(self) -> None:
        """Take calls."""
        self._server.start()

    def stop(self) -> None:
        """Finish the calls under way and stop."""
        self._server.stop(GRACE_SECONDS).wait()
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
        parts = details.method.split(".")
        if parts[0] != "/hotline" or len(parts) < 2:  # noqa: PLR2004 - /hotline.<name>…
            return None
        channel = self._channels.get(ANSWERED_BY.get(parts[1], parts[1]))
        if channel is None:
            return None
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(details.method)

        def forward(request: bytes, context: grpc.ServicerContext) -> bytes:
            metadata = tuple((key, value) for key, value in context.invocation_metadata() if key in PASSED_ON)
            seconds = min(context.time_remaining() or SECONDS, SECONDS)
            try:
                return call(request, timeout=seconds, metadata=metadata)
            except grpc.RpcError as error:
                context.set_trailing_metadata(tuple(error.trailing_metadata() or ()))  # type: ignore[arg-type]  # its pairs are named tuples
                context.abort(error.code(), error.details() or "")
                raise

        return grpc.unary_unary_rpc_method_handler(forward)


class _Health(health_pb2_grpc.HealthServicer):
    def __init__(self, channels: Mapping[str, grpc.Channel]) -> None:
        self._channels = channels

    def Check(self, request: health_pb2.HealthCheckRequest, context: grpc.ServicerContext) -> Answer:  # noqa: N802 - the RPC's name
        """One service's health, or that of all for an empty name."""
        if not request.service:
            states = [self._state(channel, "") for channel in self._channels.values()]
            return Answer(status=Answer.SERVING if all(s == Answer.SERVING for s in states) else Answer.NOT_SERVING)
        parts = request.service.split(".")
        channel = self._channels.get(ANSWERED_BY.get(parts[1], parts[1]) if len(parts) > 1 else parts[0])
        if channel is None:
            context.abort(grpc.StatusCode.NOT_FOUND, "没有这个服务")
            raise AssertionError("abort raises")
        return Answer(status=self._state(channel, request.service if len(parts) > 1 else ""))

    @staticmethod
    def _state(channel: grpc.Channel, service: str) -> int:
        try:
            stub = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=2)  # type: ignore[attr-defined]  # its types lack it
        except grpc.RpcError:
            return Answer.NOT_SERVING
        return int(answer.status)
