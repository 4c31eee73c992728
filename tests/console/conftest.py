"""One hotline and one browser for all desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from simulator.instance import Instance, running
from simulator.people import House
from tests.console.browser import chromium, context_of, log_in, unmet
from tests.servers.identities import Identities, running_identities
from tests.servers.processes import LOOPBACK, free_port

Enter = Callable[..., Page]


@dataclass(frozen=True)
class Hotline:
    """Embedded, with the people of a demo, and a provider that knows some of them too."""

    folder: Path
    identities: Identities
    instance: Instance
    house: House


@contextmanager
def hotline_under(place: Path) -> Iterator[Hotline]:
    """One that keeps what it knows under a folder, and is gone at the end."""
    with ExitStack() as stack:
        folder, port = place / "city", free_port()
        identities = stack.enter_context(running_identities(place, f"http://{LOOPBACK}:{port}"))
        told = {"HTTP_PORT": str(port), "IDENTITY_PROVIDER": str(identities.told())}
        instance = stack.enter_context(running(folder, told=told))
        house = House(instance.door, instance.credentials)
        stack.callback(house.close)
        yield Hotline(folder, identities, instance, house)


@pytest.fixture(scope="package")
def shared_hotline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """That of all desks."""
    with hotline_under(tmp_path_factory.mktemp("console")) as found:
        yield found


@pytest.fixture
def hotline(request: pytest.FixtureRequest, shared_hotline: Hotline, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotline]:
    """The shared one; a story told again, which would find there what its first telling left, has one of its own."""
    if getattr(request.node, "execution_count", 1) == 1:
        yield shared_hotline
        return
    with hotline_under(tmp_path_factory.mktemp("again")) as found:
        yield found


@pytest.fixture
def folder(hotline: Hotline) -> Path:
    """Where the hotline keeps what it knows."""
    return hotline.folder


@pytest.fixture
def identities(hotline: Hotline) -> Identities:
    """Its provider."""
    return hotline.identities


@pytest.fixture
def instance(hotline: Hotline) -> Instance:
    """Its processes."""
    return hotline.instance


@pytest.fixture
def house(hotline: Hotline) -> House:
    """Who does by gRPC what a test needs done before it looks."""
    return hotline.house


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One, with a context for each person."""
    with chromium() as found:
        yield found


@pytest.fixture
def enter(browser: Browser, instance: Instance) -> Iterator[Enter]:
    """Somebody of a unit with a role logs in, and has a page of their own. What a page says to its console fails the test at its end."""
    contexts, said = [], []

    def of(unit_id: str, role: str, *, narrow: bool = False) -> Page:
        row = next(row for row in instance.credentials if row["unit_id"] == unit_id and role in row["roles"] and "login" in row)
        context = context_of(browser, instance.page, narrow=narrow)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda message: said.append(message.text) if "Content Security Policy" in message.text else None)
        log_in(page, row)
        return page

    yield of
    for context in contexts:
        context.close()
    assert said == []


@pytest.fixture
def accessible() -> Callable[[Page], Any]:
    """Holds a page against WCAG 2.1 AA."""

    def check(page: Page) -> None:
        assert unmet(page) == []

    return check
