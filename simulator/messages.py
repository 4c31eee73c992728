"""Citizens' messages: read from JSON lines, and laid over the virtual weeks in which they are played."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from regulation.instants import SHANGHAI

Row = dict[str, Any]
SAMPLE = Path(__file__).with_name("sample.jsonl")
MOST_TEXT = 20_000
MOST_TITLE = 100
A_DAY = 70
FEWEST_DAYS = 7
MOST_DAYS = 28
# Who wrote at midnight sharp told the day alone.
UNTOLD = time()
OPENING, HOURS = 8, 12
UNDATED = datetime(2000, 1, 1, 9, tzinfo=SHANGHAI)
YEARS = range(1900, 2200)
FORMS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%m/%d/%Y")
# What gRPC cannot carry or the hotline does not take: lone surrogates, control characters but tab and new line.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
CHANNELS = {
    "12345电话": "CHANNEL_PHONE",
    "电话": "CHANNEL_PHONE",
    "微信小程序": "CHANNEL_WECHAT",
    "微信": "CHANNEL_WECHAT",
    "手机客户端": "CHANNEL_APP",
    "市长电子信箱": "CHANNEL_MAYOR_MAILBOX",
    "邮件": "CHANNEL_MAYOR_MAILBOX",
    "《直播12345》节目": "CHANNEL_LIVE_BROADCAST",
    "直播12345": "CHANNEL_LIVE_BROADCAST",
    "《直播12345·周末对话》": "CHANNEL_WEEKEND_DIALOGUE",
    "直播12345·周末对话": "CHANNEL_WEEKEND_DIALOGUE",
    "省级政务服务便民热线来件": "CHANNEL_PROVINCIAL",
}
NATURES = {
    "咨询": "NATURE_CONSULTATION",
    "求助": "NATURE_HELP",
    "投诉": "NATURE_COMPLAINT",
    "举报": "NATURE_REPORT",
    "意见建议": "NATURE_SUGGESTION",
    "建议": "NATURE_SUGGESTION",
}
_TELLING = {"咨询": ("咨询", "请问", "想问", "怎么办理"), "举报": ("举报",), "建议": ("建议",), "投诉": ("投诉", "扰民", "违规", "不作为")}


class Unreadable(Exception):
    """A file that holds no messages; the message is one line that says why."""


@dataclass(frozen=True)
class Message:
    """What a citizen says, and when. `channel` and `nature` are spelt as in the protos."""

    number: int
    title: str
    text: str
    nature: str
    channel: str
    label: str
    at: datetime

    @property
    def words(self) -> str:
        """Title and text."""
        return f"{self.title}\n{self.text}"


def read(file: Path, count: int | None = None) -> list[Row]:
    """The first `count` rows of a file. Raises Unreadable for one that is missing or empty, or a line that is no message."""
    rows = list(islice(_rows(file), count))
    if not rows:
        raise Unreadable(f"{file}：没有任何消息")
    return rows


def lay(rows: Sequence[Row], start: datetime) -> list[Message]:
    """Messages in the order of their times, laid over virtual weeks from the day after `start`."""
    timed = sorted((_time(row.get("time")), number) for number, row in enumerate(rows))
    days = min(max(len(rows) // A_DAY, FEWEST_DAYS), MOST_DAYS)
    first = start.astimezone(SHANGHAI).date() + timedelta(days=1)
    laid = sorted(
        (datetime.combine(first + timedelta(days=place * days // len(rows)), _of_day(said, place), SHANGHAI), number)
        for place, (said, number) in enumerate(timed)
    )
    return [_message(number, rows[row], at) for number, (at, row) in enumerate(laid)]


def _of_day(said: datetime, place: int) -> time:
    """Its own time of day; a message that came without one is said during the day."""
    own = said.time()
    return own if own != UNTOLD else time(OPENING + place % HOURS, place * 7 % 60)


def _message(number: int, row: Row, at: datetime) -> Message:
    text = _seen(row["text"])[:MOST_TEXT] or "（无内容）"
    title = " ".join(_seen(str(row.get("title") or "")).split())[:MOST_TITLE]
    return Message(
        number=number,
        title=title,
        text=text,
        nature=NATURES.get(str(row.get("nature")).strip()) or _nature(f"{title}\n{text}"),
        channel=CHANNELS.get(str(row.get("channel")).strip(), "CHANNEL_APP"),
        label=str(row.get("label") or ""),
        at=at,
    )


def _seen(text: str) -> str:
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _nature(words: str) -> str:
    """What an operator would take it for."""
    said = next((nature for nature, telling in _TELLING.items() if any(word in words for word in telling)), "求助")
    return NATURES[said]


def _rows(file: Path) -> Iterator[Row]:
    opener = gzip.open if file.suffix == ".gz" else open
    try:
        with opener(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(file, number, line)
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise Unreadable(f"{file}：无法读取（{getattr(error, 'strerror', None) or type(error).__name__}）") from None


def _row(file: Path, number: int, line: str) -> Row:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise Unreadable(f"{file} 第 {number} 行：应为含 title、text 的 JSON 对象")
    return row


def _time(told: Any) -> datetime:
    """When it was said, on Zibo's clocks."""
    instant = _parsed(str(told))
    if instant is None or instant.year not in YEARS:
        return UNDATED
    return instant.astimezone(SHANGHAI) if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - its zone is set by whoever asks
        except ValueError:
            continue
    return None
