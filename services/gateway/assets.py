"""What pages are made with beside their own words: packages from npm, which `make` installs, and a little of our own.

Only what is listed is served, under an address that changes with what is in it, so that a browser may keep it for good.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from chassis.errors import Unusable

ROOT = Path(__file__).parents[2]
PACKAGES, OWN = ROOT / "node_modules", Path(__file__).with_name("static")
FILES = {
    "tabler.css": PACKAGES / "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": PACKAGES / "htmx.org/dist/htmx.min.js",
    "echarts.js": PACKAGES / "echarts/dist/echarts.simple.min.js",
    "console.css": OWN / "console.css",
    "console.js": OWN / "console.js",
    "drafts.js": OWN / "drafts.js",
    "charts.js": OWN / "charts.js",
    "board.css": OWN / "board.css",
    "board.js": OWN / "board.js",
}
FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """A file as it is served: `path` names what is in it."""

    path: str
    kind: str
    content: bytes
    packed: bytes


class Assets:
    """All of them, read once. Raises Unusable where one is not installed."""

    def __init__(self) -> None:
        self._by_name = {name: _read(name, file) for name, file in FILES.items()}
        self._by_path = {asset.path: asset for asset in self._by_name.values()}

    def path(self, name: str) -> str:
        """Where a page finds it. Raises KeyError for one that is not listed."""
        return self._by_name[name].path

    def serve(self, path: str, *, packed: bool) -> Response:
        """The file that a path names; 404 for any other."""
        asset = self._by_path.get(path)
        if asset is None:
            return Response(status_code=404)
        headers = {"Cache-Control": FOR_GOOD, "Vary": "Accept-Encoding"}
        if packed:
            return Response(asset.packed, media_type=asset.kind, headers={**headers, "Content-Encoding": "gzip"})
        return Response(asset.content, media_type=asset.kind, headers=headers)


def asset_pages(assets: Assets) -> APIRouter:
    """`/assets/DIGEST/NAME`."""
    router = APIRouter()

    @router.get("/assets/{digest}/{name}")
    async def asset(digest: str, name: str, request: Request) -> Response:
        return assets.serve(f"/assets/{digest}/{name}", packed="gzip" in request.headers.get("accept-encoding", ""))

    return router


def _read(name: str, file: Path) -> Asset:
    try:
        content = file.read_bytes()
    except OSError:
        raise Unusable(f"缺少页面资源 {file.name}：请在项目目录下运行 make run 安装") from None
    digest = hashlib.sha256(content).hexdigest()[:16]
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(f"/assets/{digest}/{name}", kind, content, gzip.compress(content, 9, mtime=0))
