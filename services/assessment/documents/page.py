"""A report as a page: HTML that stands alone, its charts as SVG."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment, PackageLoader, Template

from services.assessment.documents.content import Report, printable, shown
from services.assessment.documents.drawing import svg_of


def render(report: Report) -> bytes:
    """UTF-8, without script."""
    return _template().render(report=report).encode()


@cache
def _template() -> Template:
    pages = Environment(loader=PackageLoader("services.assessment.documents"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    pages.filters |= {"printable": printable, "shown": shown, "svg": svg_of, "kind": lambda part: type(part).__name__}
    return pages.get_template("report.html")
