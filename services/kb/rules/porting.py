"""Entries as files: JSON lines, Markdown with front matter, CSV. What cannot be read is told by its line."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import yaml

from services.kb.rules.entries import Content

LISTS = ("categories", "keywords")
SOURCE = ("name", "number", "issuer", "issued_on", "expires_on", "replaced_by")
PLAIN = ("title", "unit_id", "review_on", "valid_from", "valid_until", "public_words", "internal_words")
COLUMNS = (*PLAIN, *(f"source.{name}" for name in SOURCE), *LISTS, "citywide")
INTERNAL = "## 内部口径"
LONGEST_CELL = 20_000
_FRONT = re.compile(r"^---[ \t]*\n(.*?)^---[ \t]*\n", re.MULTILINE | re.DOTALL)
_APART = re.compile(r"[、,，;；|]")
_TRUTH = {"true": True, "yes": True, "是": True, "1": True, "false": False, "no": False, "否": False, "0": False, "": False}
csv.field_size_limit(10 * LONGEST_CELL)


class Format(StrEnum):
    """How a file is written; the value is the end of its name."""

    JSON_LINES = "jsonl"
    MARKDOWN = "md"
    CSV = "csv"


class Unreadable(ValueError):
    """What cannot be read; the message says why, in Chinese."""


@dataclass(frozen=True)
class Record:
    """What stands at a line of a file: the fields of an entry by their names in COLUMNS, or why it cannot be read."""

    line: int
    fields: Mapping[str, Any]
    reason: str = ""


def decoded(content: bytes) -> str:
    """A file's text: UTF-8, or GB 18030 as offices' spreadsheets write it. Raises Unreadable."""
    if b"\0" in content:
        raise Unreadable("不是文本文件：请上传 JSON Lines、Markdown 或 CSV 文件")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise Unreadable("文字编码无法识别：请另存为 UTF-8 后重新上传")


def read(kind: Format, content: bytes) -> Iterator[Record]:
    """What a file holds. Raises Unreadable for a file that is not of its kind at all."""
    return _READERS[kind](decoded(content))


def write(kind: Format, contents: Iterable[Content], *, with_head: bool = True) -> bytes:
    """A file that `read` reads; a CSV's first line only `with_head`."""
    rows = [_flat(content) for content in contents]
    if kind is Format.CSV:
        return _csv(rows, with_head=with_head)
    lines = (_markdown(row) if kind is Format.MARKDOWN else json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return "".join(lines).encode()


def _read_json(text: str) -> Iterator[Record]:
    for line, each in enumerate(text.split("\n"), 1):
        if each.strip():
            try:
                yield _record(line, json.loads(each))
            except (ValueError, RecursionError):
                yield Record(line, {}, "不是有效的 JSON：每行应为一个条目")


def _read_csv(text: str) -> Iterator[Record]:
    rows = csv.reader(io.StringIO(text), strict=True)
    try:
        head = [cell.strip() for cell in next(rows, [])]
        if "title" not in head:
            raise Unreadable(f"CSV 第一行应为列名：{'、'.join(COLUMNS)}")
        line = rows.line_num + 1
        for cells in rows:
            if any(cell.strip() for cell in cells):
                yield _row(line, head, cells)
            line = rows.line_num + 1
    except csv.Error:
        yield Record(rows.line_num, {}, "不是有效的 CSV：引号或分隔符不成对，此行以后未读取")


def _row(line: int, head: list[str], cells: list[str]) -> Record:
    if len(cells) != len(head):
        return Record(line, {}, f"应有 {len(head)} 列，现有 {len(cells)} 列")
    return _record(line, dict(zip(head, cells, strict=True)))


def _read_markdown(text: str) -> Iterator[Record]:
    fronts = list(_FRONT.finditer(text))
    if not fronts or text[: fronts[0].start()].strip():
        raise Unreadable("Markdown 应以 --- 开头的字段区（front matter）开始")
    ends = [front.start() for front in fronts[1:]] + [len(text)]
    for front, end in zip(fronts, ends, strict=True):
        line = text.count("\n", 0, front.start()) + 1
        public, _, internal = text[front.end() : end].partition(INTERNAL)
        words = {"public_words": public.strip(), "internal_words": internal.strip()}
        try:
            fields = yaml.load(front[1], _Plain)  # noqa: S506 - a SafeLoader that makes nothing but texts, lists and maps
        except (yaml.YAMLError, ValueError, RecursionError):
            yield Record(line, {}, "字段区不是有效的 YAML")
        else:
            yield _record(line, {**fields, **words} if isinstance(fields, dict) else fields)


class _Plain(yaml.SafeLoader):  # type: ignore[misc]  # it has no types
    """Reads days and numbers as the texts they are, and no alias."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - the library's way

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuses an alias: a short file could stand for an endless one."""
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.YAMLError
        return super().compose_node(parent, index)


_READERS: dict[Format, Callable[[str], Iterator[Record]]] = {
    Format.JSON_LINES: _read_json,
    Format.MARKDOWN: _read_markdown,
    Format.CSV: _read_csv,
}


def _record(line: int, given: object) -> Record:
    if not isinstance(given, dict):
        return Record(line, {}, "应为一组字段：名称和值")
    named = dict(given)
    source = named.pop("source", {})
    if not isinstance(source, dict):
        return Record(line, {}, "source 应为一组字段：name、number、issuer、issued_on、expires_on、replaced_by")
    named |= {f"source.{name}": value for name, value in source.items()}
    if unknown := sorted(str(name) for name in named if name not in COLUMNS):
        return Record(line, {}, f"没有名为 {unknown[0][:40]} 的字段")
    try:
        return Record(line, {name: _value(name, value) for name, value in named.items() if value is not None})
    except Unreadable as error:
        return Record(line, {}, str(error))


def _value(name: str, value: object) -> str | bool | list[str]:
    if name in LISTS:
        parts = value if isinstance(value, list) else _APART.split(value) if isinstance(value, str) else None
        if parts is None or not all(isinstance(part, str) for part in parts):
            raise Unreadable(f"{name} 应为文字的列表")
        return [part.strip() for part in parts if part.strip()]
    if name == "citywide":
        truth = value if isinstance(value, bool) else _TRUTH.get(str(value).strip().lower())
        if truth is None:
            raise Unreadable("citywide 应为 true 或 false")
        return truth
    if not isinstance(value, str):
        raise Unreadable(f"{name} 应为文字")
    return value.strip()


def _flat(content: Content) -> dict[str, Any]:
    facts = asdict(content)
    source = facts.pop("source")
    facts |= {f"source.{name}": source[name] for name in SOURCE}
    return {name: list(facts[name]) if name in LISTS else facts[name] for name in COLUMNS if facts[name]}


def _csv(rows: list[dict[str, Any]], *, with_head: bool) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    if with_head:
        writer.writeheader()
    writer.writerows({name: "|".join(value) if isinstance(value, list) else value for name, value in row.items()} for row in rows)
    return out.getvalue().encode()


def _markdown(row: dict[str, Any]) -> str:
    front = {name: value for name, value in row.items() if name not in ("public_words", "internal_words")}
    lines = "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in front.items())
    internal = f"\n{INTERNAL}\n\n{row['internal_words']}\n" if "internal_words" in row else ""
    return f"---\n{lines}---\n\n{row.get('public_words', '')}\n{internal}\n"
