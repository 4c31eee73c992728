"""A chart as a drawing, which is part of a PDF, or SVG on a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.charts.legends import Legend
from reportlab.graphics.charts.linecharts import HorizontalLineChart
from reportlab.graphics.shapes import Drawing, String
from reportlab.graphics.widgets.markers import makeMarker
from reportlab.lib.colors import HexColor

from services.assessment.documents.content import Chart, Drawn, printable
from services.assessment.documents.fonts import pdf_face

Figures = list[float | None]
COLOURS = ("#1f4e9e", "#c8362b", "#d9972b", "#3b8f5a", "#6b4f9e", "#7a7a7a")
WIDTH, HEIGHT = 440, 230
_LEFT, _BELOW, _ABOVE = 44, 62, 40
_SIZE, _TITLE_SIZE = 9, 12
# More labels than these stand aslant.
_MOST_UPRIGHT = 8
_EMPTY_TITLE = "<title>...</title>"


def drawing_of(chart: Chart) -> Any:
    """A reportlab drawing, of one width and height."""
    drawing = Drawing(WIDTH, HEIGHT)
    drawing.add(String(WIDTH / 2, HEIGHT - 16, printable(chart.title), fontName=pdf_face(), fontSize=_TITLE_SIZE, textAnchor="middle"))
    rows = list(_rows(chart))
    if rows:
        drawing.add(_plot(chart, rows))
    if len(chart.series) > 1:
        drawing.add(_legend(chart))
    return drawing


def svg_of(chart: Chart) -> str:
    """For a page, without the head of a file of its own."""
    text: str = renderSVG.drawToString(drawing_of(chart))
    return text[text.index("<svg") :].replace(_EMPTY_TITLE, f"<title>{escape(printable(chart.title))}</title>", 1)


def _rows(chart: Chart) -> Iterator[tuple[int, Figures]]:
    """What is drawn in one stroke, with the number of its series: a line ends where a figure is absent."""
    for number, each in enumerate(chart.series):
        figures = [None if value is None else float(value) for value in each.values]
        starts = [at for at, value in enumerate(figures) if value is not None and (at == 0 or figures[at - 1] is None)]
        if chart.drawn is Drawn.COLUMNS and starts:
            yield number, figures
        elif chart.drawn is Drawn.LINE:
            for start in starts:
                run = list(takewhile(lambda value: value is not None, figures[start:]))
                yield number, [*[None] * start, *run, *[None] * (len(figures) - start - len(run))]


def _plot(chart: Chart, rows: Sequence[tuple[int, Figures]]) -> Any:
    plot = VerticalBarChart() if chart.drawn is Drawn.COLUMNS else HorizontalLineChart()
    plot.x, plot.y, plot.width, plot.height = _LEFT, _BELOW, WIDTH - _LEFT - 10, HEIGHT - _BELOW - _ABOVE
    plot.data = [figures for _, figures in rows]
    plot.categoryAxis.categoryNames = [printable(label) for label in chart.labels]
    plot.valueAxis.valueMin = min([0.0, *(value for row in plot.data for value in row if value is not None)])
    for labels in (plot.categoryAxis.labels, plot.valueAxis.labels):
        labels.fontName, labels.fontSize = pdf_face(), _SIZE
    if len(chart.labels) > _MOST_UPRIGHT:
        plot.categoryAxis.labels.angle, plot.categoryAxis.labels.boxAnchor = 40, "ne"
    for at, (number, figures) in enumerate(rows):
        _colour(plot, at, HexColor(COLOURS[number % len(COLOURS)]), figures)
    return plot


def _colour(plot: Any, at: int, colour: Any, figures: Figures) -> None:
    if isinstance(plot, VerticalBarChart):
        plot.bars[at].fillColor, plot.bars[at].strokeColor = colour, None
        return
    plot.joinedLines = False
    plot.lines[at].strokeColor, plot.lines[at].strokeWidth = colour, 1.5
    if sum(value is not None for value in figures) == 1:
        plot.lines[at].symbol = makeMarker("FilledCircle", size=4)
    else:
        plot.lines[at].lineStyle = "joinedLine"


def _legend(chart: Chart) -> Any:
    legend = Legend()
    legend.x, legend.y, legend.alignment, legend.columnMaximum = _LEFT, 14, "right", 1
    legend.fontName, legend.fontSize, legend.deltax, legend.dxTextSpace = pdf_face(), _SIZE, 60, 4
    legend.colorNamePairs = [(HexColor(COLOURS[at % len(COLOURS)]), printable(each.name)) for at, each in enumerate(chart.series)]
    return legend
