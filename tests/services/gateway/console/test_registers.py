"""Each register's table against the protos: what it names is there, and everything people read has its words."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from services.gateway.console import words
from services.gateway.console.registers import Register, register_desks, registers
from services.gateway.console.verbs import (
    answer_fields,
    answer_type,
    is_for_everyone,
    long_form_of,
    method_of,
    request_type,
    roles_of,
    writes,
)

ALL = [register for found in registers().values() for register in found.values()]


@pytest.fixture(params=ALL, ids=lambda register: register.path)
def register(request: pytest.FixtureRequest) -> Register:
    found: Register = request.param
    return found


def row_of(register: Register) -> Any:
    listed = answer_type(register.lists).DESCRIPTOR.fields[0]
    assert listed.is_repeated
    return listed.message_type


def at(message: Any, path: str) -> FieldDescriptor:
    *above, name = path.split(".")
    for each in above:
        message = message.fields_by_name[each].message_type
    found: FieldDescriptor = message.fields_by_name[name]
    return found


def names_of(message: type[Message]) -> set[str]:
    return set(message.DESCRIPTOR.fields_by_name.keys())


def test_its_list_pages_and_its_columns_are_fields_with_words(register: Register) -> None:
    assert "page" in names_of(request_type(register.lists))
    assert "next_page_token" in names_of(answer_type(register.lists))
    for path, word in register.columns:
        field = at(row_of(register), path)
        assert word
        assert field.enum_type is None or field.enum_type.full_name.removeprefix("hotline.") in words.table()
    assert all(field.label for field in register.filter_fields())


def test_its_forms_send_back_fields_of_the_row_and_every_verb_has_its_words(register: Register) -> None:
    assert all(at(row_of(register), path) for path in register.carries)
    for verb, term in {**register.adds, **register.verbs}.items():
        method = method_of(register.package, verb)
        known = register.known if verb in register.verbs else register.known_above
        assert term
        assert all(field.label for field in long_form_of(method, known))
    for verb in register.verbs:
        assert register.known & names_of(request_type(method_of(register.package, verb))), "a verb of a row is told which"
    if register.get:
        assert register.known & names_of(request_type(register.get))


def test_what_rows_open_to_is_there(register: Register) -> None:
    assert bool(register.carries) == bool(register.verbs or register.get or register.leads)
    beside = registers()[register.path.split("/")[1]]
    for key, asked in register.leads.items():
        assert beside[key].needs == asked
    if register.needs:
        assert register.needs in names_of(request_type(register.lists))
    if not register.stands_alone:
        assert any(register.path.endswith(f"/{key}") for each in beside.values() for key in each.leads), "nothing leads to it"


def test_what_is_tried_writes_nothing_and_its_answer_has_words(register: Register) -> None:
    for verb, (tried, word) in register.tries.items():
        method = method_of(register.package, tried)
        assert verb in register.verbs
        assert word
        assert not writes(method)
        assert all(label for _, label in answer_fields(method))


def test_whoever_has_a_register_may_ask_its_list(register: Register) -> None:
    asked = roles_of(register.lists)
    assert register.roles
    assert is_for_everyone(register.lists) or register.roles <= asked


def test_no_two_desks_or_registers_are_called_alike() -> None:
    for names in ([desk.name for desk in register_desks()], [register.name for register in ALL]):
        assert len(names) == len(set(names))
