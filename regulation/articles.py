"""Articles, their own words, editions of the law, and the refusal that cites an article."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from regulation.instants import local_day

TITLE = "淄博12345政务服务便民热线运行管理办法(试行)"

_DIGITS = "一二三四五六七八九"
_ARTICLE_HEAD = re.compile(r"第([一二三四五六七八九十]+)条(.*)")
_ITEM_HEAD = re.compile(r"\(([一二三四五六七八九十]+)\)(.*)")
_CHAPTER_HEAD = re.compile(r"第[一二三四五六七八九十]+章")
_CODE = re.compile(r"([1-9][0-9]?)(?:-([1-9][0-9]?))?")


def chinese_numeral(number: int) -> str:
    """1..99 as 一..九十九."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens - 1] + "十"
    return head + (_DIGITS[ones - 1] if ones else "")


_NUMBERS = {chinese_numeral(number): number for number in range(1, 100)}


@lru_cache(maxsize=1)
def text_of_the_law() -> str:
    """The whole text as issued, with its covering notice."""
    return resources.files("regulation").joinpath("text", "zibo-2021.zh.txt").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def clauses() -> dict[tuple[int, int | None], str]:
    """Every article (item None: with all its items) and every item, by number, in its own words."""
    lines: dict[tuple[int, int | None], list[str]] = {}
    number: int | None = None
    for line in text_of_the_law().splitlines():
        if _CHAPTER_HEAD.match(line):
            number = None
        elif head := _ARTICLE_HEAD.match(line):
            number = _NUMBERS[head[1]]
            lines[number, None] = [head[2]]
        elif number is not None:
            lines[number, None].append(line)
            if item := _ITEM_HEAD.match(line):
                lines[number, _NUMBERS[item[1]]] = [item[2]]
    return {key: "\n".join(words) for key, words in lines.items()}


@dataclass(frozen=True)
class Article:
    """An article of the law, or one item of it. Raises ValueError when the law has no such clause."""

    number: int
    item: int | None = None

    def __post_init__(self) -> None:
        if (self.number, self.item) not in clauses():
            raise ValueError(f"办法中没有第{self.code}条款，条款应为1至23条或其所列各项，例如 11-6")

    @property
    def code(self) -> str:
        """The short form: "12", or "11-6" for 第十一条第(六)项."""
        return str(self.number) if self.item is None else f"{self.number}-{self.item}"

    def cite(self) -> str:
        """As an official letter cites it: 第十二条, 第十一条第(六)项."""
        cited = f"第{chinese_numeral(self.number)}条"
        return cited if self.item is None else f"{cited}第({chinese_numeral(self.item)})项"

    def words(self) -> str:
        """The clause's own words, without its number."""
        return clauses()[self.number, self.item]

    @classmethod
    def parse(cls, code: str) -> Article:
        """From the short form. Raises ValueError when it is not one, or the law has no such clause."""
        match = _CODE.fullmatch(code)
        if match is None:
            raise ValueError("条款写法有误，应写作 12 或 11-6")
        return cls(int(match[1]), int(match[2]) if match[2] else None)


class NotAllowed(Exception):
    """The law does not allow it. `reason` says in Chinese what was wrong and what to do."""

    def __init__(self, article: Article, reason: str) -> None:
        super().__init__(article, reason)
        self.article = article
        self.reason = reason

    def __str__(self) -> str:
        return f"依据{self.article.cite()}：{self.reason}"


@dataclass(frozen=True)
class Edition:
    """An edition of the law and its validity, both days included (Art. 23).

    `continued_by` names the recorded decision that keeps it in force after `valid_to`; None when there is none.
    """

    name: str
    valid_from: dt.date
    valid_to: dt.date
    continued_by: str | None = None

    def in_force(self, day: dt.date, *, continued: bool = True) -> bool:
        """Whether this edition governs a trigger of that local day."""
        if day < self.valid_from:
            return False
        return day <= self.valid_to or (continued and self.continued_by is not None)


EDITIONS: tuple[Edition, ...] = (Edition("zibo-2021", dt.date(2021, 2, 4), dt.date(2023, 2, 3), continued_by="期满续用决定（默认）"),)


def edition_named(name: str) -> Edition:
    """The edition of that name. Raises ValueError when there is none."""
    for edition in EDITIONS:
        if edition.name == name:
            return edition
    raise ValueError(f"没有名为 {name[:60]!r} 的办法版本，请核对")


def edition_for(trigger: dt.datetime, *, continued: bool = True, editions: tuple[Edition, ...] = EDITIONS) -> Edition:
    """The edition in force on the trigger's local date, the latest first.

    Raises NotAllowed (Art. 23) when none is. `continued` False: the tenant recorded no decision to continue.
    """
    return edition_on(local_day(trigger), continued=continued, editions=editions)


def edition_on(day: dt.date, *, continued: bool = True, editions: tuple[Edition, ...] = EDITIONS) -> Edition:
    """The same by local date."""
    for edition in reversed(editions):
        if edition.in_force(day, continued=continued):
            return edition
    raise NotAllowed(Article(23), f"{day}没有施行中的办法版本，请核对受理时间，或先登记续用、修订决定")
