"""Every RPC of every service, asked wrongly in every way its fields can be wrong: a typed refusal in Chinese, nothing written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import grpc
import pytest
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import error_details_pb2
from grpc_status import rpc_status
from sqlalchemy import func, select

from chassis.caller import Caller
from chassis.declared import ROLE_NAMES, access_of
from chassis.grpc.doors import doors_of
from chassis.grpc.server import service_descriptor
from chassis.settings import service_names
from chassis.store import Store
from tests.contracts.requests import spoilt, well_formed
from tests.harness import Served

CHINESE = re.compile(r"[\u4e00-\u9fff]")
REFUSALS = frozenset({
    grpc.StatusCode.INVALID_ARGUMENT,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.FAILED_PRECONDITION,
    grpc.StatusCode.PERMISSION_DENIED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.UNAUTHENTICATED,
})  # fmt: skip


def _methods(service: str) -> Iterator[MethodDescriptor]:
    for door in doors_of(service):
        yield from service_descriptor(door.service).methods


def _somebody(method: MethodDescriptor) -> Caller | None:
    access = access_of(method)
    if access.anonymous:
        return None
    if access.callers and not access.roles and not access.everyone:
        return Caller.peer(access.callers[0], "zibo")
    return Caller("person", "p-all", "zibo", "zibo-hub", frozenset(ROLE_NAMES.values()))


def _ask(served: Served, method: MethodDescriptor, request: Message, by: Caller | None) -> grpc.RpcError | None:
    assert method.containing_service is not None
    try:
        served.ask(f"{method.containing_service.name}/{method.name}", request, GetMessageClass(method.output_type), by)
    except grpc.RpcError as error:
        return error
    return None


def _rows(store: Store) -> dict[str, int]:
    if not store.is_sqlite:
        return {}
    with store.engine.connect() as connection:
        return {name: connection.execute(select(func.count()).select_from(table)).scalar_one() for name, table in store.tables.items()}


def _is_typed(error: grpc.RpcError) -> bool:
    status = rpc_status.from_call(error)  # type: ignore[arg-type]  # an error is its own call
    info = error_details_pb2.ErrorInfo()
    return bool(CHINESE.search(error.details() or "")) and status is not None and any(detail.Unpack(info) for detail in status.details)


@pytest.mark.parametrize("service", service_names())
def test_a_spoilt_field_is_refused_by_name_and_nothing_is_written(service: str, served: Callable[[str], Served]) -> None:
    running = served(service)
    before, wrong = _rows(running.store), []
    for method in _methods(service):
        for case in spoilt(method):
            error = _ask(running, method, case.request, _somebody(method))
            if error is None or error.code() is not grpc.StatusCode.INVALID_ARGUMENT or not _is_typed(error):
                wrong.append(f"{method.name} {case.field} {case.how}: {error and error.code()} {error and error.details()}")
    assert wrong == []
    assert _rows(running.store) == before


@pytest.mark.parametrize("service", service_names())
def test_an_empty_request_and_one_that_names_nothing_known_is_answered_or_refused(service: str, served: Callable[[str], Served]) -> None:
    running = served(service)
    wrong = []
    for method in _methods(service):
        for request in (GetMessageClass(method.input_type)(), well_formed(method)):
            before = _rows(running.store)
            error = _ask(running, method, request, _somebody(method))
            if error is not None and (error.code() not in REFUSALS or not _is_typed(error)):
                wrong.append(f"{method.name}: {error.code()} {error.details()}")
            if error is not None and _rows(running.store) != before:
                wrong.append(f"{method.name}: refused, and yet something was written")
    assert wrong == []


@pytest.mark.parametrize("service", service_names())
def test_nobody_without_a_token_and_nobody_without_the_role_is_let_in(service: str, served: Callable[[str], Served]) -> None:
    running = served(service)
    stranger = Caller("person", "p-none", "zibo", "zibo-hub", frozenset())
    wrong = []
    for method in _methods(service):
        access = access_of(method)
        expected = {None: grpc.StatusCode.UNAUTHENTICATED, stranger: grpc.StatusCode.PERMISSION_DENIED}
        for by, code in expected.items():
            if access.anonymous or (by is stranger and access.everyone):
                continue
            error = _ask(running, method, well_formed(method), by)
            if error is None or error.code() is not code or not CHINESE.search(error.details() or ""):
                wrong.append(f"{method.name} by {by and by.id}: {error and error.code()}")
    assert wrong == []
