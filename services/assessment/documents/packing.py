"""A file of files without the instant it was packed at, so that the same content gives the same bytes."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo


def packed_again(content: bytes) -> bytes:
    """The same files in the same order, all of the earliest instant that a ZIP can say."""
    file = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as there, ZipFile(file, "w", ZIP_DEFLATED) as here:
        for each in there.infolist():
            here.writestr(ZipInfo(each.filename), there.read(each), ZIP_DEFLATED)
    return file.getvalue()
