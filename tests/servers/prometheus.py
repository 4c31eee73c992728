"""A private Prometheus that scrapes pages of this machine every second, with the rules it is given."""

from __future__ import annotations

import json
import signal
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.servers.packages import program
from tests.servers.processes import LOOPBACK, child, free_port, wait_until

SECONDS = 60


class Prometheus:
    """One that runs."""

    def __init__(self, url: str) -> None:
        self._url = url

    def over(self, expression: str, begin: float, end: float) -> list[dict[str, Any]]:
        """The series of an expression between two instants, in seconds since 1970. Raises OSError for one it cannot read."""
        return self._ask("query_range", query=expression, start=begin, end=end, step=max((end - begin) / 500, 1))["result"]  # type: ignore[no-any-return]  # JSON

    def now(self, expression: str) -> list[dict[str, Any]]:
        """The series of an expression now."""
        return self._ask("query", query=expression)["result"]  # type: ignore[no-any-return]  # JSON

    def failing(self) -> list[str]:
        """Rules that could not be evaluated the last time."""
        return [rule["name"] for group in self._ask("rules")["groups"] for rule in group["rules"] if rule["health"] != "ok"]

    def _ask(self, what: str, **parameters: Any) -> Any:
        with urllib.request.urlopen(f"{self._url}/api/v1/{what}?{urllib.parse.urlencode(parameters)}", timeout=SECONDS) as answer:
            return json.load(answer)["data"]


@contextmanager
def running_prometheus(folder: Path, targets: Sequence[str], rules: Sequence[Path]) -> Iterator[Prometheus]:
    """It scrapes `targets` (host:port) as the job hotline. Raises CannotStart."""
    folder.mkdir()
    jobs = [{"job_name": "hotline", "static_configs": [{"targets": list(targets)}]}]
    every = {"scrape_interval": "1s", "evaluation_interval": "2s"}
    told = {"global": every, "rule_files": [str(file) for file in rules], "scrape_configs": jobs}
    (folder / "prometheus.yml").write_text(yaml.dump(told), encoding="utf-8")
    url, log = f"http://{LOOPBACK}:{(port := free_port())}", folder / "prometheus.log"
    args: list[str | Path] = [
        program("prometheus", "prometheus"), f"--config.file={folder / 'prometheus.yml'}", f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={LOOPBACK}:{port}",
    ]  # fmt: skip
    with child(args, log, stop=signal.SIGTERM) as server:
        wait_until(lambda: urllib.request.urlopen(f"{url}/-/ready", timeout=5).close(), server, log)
        yield Prometheus(url)
