"""Citizens' messages: read from JSON lines, and laid over the virtual weeks in which they are played."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
SAMPLE = Path(__file__).with_name("sample.jsonl")
MOST_TEXT = 20_000
MOST_TITLE = 200
A_DAY = 70
FEWEST_DAYS = 7
MOST_DAYS = 28
FORMS = ("%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y", "%Y/%m/%d", "%Y-%m-%d", "%Y/%m/%d %H:%M")
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


class Unreadable(Exception):
    """A file that holds no messages; the message is one line that says why."""


@dataclass(frozen=True)
class Message:
    """What a citizen says, and when."""

    number: int
    title: str
    text: str
    nature: str
    channel: str
    label: str
    at: datetime


def read(file: Path, count: int | None, start: datetime) -> list[Message]:
    """The first `count` messages of a file, in the order of their times, laid over virtual weeks from `start`.

    Raises Unreadable for a file that is missing, or a line that is no message.
    """
    rows = list(islice(_rows(file), count))
    if not rows:
        raise Unreadable(f"{file}：没有任何消息")
    timed = sorted((_time(row.get("time")), number, row) for number, row in enumerate(rows))
    days = min(max(len(rows) // A_DAY, FEWEST_DAYS), MOST_DAYS)
    first = start.astimezone(LOCAL).date() + timedelta(days=1)
    laid = [(first + timedelta(days=place * days // len(rows)), _of_day(said, place), row) for place, (said, _, row) in enumerate(timed)]
    laid.sort(key=lambda each: each[:2])
    return [_message(number, row, datetime.combine(day, of_day, LOCAL)) for number, (day, of_day, row) in enumerate(laid)]


def _of_day(said: datetime, place: int) -> time:
    """Its own time of day; a message that came without one is said during the day."""
    return said.time() if said.time() != time() else time(8 + place % 12, place * 7 % 60)


def _message(number: int, row: dict[str, Any], at: datetime) -> Message:
    text = str(row["text"]).strip()[:MOST_TEXT] or "（无内容）"
    return Message(
        number=number,
        title=" ".join(str(row.get("title") or text).split())[:MOST_TITLE] or "（无标题）",
        text=text,
        nature=NATURES.get(str(row.get("nature")), "NATURE_HELP"),
        channel=CHANNELS.get(str(row.get("channel")), "CHANNEL_APP"),
        label=str(row.get("label") or ""),
        at=at,
    )


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    opener = gzip.open if file.suffix == ".gz" else open
    try:
        with opener(file, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield _row(file, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"{file}：无法读取（{type(error).__name__}）") from None


def _row(file: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except ValueError:
        row = None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise Unreadable(f"{file} 第 {number} 行：应为含 title、text 的 JSON 对象")
    return row


def _time(text: Any) -> datetime:
    for form in FORMS:
        try:
            return datetime.strptime(str(text), form).replace(tzinfo=LOCAL)
        except ValueError:
            continue
    try:
        parsed = datetime.fromisoformat(str(text))
    except ValueError:
        return datetime.combine(datetime(2000, 1, 1, tzinfo=LOCAL), time(9), LOCAL)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=LOCAL)
