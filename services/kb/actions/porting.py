"""Entries in and out as files, with a report of what was refused and why."""

from __future__ import annotations

from dataclasses import dataclass

from google.protobuf.json_format import ParseDict, ParseError

from chassis.checking import check
from chassis.errors import Denied, Invalid
from chassis.store import Tx
from chassis.store.paging import Page
from hotline.kb.v1 import entry_pb2
from services.kb.actions.editing import add_entry
from services.kb.messages import content_of
from services.kb.rules import entries as rules
from services.kb.rules.entries import Content
from services.kb.rules.porting import Format, Record, Unreadable, read, write
from services.kb.store import copies
from services.kb.store import entries as rows

MOST = 500


@dataclass(frozen=True)
class Refused:
    """An entry of a file that was not taken, by the line it begins at."""

    line: int
    reason: str


@dataclass(frozen=True)
class Report:
    """What became of a file."""

    entry_ids: list[str]
    refused: list[Refused]


def import_entries(tx: Tx, kind: Format | None, content: bytes) -> Report:
    """Take in a file: what can be read waits for review. Raises Invalid for a file that is not what it says, Denied."""
    if kind is None:
        raise Invalid("format", "请选择文件格式：JSON Lines、Markdown 或 CSV")
    if tx.by.kind != "timer" and not copies.at_hub(tx, tx.by):
        raise Denied("只有热线工作机构的知识编辑可以批量导入")
    try:
        records = list(read(kind, content))
    except Unreadable as error:
        raise Invalid("content", str(error)) from None
    if len(records) > MOST:
        raise Invalid("content", f"一次最多导入 {MOST} 条，文件中有 {len(records)} 条，请分成几个文件")
    return _taken(tx, records)


def export_entries(tx: Tx, kind: Format | None, page: Page) -> tuple[bytes, str]:
    """A page of published texts as a file, and the next page's token. Raises Invalid."""
    if kind is None:
        raise Invalid("format", "请选择文件格式：JSON Lines、Markdown 或 CSV")
    found, token = rows.page_of_published(tx, page)
    return write(kind, (each.content for each in found), with_head=not page.token), token


def _taken(tx: Tx, records: list[Record]) -> Report:
    report = Report([], [])
    in_city = not copies.kin_of(tx).city
    for record in records:
        try:
            content = _checked(tx, record, in_city=in_city)
        except (Invalid, Unreadable) as error:
            report.refused.append(Refused(record.line, str(error)))
        else:
            entry = add_entry(tx, content)
            rows.save(tx, rules.submit(entry), rows.load_version(tx, entry.entry_id, 1))
            report.entry_ids.append(entry.entry_id)
    return report


def _checked(tx: Tx, record: Record, *, in_city: bool) -> Content:
    if record.reason:
        raise Unreadable(record.reason)
    content = read_content(record)
    rules.check_content(content, in_city=in_city)
    if not copies.is_unit(tx, content.unit_id):
        raise Invalid("unit_id", f"没有编号为 {content.unit_id} 的在用单位")
    return content


def read_content(record: Record) -> Content:
    """The content at a line, held against what the API demands of it. Raises Invalid, Unreadable."""
    plain = {name: value for name, value in record.fields.items() if not name.startswith("source.")}
    source = {name.removeprefix("source."): value for name, value in record.fields.items() if name.startswith("source.")}
    try:
        message = ParseDict({**plain, "source": source}, entry_pb2.EntryContent())
    except ParseError:
        raise Unreadable("字段的值无法识别") from None
    check(message)
    return content_of(message)
