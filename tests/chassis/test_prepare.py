from pathlib import Path
from threading import Timer

import pytest

from chassis.errors import Unusable
from chassis.migrate import upgrade
from chassis.prepare import main, wait_for
from chassis.settings import Settings


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("AMQP_URI", "DATABASE_URL", "PROFILE", "CLOCK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA", str(tmp_path))
    return tmp_path


def test_it_waits_until_a_store_is_there(data: Path) -> None:
    with pytest.raises(Unusable, match="还没有建表"):
        wait_for("kb", 0.0)
    late = Timer(0.5, upgrade, [Settings("kb", data=data)])
    late.start()
    wait_for("kb", 60.0)
    late.join()


def test_it_makes_a_store_and_does_it_again_without_harm(data: Path) -> None:
    assert main(["kb"]) == 0
    before = (data / "kb.db").stat().st_size
    assert main(["kb"]) == 0
    assert (data / "kb.db").stat().st_size == before
    assert main(["--wait", "kb"]) == 0


def test_a_service_that_is_none_is_told(data: Path) -> None:
    with pytest.raises(Unusable, match="没有服务 nothing"):
        main(["nothing"])
    assert list(data.iterdir()) == []
