"""20: a third party's results as a file, CSV or JSON lines; what cannot be read is told by its line.

There is no column for what was said besides: it might say who said it (17).
"""

from __future__ import annotations

import csv
import enum
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chassis.errors import Invalid
from services.assessment.rules.sampling import RATINGS, SAMPLING, Said

COLUMNS = ("item_id", "process", "result")
WORDS = dict(zip(("满意", "基本满意", "不满意"), RATINGS, strict=True))
NOTHING = Said()
MOST_LINES = 5000


class Format(enum.StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSON_LINES = "jsonl"


@dataclass(frozen=True, slots=True)
class Line:
    """What stands at a line: a result, or why it cannot be read."""

    number: int
    item_id: str = ""
    said: Said = NOTHING
    reason: str = ""


def read(kind: Format | None, content: bytes) -> list[Line]:
    """All lines. Raises Invalid for a file that is none of its kind, or too long."""
    if kind is None:
        raise Invalid("format", "请选择文件格式：CSV 或 JSON Lines", SAMPLING.code)
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Invalid("content", "文字编码无法识别：请另存为 UTF-8 后重新上传", SAMPLING.code) from None
    found = list(_csv(text) if kind is Format.CSV else _json(text))
    if not found or len(found) > MOST_LINES:
        raise Invalid("content", f"文件应有1至{MOST_LINES}行结果，现有{len(found)}行", SAMPLING.code)
    return found


def _csv(text: str) -> Iterator[Line]:
    rows = csv.reader(io.StringIO(text), strict=True)
    try:
        head = [cell.strip() for cell in next(rows, [])]
        if sorted(head) != sorted(COLUMNS):
            raise Invalid("content", f"CSV 第一行应为列名：{'、'.join(COLUMNS)}", SAMPLING.code)
        for cells in rows:
            if any(cell.strip() for cell in cells):
                whole = len(cells) == len(head)
                yield _line(rows.line_num, dict(zip(head, cells, strict=True))) if whole else _bad(rows.line_num, f"应有 {len(head)} 列")
    except csv.Error:
        yield _bad(rows.line_num, "不是有效的 CSV：引号或分隔符不成对，此行以后未读取")


def _json(text: str) -> Iterator[Line]:
    for number, each in enumerate(text.split("\n"), 1):
        if each.strip():
            try:
                told = json.loads(each)
            except (ValueError, RecursionError):
                yield _bad(number, "不是有效的 JSON：每行应为一条结果")
                continue
            plain = isinstance(told, dict) and all(isinstance(value, str) for value in told.values()) and set(told) <= set(COLUMNS)
            yield _line(number, told) if plain else _bad(number, f"应为一组文字：{'、'.join(COLUMNS)}")


def _line(number: int, told: Mapping[str, str]) -> Line:
    item_id = told.get("item_id", "").strip()
    said = [WORDS.get(word, word) for word in (told.get(name, "").strip() for name in ("process", "result"))]
    if not item_id or any(word not in RATINGS for word in said):
        return _bad(number, "应填写抽样编号和两项评价：满意、基本满意或不满意")
    return Line(number, item_id, Said(*said))


def _bad(number: int, reason: str) -> Line:
    return Line(number, reason=reason)
