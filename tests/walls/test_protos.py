"""What every method, field and event declares, and that someone answers and hears it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2
from google.protobuf.descriptor_pool import Default
from grpc_tools import protoc

from tests.walls import protos
from tests.walls.protos import RULES, Files, ours
from tests.walls.sources import ROOT

Rule = Callable[[Files], Iterator[str]]


@pytest.mark.parametrize("rule", [*RULES, protos.methods_without_a_door, protos.events_never_told])
def test_protos_keep_the_rule(rule: Rule) -> None:
    offences = list(rule(ours()))
    assert not offences, "\n".join(offences)


def test_doors_stand_in_their_own_service() -> None:
    assert list(protos.doors_out_of_place()) == []


def test_every_event_is_heard_by_whom_it_concerns_and_by_nobody_else() -> None:
    offences = list(protos.events_unheard_or_heard_in_vain())
    assert not offences, "\n".join(offences)


def test_the_walk_reaches_everything() -> None:
    """A walk that finds nothing would break no rule."""
    protos_on_disk = {file.relative_to(ROOT / "protos").as_posix() for file in (ROOT / "protos").rglob("*.proto")}
    assert {file.name for file in ours()} == protos_on_disk - {"hotline/options/v1/options.proto"}
    assert len(list(protos.methods_of(ours()))) > 50
    assert len(list(protos.fields_of(ours()))) > 300
    assert len(list(protos.events_of(ours()))) > 10


BROKEN = """
syntax = "proto3";
package hotline.sla.v1;
import "hotline/options/v1/options.proto";
import "hotline/ticket/v1/ticket.proto";

service BrokenService {
  rpc Nobody(NobodyRequest) returns (NobodyResponse);
  rpc Stranger(NobodyRequest) returns (NobodyResponse) { option (hotline.options.v1.access) = {callers: ["stranger"]}; }
  rpc Both(NobodyRequest) returns (NobodyResponse) { option (hotline.options.v1.access) = {anonymous: true everyone: true}; }
  rpc Write(NobodyRequest) returns (NobodyResponse) { option (hotline.options.v1.access) = {everyone: true writes: true}; }
  rpc Read(ReadRequest) returns (NobodyResponse) { option (hotline.options.v1.access) = {everyone: true}; }
  rpc Reveal(NobodyRequest) returns (NobodyResponse) { option (hotline.options.v1.access) = {everyone: true reveals: true}; }
  rpc ListThings(NobodyRequest) returns (NobodyResponse) { option (hotline.options.v1.access) = {everyone: true}; }
  rpc Things(NobodyRequest) returns (ThingsResponse) { option (hotline.options.v1.access) = {everyone: true}; }
}
message NobodyRequest {}
message NobodyResponse {
  string bare = 1;
  map<string, string> bare_map = 2;
  string raw_id = 3 [(hotline.options.v1.field) = {kind: KIND_ID raw: true}];
  bytes line = 4 [(hotline.options.v1.field) = {kind: KIND_LINE}];
  uint32 number = 5 [(hotline.options.v1.field) = {kind: KIND_ID}];
  uint32 order_status = 6;
  double rate = 7;
  uint32 due_time = 8;
  message Inside {
    string bare_inside = 1;
  }
}
message ReadRequest {
  string request_id = 2 [(hotline.options.v1.field) = {kind: KIND_ID}];
}
message ThingsResponse {
  string next_page_token = 1 [(hotline.options.v1.field) = {kind: KIND_TOKEN}];
}
message Person {
  string name = 1 [(hotline.options.v1.field) = {kind: KIND_LINE identity: true}];
  string password = 2 [(hotline.options.v1.field) = {kind: KIND_SECRET}];
  Person parent = 3;
}
message TokensRevoked {
  option (hotline.options.v1.event) = {listeners: ["sla", "nobody"]};
  map<string, Person> people = 1;
}
message Call {
  option (hotline.options.v1.command) = {receiver: "nobody", callers: ["sla"]};
  Person person = 1;
}
"""


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("protos")
    (folder / "broken.proto").write_text(BROKEN, encoding="utf-8")
    built = folder / "broken.binpb"
    wellknown = Path(protoc.__file__).parent / "_proto"
    assert protoc.main(["", f"-I{folder}", f"-I{ROOT / 'protos'}", f"-I{wellknown}", f"--descriptor_set_out={built}", "broken.proto"]) == 0
    (file,) = descriptor_pb2.FileDescriptorSet.FromString(built.read_bytes()).file
    Default().AddSerializedFile(file.SerializeToString())
    return [Default().FindFileByName("broken.proto")]


@pytest.mark.parametrize(
    ("rule", "offenders"),
    [
        (protos.a_method_says_who_may_call_it, ["Nobody", "Stranger", "Both"]),
        (protos.a_text_declares_its_kind, ["bare", "bare_map", "raw_id", "line", "number", "bare_inside"]),
        (protos.a_writing_request_has_its_id_first, ["NobodyRequest", "Read"]),
        (protos.what_reveals_also_writes, ["Reveal"]),
        (protos.a_list_has_pages, ["ListThings", "Things"]),
        (protos.an_event_names_nobody, ["TokensRevoked tells hotline.sla.v1.Person.name", "password", "Call tells", "password"]),
        (protos.an_event_is_told_to_who_is_there, ["nobody", "others", "every service with a door"]),
        (protos.an_event_stands_among_events, ["TokensRevoked"]),
        (protos.a_command_says_who_receives_it, ["commands.proto", "received by sla", "ordered by other services"]),
        (protos.names_are_the_houses, ["order_status", "rate", "due_time"]),
        (protos.events_never_told, ["TokensRevoked", "Call"]),
    ],
)
def test_a_rule_stops_what_breaks_it(broken: Files, rule: Rule, offenders: list[str]) -> None:
    offences = list(rule(broken))
    assert len(offences) == len(offenders), offences
    for offence, offender in zip(offences, offenders, strict=True):
        assert offender in offence


def test_a_service_without_a_door_is_found(broken: Files) -> None:
    assert "hotline.sla.v1.BrokenService has no door" in list(protos.methods_without_a_door(broken))
