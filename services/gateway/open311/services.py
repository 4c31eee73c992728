"""Services of GeoReport v2: the categories of the third level, of whichever tenant is the jurisdiction."""

from __future__ import annotations

import time
from typing import Any

from hotline.intake.v1 import categories_pb2 as pb
from services.gateway.calls import Calls, every_page

LIST = "hotline.intake.v1.CategoryService/ListCategories"
LEAF = 3
PAGE = 200
FRESH_SECONDS = 60.0


class Services:
    """What intake told of the categories a moment ago."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._kept: dict[str, tuple[float, dict[str, dict[str, Any]]]] = {}

    async def of(self, tenant_id: str) -> dict[str, dict[str, Any]]:
        """Every service of a jurisdiction by its code. Raises grpc.RpcError."""
        until, found = self._kept.get(tenant_id, (0.0, {}))
        if time.monotonic() > until:
            found = _services(await self._categories(tenant_id))
            self._kept[tenant_id] = (time.monotonic() + FRESH_SECONDS, found)
        return found

    async def _categories(self, tenant_id: str) -> list[pb.Category]:
        async def ask(token: str) -> pb.ListCategoriesResponse:
            request = pb.ListCategoriesRequest()
            request.page.size, request.page.token = PAGE, token
            return await self._calls.ask_for(tenant_id, LIST, request, pb.ListCategoriesResponse)

        return [category async for answer in every_page(ask) for category in answer.categories]


def _services(categories: list[pb.Category]) -> dict[str, dict[str, Any]]:
    names = {category.code: category.name for category in categories}
    return {category.code: _service(category, names) for category in categories if category.level == LEAF}


def _service(category: pb.Category, names: dict[str, str]) -> dict[str, Any]:
    top, second, _ = category.code.split(".")
    return {
        "service_code": category.code,
        "service_name": category.name,
        "description": "/".join((names.get(top, ""), names.get(f"{top}.{second}", ""), category.name)),
        "metadata": False,
        "type": "realtime",
        "keywords": ",".join(category.keywords),
        "group": names.get(top, ""),
    }
