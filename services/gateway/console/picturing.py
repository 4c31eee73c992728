"""A QR code as the path of an SVG, without a script and without a picture from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

# What a telephone needs to see around it (ISO/IEC 18004).
MARGIN = 4


@dataclass(frozen=True)
class Picture:
    """`size` of its sides, in modules; `path` draws the dark ones."""

    size: int
    path: str


def picture_of(text: str) -> Picture:
    """The picture that a telephone reads a text from."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    side = code.getModuleCount()
    dark = [(row, column) for row in range(side) for column in range(side) if code.isDark(row, column)]
    return Picture(side + 2 * MARGIN, "".join(f"M{column + MARGIN} {row + MARGIN}h1v1h-1z" for row, column in dark))
