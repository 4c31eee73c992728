"""What units and categories are called, and which may be chosen: their services' own, remembered for a minute for each tenant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any, Generic, TypeVar

from google.protobuf.message import Message

from hotline.directory.v1 import units_pb2 as units
from hotline.directory.v1.events_pb2 import UNIT_KIND_DISTRICT, UNIT_STATE_OPEN
from hotline.intake.v1 import categories_pb2 as categories
from hotline.ticket.v1 import ticket_pb2 as shared
from services.gateway.calls import Calls, every_page
from services.gateway.console.sessions import Session

KEPT_SECONDS = 60.0
AT_ONCE = 200
LAST_LEVEL = 3
T = TypeVar("T")
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Units:
    """A tenant's: all by their names; the open ones, and those that are districts, as a form offers them."""

    names: dict[str, str]
    open: Choices
    districts: Choices


@dataclass(frozen=True)
class Categories:
    """A tenant's tree: paths by code, and those of the third level as a form offers them."""

    paths: dict[str, str]
    last: Choices


class Names:
    """Asks their services once a minute."""

    def __init__(self, calls: Calls) -> None:
        self._units = _Kept(calls, "hotline.directory.v1.UnitService/ListUnits", units.ListUnitsRequest, units.ListUnitsResponse, _units)
        self._categories = _Kept(
            calls,
            "hotline.intake.v1.CategoryService/ListCategories",
            categories.ListCategoriesRequest,
            categories.ListCategoriesResponse,
            _categories,
        )

    async def units_for(self, session: Session) -> Units:
        """Those of the tenant of whoever asks. Raises grpc.RpcError."""
        return await self._units.of(session)

    async def categories_for(self, session: Session) -> Categories:
        """Those of the tenant of whoever asks. Raises grpc.RpcError."""
        return await self._categories.of(session)


class _Kept(Generic[T]):
    """A list that fits on a few pages, and what is made of it."""

    def __init__(self, calls: Calls, method: str, asked: type[Message], answer: type[Message], make: Callable[[Sequence[Any]], T]) -> None:
        self._calls, self._method, self._asked, self._answer, self._make = calls, method, asked, answer, make
        self._kept: dict[str, tuple[float, T]] = {}

    async def of(self, session: Session) -> T:
        kept = self._kept.get(session.tenant_id)
        if kept is None or monotonic() > kept[0]:
            kept = self._kept[session.tenant_id] = (monotonic() + KEPT_SECONDS, self._make(await self._all(session)))
        return kept[1]

    async def _all(self, session: Session) -> list[Any]:
        async def ask(token: str) -> Any:
            asked = self._asked(page=shared.Page(size=AT_ONCE, token=token))
            return await self._calls.ask(session.token, self._method, asked, self._answer)

        return [row async for answer in every_page(ask) for row in getattr(answer, answer.DESCRIPTOR.fields[0].name)]


def _units(found: Sequence[Any]) -> Units:
    open_ones = [unit for unit in found if unit.state == UNIT_STATE_OPEN]
    districts = tuple((unit.handling_tenant_id, unit.name) for unit in open_ones if unit.kind == UNIT_KIND_DISTRICT)
    names = {unit.unit_id: unit.name for unit in found} | dict(districts)
    return Units(names, tuple((unit.unit_id, unit.name) for unit in open_ones), districts)


def _categories(found: Sequence[Any]) -> Categories:
    names = {each.code: each.name for each in found}
    paths = {code: " / ".join(names.get(above, above) for above in _line(code)) for code in names}
    return Categories(paths, tuple((each.code, paths[each.code]) for each in found if each.level == LAST_LEVEL))


def _line(code: str) -> list[str]:
    parts = code.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]
