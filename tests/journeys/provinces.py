"""A province beside a city: the simulator's program, told what to send and how to misbehave, and asked what it knows."""

from __future__ import annotations

import json
import signal
import sys
import tomllib
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.journeys.cities import City
from tests.servers.processes import child, free_port

CODE, CITY_CODE, KEY = "370000", "370300", "a-key-of-both-sides-1"
MAPPING = '[nature]\n"03" = "complaint"\n[category]\n"1101" = "01.01.01"\n[place]\n"370303" = "zhangdian"\n'


class Province:
    """A province that runs."""

    def __init__(self, url: str) -> None:
        self._url = url

    @staticmethod
    def of(city: City) -> Province:
        """The one beside a city."""
        return Province.beside(Path(city.environment["PROVINCES"]).parent)

    @staticmethod
    def beside(folder: Path) -> Province:
        """The one that was started with its files in a folder."""
        told = tomllib.loads((folder / "provinces.toml").read_text(encoding="utf-8"))
        return Province(told["province"][0]["url"].removesuffix("/link"))

    def send(self, number: str, kind: str, content: dict[str, Any], at: datetime) -> None:
        """It has something to say, at an instant of the city's clock."""
        self.send_all([{"number": number, "kind": kind, "content": content, "at": at.isoformat()}])

    def send_all(self, messages: list[dict[str, Any]]) -> None:
        """Many at once."""
        self._ask("/control/messages", messages)

    def misbehave(self, **faults: Any) -> None:
        """As the simulator's Faults has it."""
        self._ask("/control/faults", faults)

    def heard(self, number: str) -> list[dict[str, Any]]:
        """What it was told of a number, in the order in which it heard it first."""
        return [each for each in self._ask("/control/book")["heard"] if each["orderNo"] == number]

    def kinds(self, number: str) -> list[str]:
        """Of what kind that is."""
        return [each["msgType"] for each in self.heard(number)]

    def acknowledged(self, number: str) -> list[int]:
        """The versions of a number that the city has taken."""
        return sorted(version for known, version, _ in self._ask("/control/book")["acknowledged"] if known == number)

    def count_acknowledged(self) -> int:
        """How many of its messages the city has taken."""
        return int(self._ask("/control/count")["acknowledged"])

    def count_heard(self) -> int:
        """How much it was told."""
        return int(self._ask("/control/count")["heard"])

    def _ask(self, path: str, told: Any = None) -> Any:
        body = None if told is None else json.dumps(told).encode()
        with urllib.request.urlopen(urllib.request.Request(f"{self._url}{path}", body), timeout=30) as answer:
            return json.loads(answer.read())


@contextmanager
def beside(folder: Path) -> Iterator[dict[str, str]]:
    """A province that pushes to a city yet to be started; what that is to be told."""
    here, there = free_port(), free_port()
    (folder / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (folder / "provinces.toml").write_text(
        f'[listen]\nport = {here}\n[[province]]\ncode = "{CODE}"\ntenant = "zibo"\ncity = "{CITY_CODE}"\nkey = "{KEY}"\n'
        f'url = "http://127.0.0.1:{there}/link"\nmapping = "mapping.toml"\n',
        encoding="utf-8",
    )
    arguments = ["--port", str(there), "--key", KEY, "--city", f"http://127.0.0.1:{here}"]
    with child([sys.executable, "-m", "simulator.province", *arguments], folder / "province.log", stop=signal.SIGTERM):
        yield {"PROVINCES": str(folder / "provinces.toml")}
