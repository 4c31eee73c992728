"""A report as XLSX: its words on the first sheet, each table and chart on one of its own, figures as figures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any

import xlsxwriter

from services.assessment.documents.content import Cell, Chart, Percent, Report, Table, printable, shown

_WIDE, _WIDTH = 90, 18
# The name of a sheet may be no longer, and has none of these.
_LONGEST_NAME, _NOT_IN_NAMES = 28, str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def render(report: Report) -> bytes:
    """A workbook; charts are the program's own, drawn from the cells beside them."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        made_at = datetime.combine(report.day, time(), UTC).replace(tzinfo=None)
        book.set_properties({"title": printable(report.title), "author": printable(report.issuer), "created": made_at})
        _words(book, report)
        for number, part in enumerate((each for each in report.parts if isinstance(each, Table | Chart)), 1):
            sheet = book.add_worksheet(f"{number} {printable(part.title).translate(_NOT_IN_NAMES)[:_LONGEST_NAME]}".strip())
            if isinstance(part, Table):
                _fill(book, sheet, [part.columns, *part.rows])
            else:
                _draw(book, sheet, part)
    return file.getvalue()


def chart_book(chart: Chart) -> bytes:
    """A workbook of one chart alone, by which other programs draw it."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001 - a file has to say some instant, always the same
        _draw(book, book.add_worksheet("1"), chart)
    return file.getvalue()


def _words(book: Any, report: Report) -> None:
    sheet, title = book.add_worksheet("正文"), book.add_format({"bold": True, "font_size": 16, "text_wrap": True})
    body = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, _WIDE)
    sheet.write_string(0, 0, printable(report.title), title)
    said = [part.text for part in report.parts if not isinstance(part, Table | Chart)]
    lines = [report.reference, f"{report.addressee}：" if report.addressee else "", *said, report.issuer, report.dated]
    for row, line in enumerate(filter(None, lines), 1):
        sheet.write_string(row, 0, printable(line), body)


def _fill(book: Any, sheet: Any, rows: Sequence[Sequence[Cell]]) -> None:
    percent, head = book.add_format({"num_format": "0.0%"}), book.add_format({"bold": True, "bottom": 1})
    sheet.set_column(0, max(len(rows[0]) - 1, 0), _WIDTH)
    sheet.freeze_panes(1, 0)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            _write(sheet, at, column, cell, head if at == 0 else None, percent)


def _write(sheet: Any, row: int, column: int, cell: Cell, style: Any, percent: Any) -> None:
    match cell:
        case Percent():
            sheet.write_number(row, column, float(cell.share), percent)
        # Text is text, whatever it begins with: a cell that computes could be planted by a caller.
        case str():
            sheet.write_string(row, column, shown(cell), style)
        case None:
            sheet.write_blank(row, column, None, style)
        case _:
            sheet.write_number(row, column, cell, style)


def _draw(book: Any, sheet: Any, chart: Chart) -> None:
    rows = [[label, *(each.values[at] for each in chart.series)] for at, label in enumerate(chart.labels)]
    _fill(book, sheet, [["", *(each.name for each in chart.series)], *rows])
    if not rows or not chart.series:
        return
    drawn = book.add_chart({"type": chart.drawn.value})
    for column in range(1, len(chart.series) + 1):
        cells = {name: [sheet.get_name(), 1, at, len(rows), at] for name, at in (("categories", 0), ("values", column))}
        drawn.add_series({"name": [sheet.get_name(), 0, column], **cells})
    drawn.set_title({"name": printable(chart.title), "name_font": {"size": 12}})
    drawn.set_legend({"position": "bottom", "none": len(chart.series) == 1})
    sheet.insert_chart(1, len(chart.series) + 2, drawn)
