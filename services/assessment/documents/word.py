"""A report as DOCX, in the form of an official document (GB/T 9704-2012); charts can be edited."""

from __future__ import annotations

import io
from datetime import datetime, time
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as Text

from services.assessment.documents import fonts
from services.assessment.documents.charts import add_chart
from services.assessment.documents.content import Chart, Heading, Paragraph, Part, Report, Table, printable, shown
from services.assessment.documents.packing import packed_again

_CELL = 10.5


def render(report: Report) -> bytes:
    """A4, its pages numbered at the foot."""
    document = docx.Document()
    _set_page(document)
    _set_properties(document, report)
    _line(document, report.title, fonts.TITLE_FACE, fonts.TITLE, centred=True)
    if report.reference:
        _line(document, report.reference, centred=True)
    if report.addressee:
        _line(document, f"{report.addressee}：")
    for part in report.parts:
        _part(document, part)
    _line(document, "")
    for line in (report.issuer, report.dated):
        signed = _line(document, line)
        signed.alignment, signed.paragraph_format.right_indent = WD_ALIGN_PARAGRAPH.RIGHT, Pt(2 * fonts.BODY)
    file = io.BytesIO()
    document.save(file)
    return packed_again(file.getvalue())


def _part(document: Document, part: Part) -> None:
    match part:
        case Heading():
            heading = _line(document, part.text, fonts.HEADING_FACE)
            heading.paragraph_format.first_line_indent, heading.paragraph_format.keep_with_next = Pt(2 * fonts.BODY), True
        case Paragraph():
            _line(document, part.text).paragraph_format.first_line_indent = Pt(2 * fonts.BODY)
        case Chart():
            add_chart(document, part)
        case Table():
            _table(document, part)


def _line(document: Document, text: str, face: str = fonts.BODY_FACE, size: float = fonts.BODY, *, centred: bool = False) -> Text:
    line = document.add_paragraph()
    line.paragraph_format.line_spacing = Pt(max(fonts.LINE, size * 1.5))
    line.paragraph_format.space_after = Pt(0)
    if centred:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(line, text, face, size)
    return line


def _say(line: Text, text: str, face: str, size: float) -> None:
    run = line.add_run(printable(text))
    run.font.name, run.font.size = face, Pt(size)
    # The name above is of the Latin letters alone.
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)  # noqa: SLF001 - python-docx has no other way


def _table(document: Document, table: Table) -> None:
    _line(document, table.title, fonts.HEADING_FACE, fonts.SMALL, centred=True).paragraph_format.keep_with_next = True
    grid = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
    for row in (table.columns, *table.rows):
        for cell, said in zip(grid.add_row().cells, row, strict=True):
            _say(cell.paragraphs[0], shown(said), fonts.TABLE_FACE, _CELL)
    # Its first row stands above every page it runs over.
    grid.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - see above


def _set_page(document: Document) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.right_margin = Mm(fonts.TOP), Mm(fonts.RIGHT)
    page.bottom_margin, page.left_margin = Mm(fonts.BOTTOM), Mm(fonts.LEFT)
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _say(foot, "— ", fonts.TABLE_FACE, fonts.SMALL)
    field: Any = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    foot._p.append(field)  # noqa: SLF001 - see above
    _say(foot, " —", fonts.TABLE_FACE, fonts.SMALL)


def _set_properties(document: Document, report: Report) -> None:
    made_at = datetime.combine(report.day, time())
    properties = document.core_properties
    properties.title, properties.author, properties.comments, properties.language = printable(report.title), "", "", "zh-CN"
    properties.created = properties.modified = made_at
