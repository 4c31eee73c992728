"""The typefaces of GB/T 9704-2012 (小标宋, 黑体, 仿宋), and its sizes and margins."""

from __future__ import annotations

from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

# In points: 二号, 三号, 四号, and a line of the body.
TITLE, BODY, SMALL, LINE = 22, 16, 14, 28
# In millimetres.
TOP, RIGHT, BOTTOM, LEFT = 37, 26, 35, 28
TITLE_FACE, HEADING_FACE, BODY_FACE, TABLE_FACE = "方正小标宋简体", "黑体", "仿宋_GB2312", "宋体"


@cache
def pdf_face() -> str:
    """The Song of PDF's own simplified Chinese collection: nothing need be installed where the file is made, and none is embedded."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    return "STSong-Light"
