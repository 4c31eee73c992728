"""Reports and official documents, as page, DOCX, PDF and XLSX from one content; its libraries are large, so jobs alone import it."""

from __future__ import annotations

from enum import StrEnum
from importlib import import_module

from services.assessment.documents.content import Report


class Format(StrEnum):
    """What a report is rendered as; the module of that name does it."""

    PAGE = "page"
    DOCX = "word"
    PDF = "pdf"
    XLSX = "sheet"

    @property
    def media_type(self) -> str:
        """Of the file."""
        return _MEDIA_TYPES[self]

    @property
    def column(self) -> str:
        """Where a store keeps the file."""
        return self.name.lower()


def render(report: Report, as_: Format) -> bytes:
    """The whole file. The same report gives the same bytes."""
    rendered: bytes = import_module(f"{__name__}.{as_}").render(report)
    return rendered


_MEDIA_TYPES = {
    Format.PAGE: "text/html; charset=utf-8",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.PDF: "application/pdf",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
