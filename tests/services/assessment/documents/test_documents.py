"""The same report as page, DOCX, PDF and XLSX, read back by what reads such files."""

import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from xml.etree import ElementTree as ET
from zipfile import ZipFile

import docx
import pytest

from services.assessment.documents import Format, render
from services.assessment.documents.content import Chart, Drawn, Heading, Paragraph, Percent, Report, Series, Table
from services.assessment.documents.drawing import svg_of
from tests.services.assessment.documents.words import pdf_words

DRAWN = [
    Chart("各区县诉求量", Drawn.COLUMNS, ["张店区", "淄川区"], [Series("本周", [3, 5]), Series("上周", [4, None])]),
    Chart("每小时来电", Drawn.LINE, ["8时", "9时"], [Series("件数", [3, Decimal("5.5")])]),
]
TABLE = Table("办理情况", ["单位", "按时办结率", "件数"], [["张店区", Percent(Decimal("0.98765")), 12], ["=1+1", None, 0]])
REPORT = Report(
    title="关于搅拌站噪声的专报",
    issuer="热线中心",
    day=date(2025, 3, 3),
    parts=[Heading("一、基本情况"), Paragraph("受理<55>件&\x00"), *DRAWN, TABLE],
    addressee="市人民政府",
    reference="淄热专报〔2025〕3号",
)
EVERYTHING = ("关于搅拌站噪声的专报", "市人民政府：", "淄热专报〔2025〕3号", "一、基本情况", "受理<55>件&", "热线中心", "2025年3月3日")


@pytest.mark.parametrize("as_", Format)
def test_the_same_report_is_the_same_file(as_: Format) -> None:
    assert render(REPORT, as_) == render(replace(REPORT), as_)


def test_a_file_packed_at_another_instant_is_the_same() -> None:
    there = render(REPORT, Format.DOCX)
    said = {each.date_time for each in ZipFile(io.BytesIO(there)).infolist()}
    assert said == {(1980, 1, 1, 0, 0, 0)}


def test_the_page_says_everything_and_runs_nothing() -> None:
    page = render(replace(REPORT, title="<script>x</script>"), Format.PAGE).decode()
    assert "<script" not in page
    reader = _Words()
    reader.feed(page)
    said = "".join(reader.words)
    assert "<script>x</script>" in said
    for words in (*EVERYTHING[1:], "98.8%", "—", "张店区", "各区县诉求量"):
        assert words in said
    assert page.count("<svg") == 2


def test_the_docx_says_everything_in_order_and_its_charts_can_be_edited() -> None:
    file = render(REPORT, Format.DOCX)
    document = docx.Document(io.BytesIO(file))
    lines = [line.text for line in document.paragraphs if line.text]
    assert lines == [EVERYTHING[0], EVERYTHING[2], EVERYTHING[1], EVERYTHING[3], EVERYTHING[4], "办理情况", *EVERYTHING[5:]]
    assert [[cell.text for cell in row.cells] for row in document.tables[0].rows] == [
        ["单位", "按时办结率", "件数"], ["张店区", "98.8%", "12"], ["=1+1", "—", "0"],
    ]  # fmt: skip
    with ZipFile(io.BytesIO(file)) as files:
        charts = [ET.fromstring(files.read(f"word/charts/chart{at}.xml")) for at in (1, 2)]  # noqa: S314 - our own
        books = [files.read(f"word/embeddings/chart{at}.xlsx") for at in (1, 2)]
    assert _values(charts[0]) == ["3", "5", "4"]
    assert _values(charts[1]) == ["3", "5.5"]
    assert all(ZipFile(io.BytesIO(book)).testzip() is None for book in books)


def test_the_docx_names_its_chinese_faces() -> None:
    with ZipFile(io.BytesIO(render(REPORT, Format.DOCX))) as files:
        content = files.read("word/document.xml").decode()
    assert 'w:eastAsia="方正小标宋简体"' in content
    assert 'w:eastAsia="仿宋_GB2312"' in content


def test_the_pdf_needs_no_font_where_it_is_made_and_numbers_its_pages() -> None:
    long = replace(REPORT, parts=[*REPORT.parts, Table("很长", ["单位"], [[f"第{at}行"] for at in range(100)])])
    file = render(long, Format.PDF)
    assert file.startswith(b"%PDF")
    assert b"/STSong-Light" in file
    assert b"/FontFile" not in file
    assert len(re.findall(rb"/Type /Page\b", file)) >= 3


def test_the_pdf_says_everything() -> None:
    said = pdf_words(render(REPORT, Format.PDF))
    for words in (*EVERYTHING, "98.8%", "—", "各区县诉求量", "— 1 —"):
        assert words.replace(" ", "") in said


def test_the_sheet_has_figures_as_figures_and_text_never_computes() -> None:
    with ZipFile(io.BytesIO(render(REPORT, Format.XLSX))) as files:
        names = files.namelist()
        workbook = files.read("xl/workbook.xml").decode()
        table = files.read("xl/worksheets/sheet4.xml").decode()
    assert re.findall(r'<sheet name="([^"]+)"', workbook) == ["正文", "1 各区县诉求量", "2 每小时来电", "3 办理情况"]
    assert sum(name.startswith("xl/charts/chart") for name in names) == 2
    assert "<v>0.98765</v>" in table
    assert "<f>" not in table


@pytest.mark.parametrize("as_", Format)
@pytest.mark.parametrize(
    "part",
    [
        Chart("没有数据", Drawn.COLUMNS, [], []),
        Chart("没有数据", Drawn.LINE, ["一"], [Series("件数", [None])]),
        Chart("没有数据", Drawn.COLUMNS, ["一"], [Series("件数", [None])]),
        Chart("一个点", Drawn.LINE, ["一"], [Series("件数", [1])]),
        Chart("全为零", Drawn.COLUMNS, ["一"], [Series("件数", [0])]),
        Table("没有行", ["单位"], []),
        Paragraph(""),
    ],
)
def test_nothing_to_show_is_a_report_too(as_: Format, part: Chart | Table | Paragraph) -> None:
    assert render(replace(REPORT, parts=[part]), as_)


def test_a_line_ends_where_a_figure_is_absent() -> None:
    gaps = Chart("", Drawn.LINE, list("abcdef"), [Series("件数", [1, 2, None, 3, None, 4])])
    svg = svg_of(gaps)
    assert svg.count("<polyline") == 1
    assert svg.count("<circle") == 2


@pytest.mark.parametrize("title", ["[a]:b*c?d/e\\f'", "长" * 60])
def test_a_title_that_no_sheet_may_have_is_cut(title: str) -> None:
    assert render(replace(REPORT, parts=[replace(TABLE, title=title), replace(TABLE, title=title)]), Format.XLSX)


def test_who_speaks_of_reports_loads_no_library() -> None:
    script = "import json, sys, services.assessment.documents; print(json.dumps(sorted(sys.modules)))"
    loaded = json.loads(subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout)
    assert not {"docx", "reportlab", "xlsxwriter", "PIL", "lxml"} & set(loaded)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _values(chart: ET.Element) -> list[str]:
    spaces = {"c": "http://schemas.openxmlformats.org/drawingml/2006/chart"}
    return [each.text or "" for each in chart.findall(".//c:val//c:pt/c:v", spaces)]
