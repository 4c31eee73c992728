"""The demo's sample: whole rows, known words, the spread that the demo's paths need."""

import json
import re
import tomllib
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "simulator" / "sample.jsonl"
CATEGORIES = ROOT / "services" / "intake" / "seed" / "categories.toml"
ROWS: list[dict[str, str]] = [json.loads(line) for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
CHANNELS = {
    "12345电话",
    "微信小程序",
    "手机客户端",
    "市长电子信箱",
    "直播12345",
    "直播12345·周末对话",
    "省级政务服务便民热线来件",
}
NATURES = {"咨询", "求助", "投诉", "举报", "意见建议"}


def test_every_row_has_exactly_the_fields_and_no_empty_one() -> None:
    assert 190 <= len(ROWS) <= 230
    for row in ROWS:
        assert list(row) == ["title", "text", "nature", "label", "channel", "time"]
        assert all(value.strip() == value and value for value in row.values())


def test_texts_and_titles_are_not_repeated() -> None:
    assert len({row["title"] for row in ROWS}) == len(ROWS)
    assert len({row["text"] for row in ROWS}) == len(ROWS)


def test_every_channel_nature_and_first_level_category_is_heard() -> None:
    categories = tomllib.loads(CATEGORIES.read_text(encoding="utf-8"))["category"]
    first_level = {row["name"] for code, row in categories.items() if "." not in code}
    assert {row["channel"] for row in ROWS} == CHANNELS
    assert {row["nature"] for row in ROWS} == NATURES
    assert Counter(row["label"] for row in ROWS).keys() == first_level


def test_times_are_in_order_in_zibo_and_within_the_four_months() -> None:
    times = [datetime.fromisoformat(row["time"]) for row in ROWS]
    assert times == sorted(times)
    assert all(time.utcoffset() == timedelta(hours=8) for time in times)
    assert date(2024, 12, 1) <= times[0].date()
    assert times[-1].date() <= date(2025, 3, 31)


def test_no_text_carries_a_number_that_could_be_someones() -> None:
    for row in ROWS:
        assert not re.search(r"\d{8,}", row["title"] + row["text"]), row["title"]
