"""Asking: gRPC servers and clients. The only part of chassis that imports grpc."""

from chassis.grpc.client import Client, dial
from chassis.grpc.server import GrpcServer

__all__ = ["Client", "GrpcServer", "dial"]
