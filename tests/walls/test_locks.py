"""What is installed is pinned, hashed, and named without an address."""

from __future__ import annotations

import json
import re

import pytest

from tests.walls.sources import ROOT

LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-node.lock"]
PIN = re.compile(r"^([A-Za-z0-9._\[\]-]+)==(\S+)(?: ; [^\\]+)?((?: *\\\n +--hash=sha256:[0-9a-f]{64})*)$", re.MULTILINE)


def _pins(lock: str) -> dict[str, tuple[str, int]]:
    """Version and number of hashes of everything a lock file names."""
    found = PIN.findall((ROOT / lock).read_text())
    return {name: (version, hashes.count("sha256:")) for name, version, hashes in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_pins_every_line_with_a_hash(lock: str) -> None:
    lines = [line for line in (ROOT / lock).read_text().splitlines() if line and not line.startswith((" ", "#"))]
    pins = _pins(lock)
    assert len(pins) == len(lines)
    assert [name for name, (_, hashes) in pins.items() if not hashes] == []


@pytest.mark.parametrize("lock", [*LOCKS, "package-lock.json"])
def test_lock_names_no_address(lock: str) -> None:
    assert not re.search(r"\w+://|--(extra-)?index-url|--find-links", (ROOT / lock).read_text())


def test_what_runs_is_what_is_tested() -> None:
    tested = _pins("requirements-dev.lock")
    assert {name: pin for name, pin in _pins("requirements.lock").items() if tested.get(name) != pin} == {}


def test_node_packages_carry_their_integrity() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and not package.get("integrity", "").startswith("sha512-")] == []
