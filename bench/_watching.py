"""What an instance's processes spent and how late events were, by their own metrics and the kernel's accounting. Linux only."""

from __future__ import annotations

import os
import signal
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.journeys.instances import PROC, processes_of

MODULES = ("chassis.serve", "chassis.work", "chassis.link", "services.gateway")
LAG = "hotline_event_lag_seconds_bucket"
TICKS = "hotline_tick_seconds_sum"
# How many were at most so late, by the bound in seconds.
Buckets = dict[float, float]


class Watch:
    """The processes of the instance in a folder."""

    def __init__(self, folder: Path) -> None:
        self._pids = {pid: module for module in MODULES for pid in processes_of(folder, module)}
        self._lag: dict[str, Buckets] = {}
        self._cpu: dict[int, float] = {}

    def begin(self) -> None:
        """What comes from now on counts."""
        self._lag, self._cpu = self._lags(), {pid: _cpu(pid) for pid in self._pids}

    def figures(self, lives: int) -> dict[str, Any]:
        """Since then: lag in milliseconds (the bound of its bucket), CPU in milliseconds a life by kind of process, largest memory."""
        late = {name: _less(buckets, self._lag.get(name, {})) for name, buckets in self._lags().items()}
        lag = {bound: sum(buckets[bound] for buckets in late.values()) for bound in next(iter(late.values()), {})}
        spent: dict[str, float] = {}
        for pid, module in self._pids.items():
            spent[module] = spent.get(module, 0.0) + _cpu(pid) - self._cpu[pid]
        return {
            "lag_p50_ms": _quantile(lag, 0.5),
            "lag_p99_ms": _quantile(lag, 0.99),
            "lag_p99_ms_of": {name: _quantile(buckets, 0.99) for name, buckets in sorted(late.items())},
            "cpu_ms_a_life": {module: round(1000 * seconds / max(lives, 1), 1) for module, seconds in spent.items()},
            "largest_process_mb": max(_memory(pid) for pid in self._pids),
        }

    def tick_seconds(self, service: str, tick: str) -> float:
        """What a worker's tick took so far, all its turns together."""
        whole = {"service": service, "tick": tick}
        return sum(float(sample.value) for sample in self._samples(TICKS) if sample.labels == whole)

    def _lags(self) -> dict[str, Buckets]:
        """Of each listener."""
        counted: dict[str, Buckets] = {}
        for sample in self._samples(LAG):
            buckets, bound = counted.setdefault(sample.labels["service"], {}), float(sample.labels["le"])
            buckets[bound] = buckets.get(bound, 0.0) + sample.value
        return counted

    def _samples(self, name: str) -> Iterator[Any]:
        """Of every worker."""
        for pid, module in self._pids.items():
            if module != "chassis.work":
                continue
            with urllib.request.urlopen(f"http://127.0.0.1:{_port(pid)}/metrics", timeout=10) as page:
                for family in text_string_to_metric_families(page.read().decode()):
                    yield from (sample for sample in family.samples if sample.name == name)


@contextmanager
def standing(folder: Path, module: str, name: str = "") -> Iterator[None]:
    """The processes of an instance that run a module, or of them those for one service, stand still meanwhile."""
    words = {pid: (PROC / str(pid) / "cmdline").read_bytes().split(b"\0") for pid in processes_of(folder, module)}
    pids = [pid for pid, said in words.items() if not name or name.encode() in said]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def _less(buckets: Buckets, before: Buckets) -> Buckets:
    return {bound: count - before.get(bound, 0.0) for bound, count in buckets.items()}


def _quantile(buckets: Buckets, share: float) -> float:
    total = max(buckets.values(), default=0.0)
    return round(1000 * next((bound for bound, count in sorted(buckets.items()) if count >= share * total), 0.0), 1)


def _cpu(pid: int) -> float:
    fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> int:
    line = next(line for line in (PROC / str(pid) / "status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def _port(pid: int) -> str:
    command = (PROC / str(pid) / "cmdline").read_text().split("\0")
    return command[command.index("--metrics-port") + 1]
