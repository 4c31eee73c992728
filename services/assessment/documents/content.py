"""What a report says, whatever it is rendered as: title, addressee, body, issuer and date, in the order of GB/T 9704-2012."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

# What XML, and so every one of the formats, has no place for.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
ABSENT = "—"


@dataclass(frozen=True)
class Percent:
    """A share of 1, shown in percent to a tenth; it keeps all its digits in a sheet."""

    share: Decimal


Cell = str | int | Decimal | Percent | None
"""None: there is no figure, which is not 0."""


@dataclass(frozen=True)
class Heading:
    """Above what follows."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """Of the body."""

    text: str


@dataclass(frozen=True)
class Table:
    """A row has a cell for each column."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


class Drawn(StrEnum):
    """How figures are drawn: side by side, or in the course of time."""

    COLUMNS = "column"
    LINE = "line"


@dataclass(frozen=True)
class Series:
    """Figures with their name, one for each label of the chart; None: a gap."""

    name: str
    values: Sequence[int | Decimal | None]


@dataclass(frozen=True)
class Chart:
    """Drawn by every format in its own way."""

    title: str
    drawn: Drawn
    labels: Sequence[str]
    series: Sequence[Series]


Part = Heading | Paragraph | Table | Chart


@dataclass(frozen=True)
class Report:
    """A report, or an official document where it has an addressee."""

    title: str
    issuer: str
    day: date
    parts: Sequence[Part]
    addressee: str = ""
    reference: str = ""
    """The document's number (发文字号), where it has one."""

    @property
    def dated(self) -> str:
        """2025年3月3日."""
        return f"{self.day.year}年{self.day.month}月{self.day.day}日"


def printable(text: str) -> str:
    """Without what no format can hold."""
    return _UNPRINTABLE.sub("", text)


def shown(cell: Cell) -> str:
    """As a person reads it."""
    match cell:
        case None:
            return ABSENT
        case Percent():
            return f"{cell.share:.1%}"
        case str():
            return printable(cell)
        case _:
            return str(cell)
