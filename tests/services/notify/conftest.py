"""What notify's tests stand on."""

from datetime import timedelta
from pathlib import Path

import pytest

from chassis.clock import SetClock
from services.notify import plugins
from services.notify.rules import delivery
from tests.harness import OpenStore
from tests.services.directory.small_city import SmallCity
from tests.services.intake.desk import Desk
from tests.services.notify.house import PROVIDERS, House, Post
from tests.services.notify.office import Office, Serve


@pytest.fixture
def office(store_for: OpenStore, clock: SetClock) -> Office:
    """notify's worker on a store of its own, at ten in the morning."""
    return Office(store_for("notify"), clock)


@pytest.fixture
def served_office(served: Serve, clock: SetClock) -> Office:
    """The same with its doors open."""
    running = served("notify")
    return Office(running.store, clock, running)


@pytest.fixture
def house(served: Serve, clock: SetClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> House:
    """notify's link, its channel `post`, and who knows the numbers."""
    notify = served("notify")
    file = tmp_path / "providers.toml"
    file.write_text(PROVIDERS)
    object.__setattr__(notify.store.settings, "providers", file)
    monkeypatch.setattr(plugins, "PLUGINS", {**plugins.PLUGINS, "post": Post})
    for name, value in {"taken": [], "away": False, "hangs": False}.items():
        monkeypatch.setattr(Post, name, value)
    monkeypatch.setattr(delivery, "FIRST_PAUSE", timedelta(seconds=0.1))
    return House(Office(notify.store, clock, notify), Desk(served("intake")), SmallCity(served("directory")))
