import json
import stat
from pathlib import Path

import pytest

from chassis.errors import Unusable
from chassis.secrets import main, manifests


def test_they_are_written_once_for_their_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    assert main(["--release", "hotline", "--namespace", "city", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    listed = json.loads(file.read_text())
    assert {item["metadata"]["namespace"] for item in listed["items"]} == {"city"}
    before = file.read_bytes()
    with pytest.raises(Unusable, match="已存在"):
        main(["--release", "hotline", str(file)])
    assert file.read_bytes() == before


def test_no_two_times_are_they_the_same() -> None:
    first, second = (
        {text for item in manifests("hotline", "") for key, text in item["data"].items() if key != "username"} for _ in range(2)
    )
    assert not first & second
