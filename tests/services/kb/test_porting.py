"""Entries as files: what is exported is imported again; of each refused line the report says why."""

import json
from pathlib import Path
from typing import Any

import pytest

from chassis.caller import Caller
from chassis.job import jobs_of
from hotline.kb.v1 import entry_pb2 as pb
from hotline.kb.v1 import porting_pb2 as porting
from services.kb import jobs
from services.kb.actions.seeding import seed_entries, seeds
from services.kb.api import warm
from services.kb.rules.porting import Format, Unreadable, read, write
from services.kb.store import entries as rows
from tests.services.kb.shelves import DISTRICT_EDITOR, EDITOR, HANDLER, OPERATOR, REVIEWER, Library, person
from tests.services.refused import Refused

FORMATS = {porting.FORMAT_JSON_LINES: Format.JSON_LINES, porting.FORMAT_MARKDOWN: Format.MARKDOWN, porting.FORMAT_CSV: Format.CSV}
GOOD = {"title": "停水", "public_words": "请告知小区。", "review_on": "2025-12-31", "unit_id": "water", "categories": ["01.01.01"]}


def lines(*given: object) -> bytes:
    return "\n".join(each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in given).encode()


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_exported_is_imported_again(library: Library, kind: int) -> None:
    written: dict[str, Any] = {
        "title": '带"引号"、逗号，和冒号: 的标题',
        "public_words": '第一段。\n\n第二段，含"引号"与,逗号。\n- 列表\n--- 不是字段区',
        "internal_words": "内部一行",
        "valid_from": "2025-01-01",
        "keywords": ["别名一", "别名二"],
        "categories": ["01.01.01", "01.01.02"],
        "citywide": True,
    }
    entry = library.published(**written)
    exported = library.ask("PortingService/ExportEntries", EDITOR, format=kind).content
    report = library.ask("PortingService/ImportEntries", EDITOR, format=kind, content=exported)
    assert (len(report.entry_ids), list(report.refused)) == (1, [])
    again = library.ask("EntryService/GetEntry", EDITOR, entry_id=report.entry_ids[0]).entry
    assert again.state == pb.ENTRY_STATE_IN_REVIEW
    assert again.text.content == entry.text.content


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("不是 JSON", "JSON"),
        ("[1]", "一组字段"),
        ({**GOOD, "title": ""}, "title"),
        ({**GOOD, "title": "长" * 101}, "100"),
        ({**GOOD, "title": 5}, "文字"),
        ({**GOOD, "review_on": "明年"}, "review_on"),
        ({**GOOD, "public_words": "", "internal_words": " "}, "口径"),
        ({**GOOD, "unit_id": "nowhere"}, "单位"),
        ({**GOOD, "valid_from": "2025-02-01", "valid_until": "2025-01-01"}, "有效期至"),
        ({**GOOD, "titel": "错字"}, "titel"),
        ({**GOOD, "categories": {"a": 1}}, "列表"),
        ({**GOOD, "citywide": "也许"}, "citywide"),
        ({**GOOD, "source": "国务院"}, "source"),
        ({**GOOD, "title": "控制\u0007字符"}, "控制字符"),
        ("[" * 100_000, "JSON"),
    ],
)
def test_each_refused_line_is_told_with_its_reason_and_the_others_are_taken(library: Library, given: object, why: str) -> None:
    content = lines(GOOD, "", given, GOOD)
    report = library.ask("PortingService/ImportEntries", EDITOR, format=porting.FORMAT_JSON_LINES, content=content)
    assert len(report.entry_ids) == 2
    assert [each.line for each in report.refused] == [3]
    assert why in report.refused[0].reason


@pytest.mark.parametrize(
    ("kind", "content", "line", "why"),
    [
        (porting.FORMAT_CSV, "title,unit_id\n停水,water,多一列\n", 2, "2 列"),
        (porting.FORMAT_CSV, 'title,unit_id\n"停水,water\n', 2, "CSV"),
        (porting.FORMAT_CSV, "title,unit_id\n\n停水,water\n", 3, "review_on"),
        (porting.FORMAT_MARKDOWN, "---\ntitle: [未完\n---\n正文\n", 1, "YAML"),
        (porting.FORMAT_MARKDOWN, "---\ntitle: &a 停水\nunit_id: *a\n---\n正文\n", 1, "YAML"),
        (porting.FORMAT_MARKDOWN, "---\n- 列表\n---\n正文\n", 1, "一组字段"),
    ],
)
def test_refused_lines_of_other_files(library: Library, kind: int, content: str, line: int, why: str) -> None:
    report = library.ask("PortingService/ImportEntries", EDITOR, format=kind, content=content.encode())
    assert ([each.line for each in report.refused], list(report.entry_ids)) == ([line], [])
    assert why in report.refused[0].reason


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (porting.FORMAT_CSV, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"),
        (porting.FORMAT_CSV, b"\xff\xfe\xff"),
        (porting.FORMAT_CSV, "名称,单位\n停水,water\n".encode()),
        (porting.FORMAT_MARKDOWN, b"# no front matter"),
        (porting.FORMAT_MARKDOWN, b"before\n---\ntitle: x\n---\n"),
        (porting.FORMAT_UNSPECIFIED, b"{}"),
        (porting.FORMAT_JSON_LINES, b"{}\n" * 501),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_whole(library: Library, kind: int, content: bytes) -> None:
    before = library.everything()
    with pytest.raises(Refused) as refused:
        library.ask("PortingService/ImportEntries", EDITOR, format=kind, content=content)
    assert refused.value.code == "INVALID_ARGUMENT"
    assert library.everything() == before


def test_spreadsheets_of_offices_are_read(library: Library) -> None:
    head = "title,public_words,review_on,unit_id,categories,source.name"
    table = f"{head}\r\n停水,请告知小区。,2025-12-31,water,01.01.01|01.01.02,城市供水条例\r\n"
    report = library.ask("PortingService/ImportEntries", EDITOR, format=porting.FORMAT_CSV, content=table.encode("gb18030"))
    entry = library.ask("EntryService/GetEntry", EDITOR, entry_id=report.entry_ids[0]).entry
    assert (list(entry.text.content.categories), entry.text.content.source.name) == (["01.01.01", "01.01.02"], "城市供水条例")
    assert library.do("PublishEntry", entry, REVIEWER).published_version == 1


def test_files_come_in_at_the_hub_alone(library: Library) -> None:
    for by in (person("editor-3", "KB_EDITOR", unit="water"), HANDLER, OPERATOR):
        with pytest.raises(Refused, match="PERMISSION_DENIED"):
            library.ask("PortingService/ImportEntries", by, format=porting.FORMAT_JSON_LINES, content=lines(GOOD))
    report = library.ask("PortingService/ImportEntries", DISTRICT_EDITOR, format=porting.FORMAT_JSON_LINES, content=lines(GOOD))
    assert "单位" in report.refused[0].reason


@pytest.mark.parametrize("kind", Format)
def test_pages_of_an_export_make_one_file(kind: Format) -> None:
    contents = [content for _, content in seeds()][:5]
    parts = write(kind, contents[:2]) + write(kind, contents[2:], with_head=False)
    assert [record.fields["title"] for record in read(kind, parts)] == [content.title for content in contents]


def test_the_job_is_called_as_it_is_said() -> None:
    assert {"first_start", "import", "export", "verify"} == jobs_of("kb").keys()


def test_jobs_import_and_export(library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    library.published()
    good, bad, out = tmp_path / "good.jsonl", tmp_path / "bad.jsonl", tmp_path / "out.md"
    good.write_bytes(lines(GOOD))
    bad.write_bytes(lines(GOOD, "{"))
    assert jobs.import_(library.store, library.store.settings, [str(good)]) == 0
    assert jobs.import_(library.store, library.store.settings, [str(bad)]) == 1
    assert "第 2 行未导入" in capsys.readouterr().out
    assert jobs.export(library.store, library.store.settings, [str(out)]) == 0
    assert [record.fields["title"] for record in read(Format.MARKDOWN, out.read_bytes())] == ["停水怎么办"]
    with pytest.raises(Unreadable):
        list(read(Format.CSV, out.read_bytes()))


def test_the_seeds_are_published_once_and_found(library: Library) -> None:
    by = Caller.timer("kb", "zibo")
    warm(library.store)
    assert library.store.write(by, seed_entries) > 100
    assert library.store.write(by, seed_entries) == 0
    for query, title in (
        ("停水", "突然停水怎么办"),
        ("gjj", "住房公积金提取条件"),
        ("退休年龄", "退休年龄和渐进式延迟退休"),
        ("暖气不热", "暖气不热怎么投诉"),
    ):
        assert title in library.find(query)[:3], query
        assert title in library.find(query, DISTRICT_EDITOR)[:3], query
    assert library.store.read(by, rows.newest_revision) > 100
    assert library.told("UpkeepAsked") == []
