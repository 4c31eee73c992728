"""Messages read from files of every sort, and laid over virtual weeks."""

from __future__ import annotations

import gzip
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis.checking import check
from hotline.intake.v1.content_pb2 import TicketContent
from simulator.messages import FEWEST_DAYS, MOST_TEXT, MOST_TITLE, SAMPLE, Message, Unreadable, lay, read

START = datetime.fromisoformat("2025-01-06T08:00+08:00")


def written(tmp_path: Path, *rows: Any) -> Path:
    file = tmp_path / "messages.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def one(**row: Any) -> Message:
    return lay([{"text": "路灯坏了", **row}], START)[0]


def test_the_sample_is_laid_over_a_week_from_the_day_after_the_start() -> None:
    messages = lay(read(SAMPLE), START)
    assert [each.number for each in messages] == list(range(len(messages)))
    assert [each.at for each in messages] == sorted(each.at for each in messages)
    assert messages[0].at > START
    assert messages[-1].at < START + timedelta(days=FEWEST_DAYS + 1)


def test_plain_and_compressed_files_read_alike(tmp_path: Path) -> None:
    plain = written(tmp_path, {"title": "路灯", "text": "坏了"}, {"title": "水", "text": "停了"})
    packed = tmp_path / "messages.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read(plain) == read(packed)
    assert len(read(plain, 1)) == 1


@pytest.mark.parametrize(
    "time", ["2019/12/30 17:06:14", "2020-09-03 17:06:14", "2020/1/6 17:06", "2024-12-01T17:06:12+08:00", "2024-12-01T09:06:12Z"]
)
def test_times_of_every_form_keep_their_time_of_day(time: str) -> None:
    assert (one(time=time).at.hour, one(time=time).at.minute) == (17, 6)


@pytest.mark.parametrize("time", ["2020-09-03 00:00:00", "01/12/2020", "2020/1/6", "gestern", "0001-01-01", None, 7])
def test_a_message_without_a_time_of_day_is_said_by_day(time: object) -> None:
    assert 8 <= one(time=time).at.hour < 20


def test_a_channel_that_nobody_knows_is_the_app() -> None:
    assert one(channel="网站").channel == one().channel == "CHANNEL_APP"
    assert one(channel="省级政务服务便民热线来件").channel == "CHANNEL_PROVINCIAL"


def test_a_nature_that_was_not_told_is_taken_from_the_words() -> None:
    assert one(nature="举报").nature == "NATURE_REPORT"
    assert one(text="请问采暖费怎么交").nature == "NATURE_CONSULTATION"
    assert one(text="楼道灯坏了").nature == "NATURE_HELP"


def test_what_the_hotline_does_not_take_is_left_out() -> None:
    odd = one(title="灯\x00坏\n了\ud83d", text="一\r\n二\x07\u2028三\ufeff" + "长" * 30_000)
    assert odd.title == "灯坏 了"
    assert odd.text.startswith("一\n二三长")
    assert len(odd.text) == MOST_TEXT
    assert len(one(title="字" * 300).title) == MOST_TITLE
    assert one(text=" \t\n").text == "（无内容）"


def test_what_the_hotline_refuses_in_a_title_never_reaches_it() -> None:
    every = "".join(map(chr, range(0x20, 0x10000)))
    odd = one(title="".join(map(chr, (*range(0x7F, 0xAF), 0x180E, *range(0x2000, 0x2070), 0xFEFF, 0xFFF9))), text=every)
    content = TicketContent(title=odd.title, text=odd.text)
    check(content)
    assert odd.title


@pytest.mark.parametrize("row", [[], "text", {"title": "无正文"}, {"text": 7}])
def test_a_line_that_is_no_message_is_named(tmp_path: Path, row: Any) -> None:
    file = written(tmp_path, {"text": "好"}, row)
    with pytest.raises(Unreadable, match="第 2 行"):
        read(file)


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    cut = tmp_path / "cut.jsonl.gz"
    cut.write_bytes(gzip.compress(b'{"text": "x"}\n' * 999)[:40])
    binary = tmp_path / "binary.jsonl"
    binary.write_bytes(b"\xff\xfe")
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    for file in (cut, binary, empty, tmp_path, tmp_path / "missing", binary.with_suffix(".gz")):
        with pytest.raises(Unreadable) as refusal:
            read(file)
        assert len(str(refusal.value).splitlines()) == 1
