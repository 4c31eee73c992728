"""A year's notice as a text in the form of `regulation/holidays/*.toml`, or the same as JSON; refused with the line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from chassis.errors import Invalid
from services.directory.rules.calendars import Ruling

FIELD = "text"
FORM = '应有 year、[off] 与 [working]，每天一行，如 2027-01-01 = "元旦"'
HEADINGS = {"off": False, "working": True}
KNOWN = frozenset({"year", "provisional", *HEADINGS})
_AT_LINE = re.compile(r"line (\d+)")


@dataclass(frozen=True)
class Notice:
    """What a text says of a year."""

    year: int
    days: Mapping[date, Ruling]


def read_notice(text: str) -> Notice:
    """The notice of a text. Raises Invalid with the line, for a text that is neither TOML nor JSON of that form."""
    said = _parsed(text)
    if strange := sorted(said.keys() - KNOWN):
        raise _refused(text, strange[0], f"不认识“{strange[0]}”，{FORM}")
    year = said.get("year")
    if type(year) is not int:
        raise _refused(text, "year", f"缺少年份或年份不是整数，{FORM}")
    if said.get("provisional"):
        raise _refused(text, "provisional", "暂定的年份不是放假安排，请导入国务院办公厅的通知")
    days: dict[date, Ruling] = {}
    for heading, working in HEADINGS.items():
        for written, holiday in _table(text, said, heading).items():
            day = _day(text, written)
            if day in days:
                raise _refused(text, written, f"{day}既列为放假又列为上班，请核对通知原文", last=True)
            if not isinstance(holiday, str) or not holiday.strip():
                raise _refused(text, written, f"{day}缺少节日名称，请补充")
            days[day] = Ruling(working, holiday)
    return Notice(year, days)


def with_line(text: str, refused: Invalid) -> Invalid:
    """A refusal of what the text says, with the line of the day that it names, if it names one of them."""
    named = re.search(r"\d{4}-\d{2}-\d{2}", str(refused))
    return _refused(text, named.group() if named else "", str(refused))


def _parsed(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except json.JSONDecodeError as error:
        raise Invalid(FIELD, f"第{error.lineno}行：不是JSON（第{error.colno}列），{FORM}") from None
    except tomllib.TOMLDecodeError as error:
        at = _AT_LINE.search(str(error))
        line = int(at.group(1)) if at else text.count("\n") + 1
        raise Invalid(FIELD, f"第{line}行：不是TOML或重复，{FORM}") from None
    except RecursionError:
        raise Invalid(FIELD, f"嵌套过深，{FORM}") from None
    return said if isinstance(said, dict) else {}


def _table(text: str, said: Mapping[str, Any], heading: str) -> Mapping[str, Any]:
    table = said.get(heading, {})
    if not isinstance(table, dict):
        raise _refused(text, heading, f"“{heading}”应为日期与节日名称的对照，{FORM}")
    return table


def _day(text: str, written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise _refused(text, written, f"“{written}”不是日期，应如2027-01-01") from None


def _refused(text: str, named: str, message: str, *, last: bool = False) -> Invalid:
    lines = [number for number, line in enumerate(text.splitlines(), 1) if named and named in line]
    return Invalid(FIELD, f"第{lines[-1 if last else 0]}行：{message}" if lines else message)
