"""A report as PDF."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, KeepTogether, SimpleDocTemplate, Spacer, TableStyle
from reportlab.platypus import Paragraph as Text
from reportlab.platypus import Table as Grid

from services.assessment.documents.content import Chart, Heading, Paragraph, Part, Report, Table, printable, shown
from services.assessment.documents.drawing import drawing_of
from services.assessment.documents.fonts import BODY, BOTTOM, LEFT, LINE, RIGHT, SMALL, TITLE, TOP, pdf_face

_CELL = 10
# A heading stands on the page of what follows: where less is left, on the next.
_APART = 4 * LINE


def render(report: Report) -> bytes:
    """A4, its pages numbered at the foot."""
    file = io.BytesIO()
    margins = {"topMargin": TOP * mm, "rightMargin": RIGHT * mm, "bottomMargin": BOTTOM * mm, "leftMargin": LEFT * mm}
    template = SimpleDocTemplate(
        file, pagesize=A4, title=printable(report.title), author=printable(report.issuer), invariant=1, lang="zh-CN", **margins
    )
    template.build(_story(report), onFirstPage=_number, onLaterPages=_number)
    return file.getvalue()


def _story(report: Report) -> list[Any]:
    story = [_text(report.title, alignment=TA_CENTER, fontSize=TITLE, leading=TITLE * 1.5, spaceAfter=LINE / 2)]
    if report.reference:
        story.append(_text(report.reference, alignment=TA_CENTER))
    if report.addressee:
        story.append(_text(f"{report.addressee}："))
    for part in report.parts:
        story += _part(part)
    signed = [_text(line, alignment=TA_RIGHT, rightIndent=2 * BODY) for line in (report.issuer, report.dated)]
    return [*story, KeepTogether([Spacer(1, LINE), *signed])]


def _part(part: Part) -> list[Any]:
    match part:
        case Heading():
            return [CondPageBreak(_APART), _text(part.text, firstLineIndent=2 * BODY, spaceBefore=LINE / 4)]
        case Paragraph():
            return [_text(part.text, firstLineIndent=2 * BODY)]
        case Chart():
            return [Spacer(1, LINE / 2), drawing_of(part)]
        case Table():
            return _table(part)


def _table(table: Table) -> list[Any]:
    rows = [table.columns, *([shown(cell) for cell in row] for row in table.rows)]
    cells = [[_text(cell, fontSize=_CELL, leading=_CELL * 1.4) for cell in row] for row in rows]
    style = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, black), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])
    title = _text(table.title, alignment=TA_CENTER, fontSize=SMALL)
    return [CondPageBreak(_APART), title, Grid(cells, style=style, repeatRows=1), Spacer(1, LINE / 2)]


def _text(text: str, **style: Any) -> Any:
    face = pdf_face()
    usual = {"fontName": face, "fontSize": BODY, "leading": LINE, "wordWrap": "CJK"}
    return Text(escape(printable(text)).replace("\n", "<br/>"), ParagraphStyle("", **{**usual, **style}))


def _number(canvas: Any, template: Any) -> None:
    canvas.setFont(pdf_face(), SMALL)
    canvas.drawCentredString(A4[0] / 2, (BOTTOM - 7) * mm, f"— {template.page} —")
