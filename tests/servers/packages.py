"""Installing Debian's packages where that may be done, and saying what is missing where it may not."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.processes import CannotStart

POLICY = Path("/usr/sbin/policy-rc.d")


def find_or_install(find: Callable[[], Path | None], package: str, instead: str = "") -> Path:
    """What `find` finds, after installing the package if need be.

    Raises CannotStart naming the package and the variable `instead`, if any, which names a server that runs already.
    """
    if (found := find()) is not None:
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _install(package)
        if (found := find()) is not None:
            return found
    or_else = f", or name a running one in {instead}" if instead else ""
    raise CannotStart(f"the tests need {package}: apt-get install {package}{or_else}")


def program(name: str, package: str) -> Path:
    """A program on the path or among the system's, after installing its package if need be. Raises CannotStart."""

    def find() -> Path | None:
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin")
        return Path(found) if found else None

    return find_or_install(find, package)


def _install(package: str) -> None:
    with (Path(tempfile.gettempdir()) / "hotline-apt.lock").open("w") as lock:
        # Several test workers want it at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _no_services_started():
            if not _apt("install", "--no-install-recommends", package):
                _apt("update")
                _apt("install", "--no-install-recommends", package)


def _apt(*args: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-qq", "-y", "-o", "DPkg::Lock::Timeout=300", *args]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode == 0


@contextmanager
def _no_services_started() -> Iterator[None]:
    """Debian starts a server when its package is installed, unless this script forbids it."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text("#!/bin/sh\nexit 101\n")
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
