"""The rules that every method, field, event and command of the protos keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, FileDescriptor, MethodDescriptor

from chassis.bus.marks import disagreements
from chassis.declared import ROLE_NAMES, command_of, field_of, proto_modules
from chassis.grpc.clock_door import ClockDoor
from chassis.grpc.doors import doors_of
from chassis.settings import service_names, worker_names
from hotline.options.v1 import options_pb2 as options
from tests.walls.sources import sources

Files = Iterable[FileDescriptor]
# Those that call and are not called, or come with later issues.
CALLERS = {"gateway", "provincial", "notify", "assessment", "kb"}
WORDS = (options.KIND_LINE, options.KIND_TEXT)
FLOATING = (FieldDescriptor.TYPE_FLOAT, FieldDescriptor.TYPE_DOUBLE)
TEXTUAL = (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES)
PAGE = "hotline.ticket.v1.Page"
# Lists that the law closes, short for ever.
WHOLE = {"hotline.intake.v1.DeclineService.ListDeclineReasons"}
TO_ALL_DOORS = {"SigningKeyPublished", "TokensRevoked"}


@cache
def ours() -> tuple[FileDescriptor, ...]:
    """Every proto under hotline but the one that makes the options."""
    return tuple(module.DESCRIPTOR for module in proto_modules() if module is not options)


def a_method_says_who_may_call_it(files: Files) -> Iterator[str]:
    """Roles, callers, anonymous or everyone; the roles and callers are some that there are."""
    for method in methods_of(files):
        access = access_of(method)
        if not (access.roles or access.callers or access.anonymous or access.everyone):
            yield f"{method.full_name} declares nobody who may call it"
        if unknown := set(access.callers) - CALLERS - set(service_names()):
            yield f"{method.full_name} may be called by {', '.join(sorted(unknown))}, of whom there is none"
        if any(not ROLE_NAMES.get(role) for role in access.roles):
            yield f"{method.full_name} may be called in a role there is not"
        if access.anonymous and (access.roles or access.callers or access.everyone):
            yield f"{method.full_name} is open to all, and names some"


def a_text_declares_its_kind(files: Files) -> Iterator[str]:
    """Also the values of a map. `raw` is for free text, `identity` and all others for texts at all."""
    for field in fields_of(files):
        declared = field_of(field)
        if holds_text(field):
            if declared is None or declared.kind == options.KIND_UNSPECIFIED:
                yield f"{field.full_name} declares no kind"
            elif declared.raw and declared.kind not in WORDS:
                yield f"{field.full_name} is raw and no free text"
            elif (declared.kind == options.KIND_BLOB) != (text_type(field) == FieldDescriptor.TYPE_BYTES):
                yield f"{field.full_name}: bytes, and nothing else, are blobs"
        elif declared is not None and (declared.kind or declared.identity or declared.raw or declared.max):
            yield f"{field.full_name} is no text, and says of what kind"


def a_writing_request_has_its_id_first(files: Files) -> Iterator[str]:
    """request_id = 1, an id, required; and nothing but a writing request has one."""
    for method in methods_of(files):
        field = method.input_type.fields_by_name.get("request_id")
        if access_of(method).writes:
            declared = field_of(field) if field is not None else None
            if field is None or field.number != 1 or declared is None or not declared.required or declared.kind != options.KIND_ID:
                yield f"{method.input_type.full_name} writes without a required request_id = 1"
        elif field is not None:
            yield f"{method.full_name} has a request_id and does not say that it writes"


def what_reveals_also_writes(files: Files) -> Iterator[str]:
    """It journals why."""
    return (f"{method.full_name} reveals and does not write" for method in methods_of(files) if is_secret_reveal(method))


def a_list_has_pages(files: Files) -> Iterator[str]:
    """Of methods List…: a Page asked for, the next page's token answered. Elsewhere both or neither."""
    for method in methods_of(files):
        page = method.input_type.fields_by_name.get("page")
        asked = page is not None and page.message_type is not None and page.message_type.full_name == PAGE
        answered = "next_page_token" in method.output_type.fields_by_name
        wanted = method.name.startswith("List") and method.full_name not in WHOLE
        if asked != answered or (wanted and not asked):
            yield f"{method.full_name}: a list is asked for by Page and answers next_page_token"


def an_event_names_nobody(files: Files) -> Iterator[str]:
    """No identity, no secret, no blob in what is told or ordered, however deep."""
    for event in (*events_of(files), *commands_of(files)):
        for field in below(event):
            declared = field_of(field)
            if declared is not None and (declared.identity or declared.kind in (options.KIND_SECRET, options.KIND_BLOB)):
                yield f"{event.full_name} tells {field.full_name}"


def an_event_is_told_to_who_is_there(files: Files) -> Iterator[str]:
    """Its listeners are other services with a worker; what every door must know reaches every door."""
    for event in events_of(files):
        source = event.full_name.split(".")[1]
        listeners = list(event.GetOptions().Extensions[options.event].listeners)
        if unknown := set(listeners) - set(worker_names()):
            yield f"{event.full_name} is told to {', '.join(sorted(unknown))}, who has no worker"
        if source in listeners or len(set(listeners)) != len(listeners):
            yield f"{event.full_name}: listeners are others, each once"
        if event.name in TO_ALL_DOORS and set(listeners) != set(service_names()) - {source}:
            yield f"{event.full_name} concerns every service with a door"


def an_event_stands_among_events(files: Files) -> Iterator[str]:
    """In its service's events.proto, where the bus looks for it."""
    for event in events_of(files):
        _, source, *_ = event.full_name.split(".")
        if event.file.name != f"hotline/{source}/v1/events.proto":
            yield f"{event.full_name} is an event outside of events.proto"


def a_command_says_who_receives_it(files: Files) -> Iterator[str]:
    """Every message of a commands.proto is a command, and no other; its receiver is the service of its package, its callers are others."""
    for file in files:
        for message in file.message_types_by_name.values():
            _, service, *_ = message.full_name.split(".")
            declared, lives_there = command_of(message.GetOptions()), file.name == f"hotline/{service}/v1/commands.proto"
            if (declared is not None) != lives_there:
                yield f"{message.full_name}: commands, and nothing else, stand in hotline/{service}/v1/commands.proto"
            if declared is not None and (declared.receiver != service or service not in worker_names()):
                yield f"{message.full_name} is received by {service}, which says so and has a worker"
            if declared is not None and not set() < set(declared.callers) <= set(worker_names()) - {service}:
                yield f"{message.full_name} is ordered by other services that have a worker"


def names_are_the_houses(files: Files) -> Iterator[str]:
    """State, never status; no floating number; instants and days are named so."""
    for file in files:
        names = [*(each.full_name for each in messages_of([file])), *file.enum_types_by_name, *(each.name for each in methods_of([file]))]
        yield from (f"{name}: a state is no status" for name in names if re.search("status", name, re.IGNORECASE))
    for field in fields_of(files):
        if "status" in field.name:
            yield f"{field.full_name}: a state is no status"
        if field.type in FLOATING:
            yield f"{field.full_name} floats: money and rates are decimal texts"
        if field.name.endswith(("_time", "_date", "_timestamp")):
            yield f"{field.full_name}: an instant is …_at, a day is …_on or day"


RULES = (
    a_method_says_who_may_call_it,
    a_text_declares_its_kind,
    a_writing_request_has_its_id_first,
    what_reveals_also_writes,
    a_list_has_pages,
    an_event_names_nobody,
    an_event_is_told_to_who_is_there,
    an_event_stands_among_events,
    a_command_says_who_receives_it,
    names_are_the_houses,
)


def methods_without_a_door(files: Files) -> Iterator[str]:
    """Every method of every proto service has its method in a door of that service's api; and no door has others."""
    doors = {door.service: door for door in all_doors()}
    services = {service.full_name: service for file in files for service in file.services_by_name.values()}
    yield from (f"{name} has no door" for name in sorted(services.keys() - doors.keys()))
    yield from (f"{doors[name].__name__} is the door of {name}, which there is not" for name in sorted(doors.keys() - services.keys()))
    for name in sorted(services.keys() & doors.keys()):
        asked = {method.name for method in services[name].methods}
        answered = {each for each in vars(doors[name]) if not each.startswith("_") and callable(getattr(doors[name], each))}
        yield from (f"{doors[name].__name__} does not answer {name}/{each}" for each in sorted(asked - answered))
        yield from (f"{doors[name].__name__}.{each} answers nothing of {name}" for each in sorted(answered - asked))


def doors_out_of_place() -> Iterator[str]:
    """A service's doors answer for its own package."""
    for service in service_names():
        for door in doors_of(service):
            if not door.service.startswith(f"hotline.{service}.v1."):
                yield f"services/{service}/api has the door of {door.service}"


def events_unheard_or_heard_in_vain() -> Iterator[str]:
    """Where the listeners an event declares and the handlers of that listener's worker differ."""
    for service in worker_names():
        yield from disagreements(service, import_module(f"services.{service}.worker").WORKER())


def events_never_told(files: Files) -> Iterator[str]:
    """An event that its source makes nowhere, nor has chassis make for it; or a command that one of its callers makes nowhere."""
    told = [(event, event.full_name.split(".")[1]) for event in events_of(files)]
    ordered = [(message, caller) for message in commands_of(files) for caller in message.GetOptions().Extensions[options.command].callers]
    for message, source in told + ordered:
        made = re.compile(rf"\b(?:{message.name}\(|seals_days\({message.name}\))")
        if not any(made.search(file.text) for file in sources(f"services/{source}")):
            yield f"{message.full_name} is declared, and told nowhere in services/{source}"


def all_doors() -> Iterator[Any]:
    """Every door there is."""
    yield ClockDoor
    for service in service_names():
        yield from doors_of(service)


def access_of(method: MethodDescriptor) -> options.Access:
    """What a method declares, or nothing."""
    return method.GetOptions().Extensions[options.access]


def methods_of(files: Files) -> Iterator[MethodDescriptor]:
    """Every method."""
    return (method for file in files for service in file.services_by_name.values() for method in service.methods)


def messages_of(files: Files) -> Iterator[Descriptor]:
    """Every message, with those inside; not the entries of maps."""
    waiting = [message for file in files for message in file.message_types_by_name.values()]
    while waiting:
        message = waiting.pop(0)
        if not message.GetOptions().map_entry:
            yield message
            waiting += message.nested_types


def events_of(files: Files) -> Iterator[Descriptor]:
    """Every message that is told."""
    return (message for message in messages_of(files) if message.GetOptions().HasExtension(options.event))


def commands_of(files: Files) -> Iterator[Descriptor]:
    """Every message that is ordered."""
    return (message for message in messages_of(files) if command_of(message.GetOptions()) is not None)


def fields_of(files: Files) -> Iterator[FieldDescriptor]:
    """Every field of every message."""
    return (field for message in messages_of(files) for field in message.fields)


def below(message: Descriptor, above: frozenset[str] = frozenset()) -> Iterator[FieldDescriptor]:
    """Every field that a message can hold, however deep."""
    for field in message.fields:
        yield field
        if field.message_type is not None and field.message_type.full_name not in above:
            yield from below(field.message_type, above | {message.full_name, field.message_type.full_name})


def text_type(field: FieldDescriptor) -> int:
    """The type of a field, or of its values where it is a map."""
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return int(field.message_type.fields_by_name["value"].type)
    return int(field.type)


def holds_text(field: FieldDescriptor) -> bool:
    """Whether it, or a value of it, is a string or bytes."""
    return text_type(field) in TEXTUAL


def is_secret_reveal(method: MethodDescriptor) -> bool:
    """Whether it shows identities and leaves no trace of it."""
    access = access_of(method)
    return bool(access.reveals and not access.writes)
