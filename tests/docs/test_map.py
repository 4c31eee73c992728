"""docs/map.md is true: its paths exist, its services are those on disk, its events those the protos declare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from google.protobuf.message import Message

from chassis.declared import command_of, is_event, listeners_of, proto_modules

ROOT = Path(__file__).parents[2]
MAP = (ROOT / "docs/map.md").read_text(encoding="utf-8")


def _rows(heading: str) -> list[list[str]]:
    section = MAP.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def _messages() -> Iterator[type[Message]]:
    for module in proto_modules():
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, Message):
                yield found


def test_every_path_of_the_plan_exists() -> None:
    missing = [path for path, _ in _rows("Plan") if not (ROOT / path.strip("`")).exists()]
    assert missing == []


def test_every_file_named_in_the_text_exists() -> None:
    named = set(re.findall(r"`((?:chassis|tests|docs|regulation)/[\w/]+\.\w+)`", MAP))
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_services_are_those_on_disk() -> None:
    on_disk = {folder.name for folder in (ROOT / "services").iterdir() if (folder / "__init__.py").exists()}
    assert {row[0] for row in _rows("Services")} == on_disk


def test_every_event_stands_with_its_listeners_and_every_command_with_its_receiver() -> None:
    told = {f"`{event.DESCRIPTOR.full_name}`": ", ".join(listeners_of(event)) or "–" for event in _messages() if is_event(event)}
    assert told
    for message in _messages():
        if declared := command_of(message.DESCRIPTOR.GetOptions()):
            told[f"`{message.DESCRIPTOR.full_name}`"] = f"{', '.join(declared.callers)} of {declared.receiver}"
    assert {row[0]: row[1] for row in _rows("Who is told what")} == told
