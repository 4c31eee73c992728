import base64
import json
import stat
from pathlib import Path

import pytest

from chassis.auth import peer_key
from chassis.errors import Unusable
from chassis.secrets import main, manifests
from chassis.settings import Settings


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


def test_a_districts_gateway_gets_a_key_that_the_city_knows_by_a_patch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "zichuan.json"
    arguments = ["--release", "hotline", "--namespace", "hotline-zichuan", "--gateway", "gateway_zichuan", str(file)]
    assert main(arguments) == 0
    (secret,) = json.loads(file.read_text())["items"]
    assert (secret["metadata"]["name"], list(secret["data"])) == ("hotline-key-gateway", ["gateway.pem"])
    patch = json.loads(capsys.readouterr().out)
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "gateway.pem").write_bytes(base64.b64decode(secret["data"]["gateway.pem"]))
    key = peer_key(Settings("gateway", keys=keys, signs_as="gateway_zichuan"))
    assert key.key_id == "peer:gateway_zichuan"
    assert base64.b64decode(patch["data"]["gateway_zichuan.pub"]).decode() == key.public_text
