"""A container engine: docker, or podman as this machine lets it run; and a base of Debian's packages where no registry can be reached.

Podman as root needs neither a daemon nor user namespaces. What a sandbox forbids it is taken from it: limits are not raised, networks
are the machine's own, builds are a chroot, cgroups are left to whoever has them. Storage is a folder of the test's own.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.servers.packages import find_or_install
from tests.servers.processes import CannotStart

ROOT = Path(__file__).parents[2]
AUTHORITIES = Path("/etc/ssl/certs")
BASE = "localhost/hotline-base:debian"
IMAGE = "localhost/hotline:proof"
SUITE = "bookworm"


@dataclass(frozen=True)
class Engine:
    """podman with its storage in `folder`; one way of running for all commands."""

    folder: Path
    runtime: str

    def call(self, *arguments: str, seconds: float = 3600) -> subprocess.CompletedProcess[str]:
        """`podman ARGUMENTS`. Raises CannotStart with the end of what it said."""
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, check=False, timeout=seconds, cwd=ROOT)
        if done.returncode:
            raise CannotStart(f"podman {arguments[0]}: {' '.join((done.stdout + done.stderr).split())[-1500:]}")
        return done

    def command(self, *arguments: str) -> list[str]:
        """The whole command line."""
        storage = ["--root", f"{self.folder}/storage", "--runroot", f"{self.folder}/run", "--cgroup-manager", "cgroupfs"]
        return ["podman", *storage, "--runtime", self.runtime, *arguments]

    def make_base(self) -> None:
        """Debian's python3, from its packages: as few as make a machine."""
        tarball = self.folder / "base.tar"
        find_or_install(_on_path("mmdebstrap"), "mmdebstrap")
        wanted = "python3,python3-venv,ca-certificates"
        made = subprocess.run(
            ["mmdebstrap", "--quiet", "--variant=minbase", f"--include={wanted}", SUITE, str(tarball)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            raise CannotStart(f"mmdebstrap: {' '.join(made.stderr.split())[-600:]}")
        self.call("import", str(tarball), BASE)
        tarball.unlink()

    def build(self, *arguments: str) -> None:
        """The image, from the project's Containerfile."""
        trusted = ("--volume", f"{AUTHORITIES}:{AUTHORITIES}:ro")
        way = ("--isolation", "chroot", "--network", "host", "--ulimit", f"nofile={_files()}:{_files()}")
        self.call("build", "--quiet", *way, *trusted, "--build-arg", f"BASE={BASE}", *arguments, "--tag", IMAGE, ".")

    def run(self, environment: Mapping[str, str], mounts: Mapping[str, str], *arguments: str) -> list[str]:
        """The command that runs the image as Kubernetes would: no root, nothing writable but /tmp and /data, no capability."""
        hard = ("--read-only", "--cap-drop", "all", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp:mode=1777")  # noqa: S108 - the container's own
        limits = ("--ulimit", f"nofile={_files()}:{_files()}", "--ulimit", "nproc=4096:4096")
        told = [part for name, value in environment.items() for part in ("--env", f"{name}={value}")]
        volumes = [part for source, target in mounts.items() for part in ("--volume", f"{source}:{target}")]
        return self.command("run", "--rm", "--network", "host", *hard, *limits, *told, *volumes, IMAGE, *arguments)


def engine_in(folder: Path) -> Engine:
    """An engine that has been seen to run something. Raises CannotStart."""
    find_or_install(_on_path("podman"), "podman")
    for runtime in ("crun", "runc"):
        if shutil.which(runtime) or os.geteuid() == 0:
            find_or_install(_on_path(runtime), runtime)
    return Engine(folder, "crun" if Path("/sys/fs/cgroup/cgroup.controllers").exists() else "runc")


def _on_path(name: str) -> Callable[[], Path | None]:
    def find() -> Path | None:
        found = shutil.which(name)
        return Path(found) if found else None

    return find


def _files() -> int:
    return min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 65_536)
