"""A report as JSON, so that it is kept as it was said and rendered again the same; it can be read by a later program."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from services.assessment.documents.content import Cell, Chart, Drawn, Heading, Paragraph, Part, Percent, Report, Series, Table

Json = dict[str, Any]


def kept(report: Report) -> Json:
    """Decimals keep all their digits."""
    words = {name: getattr(report, name) for name in ("title", "issuer", "addressee", "reference")}
    return {**words, "day": report.day.isoformat(), "parts": [_kept_part(part) for part in report.parts]}


def report_of(content: Mapping[str, Any]) -> Report:
    """What was kept."""
    words = {name: content[name] for name in ("title", "issuer", "addressee", "reference")}
    return Report(**words, day=date.fromisoformat(content["day"]), parts=[_part_of(part) for part in content["parts"]])


def _kept_part(part: Part) -> Json:
    match part:
        case Heading() | Paragraph():
            return {"kind": type(part).__name__, "text": part.text}
        case Table():
            rows = [[_kept_cell(cell) for cell in row] for row in part.rows]
            return {"kind": "Table", "title": part.title, "columns": list(part.columns), "rows": rows}
        case Chart():
            series = [{"name": each.name, "values": [_kept_cell(value) for value in each.values]} for each in part.series]
            return {"kind": "Chart", "title": part.title, "drawn": part.drawn.value, "labels": list(part.labels), "series": series}


def _part_of(kept_part: Json) -> Part:
    match kept_part:
        case {"kind": "Heading", "text": text}:
            return Heading(text)
        case {"kind": "Paragraph", "text": text}:
            return Paragraph(text)
        case {"kind": "Table", "title": title, "columns": columns, "rows": rows}:
            return Table(title, columns, [[_cell_of(cell) for cell in row] for row in rows])
        case {"kind": "Chart", "title": title, "drawn": drawn, "labels": labels, "series": series}:
            found = [Series(each["name"], [_figure_of(value) for value in each["values"]]) for each in series]
            return Chart(title, Drawn(drawn), labels, found)
        case _:
            raise ValueError(f"a kept report has a part of unknown kind: {kept_part.get('kind')!r}")


def _kept_cell(cell: Cell) -> Any:
    match cell:
        case Percent():
            return {"percent": str(cell.share)}
        case Decimal():
            return {"decimal": str(cell)}
        case _:
            return cell


def _cell_of(kept_cell: Any) -> Cell:
    match kept_cell:
        case {"percent": share}:
            return Percent(Decimal(share))
        case {"decimal": figure}:
            return Decimal(figure)
        case None | str() | int():
            return kept_cell
        case _:
            raise ValueError(f"a kept report has a cell of unknown kind: {kept_cell!r}")


def _figure_of(kept_figure: Any) -> int | Decimal | None:
    figure = _cell_of(kept_figure)
    if isinstance(figure, str | Percent):
        raise ValueError(f"a kept chart has a figure that is none: {kept_figure!r}")  # noqa: TRY004 - a bad value, whatever its type
    return figure
