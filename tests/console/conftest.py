"""One hotline and one browser for all desks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the hotline keeps what it knows."""
    return tmp_path_factory.mktemp("console") / "city"


@pytest.fixture(scope="package")
def identities(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Identities]:
    """A provider that knows some of them too."""
    with running_identities(tmp_path_factory.mktemp("identities"), f"http://{LOOPBACK}:{free_port()}") as found:
        yield found


@pytest.fixture(scope="package")
def instance(folder: Path, identities: Identities) -> Iterator[Instance]:
    """Embedded, with the people of a demo."""
    port = identities.console.rpartition(":")[2]
    with running(folder, told={"HTTP_PORT": port, "IDENTITY_PROVIDER": str(identities.told())}) as found:
        yield found


@pytest.fixture(scope="package")
def house(instance: Instance) -> Iterator[House]:
    """Who does by gRPC what a test needs done before it looks."""
    found = House(instance.door, instance.credentials)
    yield found
    found.close()


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
