"""A chart in a DOCX: the part that XlsxWriter makes of it, with its workbook, so that Word draws it and lets it be edited.

python-docx has no charts. The part is the same in both kinds of file (ECMA-376, DrawingML charts).
"""

from __future__ import annotations

import io
from zipfile import ZipFile

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.shared import Emu, Mm

from services.assessment.documents.content import Chart
from services.assessment.documents.packing import packed_again
from services.assessment.documents.sheet import chart_book

_CHART = "xl/charts/chart1.xml"
_WIDTH, _HEIGHT = Mm(150), Mm(78)
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_FRAME = """
<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">
  <wp:inline xmlns:wp="{drawing}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">
    <wp:extent cx="{width}" cy="{height}"/>
    <wp:docPr id="{number}" name="{name}" descr=""/>
    <a:graphic xmlns:a="{drawing}/main">
      <a:graphicData uri="{drawing}/chart">
        <c:chart xmlns:c="{drawing}/chart" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="{part}"/>
      </a:graphicData>
    </a:graphic>
  </wp:inline>
</w:drawing>
"""
_WITH_BOOK = b'<c:externalData r:id="%s"><c:autoUpdate val="0"/></c:externalData><c:printSettings>'


def add_chart(document: Document, chart: Chart) -> None:
    """Below what is there; nothing for a chart without figures."""
    book = packed_again(chart_book(chart))
    with ZipFile(io.BytesIO(book)) as files:
        if _CHART not in files.namelist():
            return
        content = files.read(_CHART)
    package = document.part.package
    held = Part(package.next_partname("/word/embeddings/chart%d.xlsx"), CONTENT_TYPE.SML_SHEET, book, package)
    part = Part(package.next_partname("/word/charts/chart%d.xml"), CONTENT_TYPE.DML_CHART, package=package)
    book_id = part.relate_to(held, RELATIONSHIP_TYPE.PACKAGE).encode()
    part._blob = content.replace(b"<c:printSettings>", _WITH_BOOK % book_id, 1)  # noqa: SLF001 - known only once it is related
    _frame(document, document.part.relate_to(part, RELATIONSHIP_TYPE.CHART))


def _frame(document: Document, part_id: str) -> None:
    line = document.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    number = len(document.element.xpath("//wp:docPr")) + 1
    sizes = {"width": Emu(_WIDTH), "height": Emu(_HEIGHT)}
    frame = _FRAME.format(drawing=_DRAWING, number=number, name=f"图{number}", part=part_id, **sizes)
    line.add_run()._element.append(parse_xml(frame))  # noqa: SLF001 - python-docx has no other way
