"""The version before this one, beside this one: its sources from git, its protos compiled, our packages under both."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Until there is a tag: the version whose image was the first to be built.
FIRST = "670d017"
SOURCES = "hotline/sources.binpb"


@dataclass(frozen=True)
class Version:
    """A tree, and the Python that runs it."""

    name: str
    folder: Path
    python: Path


THIS = Version("this", ROOT, Path(sys.executable))


def git(*arguments: str) -> bytes:
    """What git answers here; nothing where it does not."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else b""


def earlier_name() -> str:
    """The last tag, or else `FIRST`; empty where there is no history."""
    if not shutil.which("git"):
        return ""
    tag = git("describe", "--tags", "--abbrev=0").decode().strip()
    return tag or (FIRST if git("rev-parse", "--verify", "--quiet", f"{FIRST}^{{commit}}") else "")


def earlier(name: str, folder: Path) -> Version:
    """That version, ready to run, in an empty folder."""
    # Not by tarfile: what Debian 12 has knows no filter, and what comes after it wants one.
    subprocess.run(["tar", "-x", "-C", folder], input=git("archive", name), check=True)
    gen = folder / "gen"
    (gen / "hotline").mkdir(parents=True)
    protos = sorted(path.relative_to(folder).as_posix() for path in (folder / "protos").rglob("*.proto"))
    compiler = [sys.executable, "-m", "grpc_tools.protoc", "-I", "protos", f"--python_out={gen}", f"--grpc_python_out={gen}"]
    compiler += ["--include_source_info", f"--descriptor_set_out={gen / SOURCES}"]
    subprocess.run([*compiler, *protos], cwd=folder, check=True)
    if (ROOT / "node_modules").exists():
        (folder / "node_modules").symlink_to(ROOT / "node_modules")
    return Version(name, folder, _python(folder, gen))


def _python(folder: Path, gen: Path) -> Path:
    """With our packages but not our protos: a folder that a .pth names is no place whose own .pth are read."""
    home = folder / ".venv"
    venv.create(home, symlinks=True)
    (packages,) = home.glob("lib/python3*/site-packages")
    (packages / "earlier.pth").write_text(f"{gen}\n{sysconfig.get_path('purelib')}\n")
    return home / "bin" / "python"
