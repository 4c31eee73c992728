"""Seals and the keys they are made with."""

import base64
import stat
from pathlib import Path

import pytest

from chassis.errors import Unusable
from chassis.sealing import Unsealable
from chassis.settings import Settings
from services.intake.keyring import FILE, add_key, keyring_of

PLACE = ("zibo", "t-1", "sealed_name")


def key(byte: int) -> str:
    return base64.b64encode(bytes([byte]) * 32).decode()


def settings(**changes: str) -> Settings:
    return Settings("intake", identity_keys=changes.get("keys", f"b:{key(2)},a:{key(1)},hash:{key(9)}"))


def test_the_first_seals_and_all_open() -> None:
    old, new = keyring_of(settings(keys=f"a:{key(1)},hash:{key(9)}")), keyring_of(settings())
    assert new.active == "b"
    assert new.open(old.seal(b"x", *PLACE), *PLACE) == b"x"
    with pytest.raises(Unsealable):
        old.open(new.seal(b"x", *PLACE), *PLACE)


@pytest.mark.parametrize("place", [("other", "t-1", "sealed_name"), ("zibo", "t-2", "sealed_name"), ("zibo", "t-1", "sealed_phone")])
def test_a_seal_opens_in_its_own_place_alone(place: tuple[str, ...]) -> None:
    ring = keyring_of(settings())
    with pytest.raises(Unsealable):
        ring.open(ring.seal(b"x", *PLACE), *place)


def test_a_changed_byte_is_seen() -> None:
    ring = keyring_of(settings())
    sealed = ring.seal("张三".encode(), *PLACE)
    for at in range(len(sealed)):
        with pytest.raises(Unsealable):
            ring.open(sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :], *PLACE)


def test_sealing_twice_looks_different_and_finding_twice_the_same() -> None:
    ring = keyring_of(settings())
    assert ring.seal(b"x", *PLACE) != ring.seal(b"x", *PLACE)
    assert ring.find("zibo", "+8613805331234") == ring.find("zibo", "+8613805331234")
    assert ring.find("zibo", "+8613805331234") != ring.find("zhangdian", "+8613805331234")
    assert ring.find("zibo", "+8613805331234") != keyring_of(settings(keys=f"b:{key(2)},hash:{key(8)}")).find("zibo", "+8613805331234")


@pytest.mark.parametrize(
    "keys", ["nonsense", f"a:{key(1)}", f"hash:{key(1)}", "a:AAAA,hash:AAAA", f"a b:{key(1)},hash:{key(9)}", f":{key(1)},hash:{key(9)}"]
)
def test_keys_that_cannot_be_read_are_told_of_and_not_shown(keys: str) -> None:
    with pytest.raises(Unusable, match="IDENTITY_KEYS") as refused:
        keyring_of(settings(keys=keys))
    assert key(1) not in str(refused.value)


def test_without_a_setting_they_lie_in_a_file_nobody_else_reads(tmp_path: Path) -> None:
    here = Settings("intake", data=tmp_path)
    assert keyring_of(here) == keyring_of(here)
    assert stat.S_IMODE((tmp_path / "keys" / FILE).stat().st_mode) == 0o600
    assert sorted(each.name for each in (tmp_path / "keys").iterdir()) == [FILE]


def test_production_makes_no_keys(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="生产环境"):
        keyring_of(Settings("intake", data=tmp_path, profile="production"))
    assert not (tmp_path / "keys").exists()


def test_a_key_put_first_in_the_file_is_used_at_once(tmp_path: Path) -> None:
    here = Settings("intake", data=tmp_path)
    old = keyring_of(here)
    assert add_key(here) == "2"
    fresh = keyring_of(here)
    assert (old.active, fresh.active) == ("1", "2")
    assert fresh.hash_key == old.hash_key
    assert fresh.open(old.seal(b"x", *PLACE), *PLACE) == b"x"


def test_keys_of_a_setting_are_not_added_to() -> None:
    with pytest.raises(Unusable, match="IDENTITY_KEYS"):
        add_key(settings())


def test_keys_are_not_in_what_is_logged() -> None:
    assert key(2) not in repr(keyring_of(settings()))
    assert "\\x02" not in repr(keyring_of(settings()))
