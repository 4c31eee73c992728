"""Tries the chart on a real cluster, in a namespace of its own: `python -m tests.cluster --image hotline:dev [--next hotline:next]`.

Installed with servers inside (ci/evaluation-values.yaml), `helm test`, then upgraded and rolled back while tickets go through their
lives: a Job with the command of the chart's own test, over and over; one that fails ends it. `--next` is the image to upgrade to;
without it every pod is replaced by one of the same image. Nothing of a cluster is changed but in that namespace, which is removed at
the end (`--keep`: not).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import Any
from uuid import uuid4

from chassis.secrets import manifests
from tests.charts.helm import CHART, program, render

RELEASE = "hotline"
VALUES = CHART / "ci" / "evaluation-values.yaml"
PATIENCE = "20m"
LIVES, AT_ONCE = 500, 2
LOAD = "load"


class Failed(Exception):
    """A step that did not go well, in a sentence."""


def load_job(image: str) -> dict[str, Any]:
    """The chart's test of a ticket's life, as a Job that repeats it and ends with the first that fails."""
    name, _, tag = image.rpartition(":")
    documents = render("evaluation", "--set", f"image.repository={name},image.tag={tag}")
    (pod,) = [each for each in documents if each["kind"] == "Pod" and each["metadata"]["name"].endswith("test-life")]
    template = {"metadata": {"labels": pod["metadata"]["labels"]}, "spec": pod["spec"]}
    spec = {"completions": LIVES, "parallelism": AT_ONCE, "backoffLimit": 0, "template": template}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": LOAD}, "spec": spec}


def image_values(image: str, replaced: str) -> list[str]:
    """What helm is told of an image; another `replaced` replaces every pod."""
    name, _, tag = image.rpartition(":")
    return [
        "--values",
        str(VALUES),
        "--set",
        f"image.repository={name},image.tag={tag}",
        "--set-string",
        f"defaults.annotations.replaced={replaced}",
    ]


class Cluster:
    """A namespace of a cluster."""

    def __init__(self, namespace: str) -> None:
        self._namespace = namespace

    def kubectl(self, *arguments: str, given: str | None = None) -> str:
        """What it says. Raises Failed."""
        return _run(["kubectl", "--namespace", self._namespace, *arguments], given)

    def helm(self, *arguments: str) -> str:
        """What it says. Raises Failed."""
        return _run([program(), "--namespace", self._namespace, *arguments])

    def test(self) -> None:
        """The chart's own tests."""
        self.helm("test", RELEASE, "--timeout", PATIENCE)

    def lives(self) -> tuple[int, int]:
        """Tickets that the load brought to their end, and those that it did not."""
        state = json.loads(self.kubectl("get", "job", LOAD, "--output", "json")).get("status", {})
        return state.get("succeeded", 0), state.get("failed", 0)


def play(cluster: Cluster, image: str, following: str) -> str:
    """Install, test, upgrade and roll back under load; says what happened. Raises Failed."""
    cluster.kubectl("apply", "--filename", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": manifests(RELEASE, "")}))
    cluster.helm("install", RELEASE, str(CHART), "--wait", "--timeout", PATIENCE, *image_values(image, "no"))
    cluster.test()
    cluster.kubectl("apply", "--filename", "-", given=json.dumps(load_job(image)))
    steps = {}
    steps["upgrade"] = _under_load(cluster, "upgrade", RELEASE, str(CHART), "--atomic", "--wait", *image_values(following, "yes"))
    cluster.test()
    steps["rollback"] = _under_load(cluster, "rollback", RELEASE, "1", "--wait")
    cluster.test()
    return "; ".join(f"{step}: {lives} tickets lived meanwhile, none failed" for step, lives in steps.items())


def _under_load(cluster: Cluster, *arguments: str) -> int:
    before, _ = cluster.lives()
    cluster.helm(*arguments, "--timeout", PATIENCE)
    after, failed = cluster.lives()
    if failed or after == before:
        logs = cluster.kubectl("logs", f"job/{LOAD}", "--tail", "20") if failed else "no ticket came to its end"
        raise Failed(f"{arguments[0]}: {failed} tickets failed, {after - before} lived: {logs}")
    return after - before


@contextmanager
def namespace(*, keep: bool) -> Iterator[Cluster]:
    """One of its own, removed at the end."""
    name = f"hotline-test-{uuid4().hex[:8]}"
    _run(["kubectl", "create", "namespace", name])
    try:
        yield Cluster(name)
    finally:
        if keep:
            print(f"kept: namespace {name}")
        else:
            _run(["kubectl", "delete", "namespace", name, "--timeout", PATIENCE])


def reach() -> None:
    """Raises Failed where there is no cluster."""
    if which("kubectl") is None:
        raise Failed("kubectl is missing: install it, or make cluster-test where it is")
    try:
        _run(["kubectl", "version", "--request-timeout", "10s"])
    except Failed as failed:
        raise Failed(
            "no cluster is reached: let KUBECONFIG name one (kind create cluster; k3s), "
            f"where the image is (kind load docker-image hotline:dev). kubectl says: {failed}"
        ) from None


def main(arguments: list[str]) -> int:
    """Exit code 1 when a step failed, or there is no cluster."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster")
    parser.add_argument("--image", default="hotline:dev")
    parser.add_argument("--next", default="")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args(arguments)
    try:
        reach()
        with namespace(keep=options.keep) as cluster:
            print(play(cluster, options.image, options.next or options.image))
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    return 0


def _run(command: list[str], given: str | None = None) -> str:
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Failed(f"{Path(command[0]).name} {' '.join(command[1:5])} …: {' '.join(said[-3:])}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
