"""What `make cluster-test` would do on a cluster, as far as it is seen without one; and that without one it says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import kubernetes_validate

from chassis.settings import process_environment
from tests.charts.helm import containers, of_kind, pods, render
from tests.charts.test_rendering import KUBERNETES
from tests.cluster.__main__ import AT_ONCE, LIVES, image_values, load_job

ROOT = Path(__file__).parents[2]


def test_the_load_is_the_charts_own_test_of_a_ticket_and_ends_with_the_first_that_fails() -> None:
    job = load_job("registry.example/hotline:1.2")
    kubernetes_validate.validate(job, KUBERNETES, strict=True)
    assert (job["spec"]["backoffLimit"], job["spec"]["completions"], job["spec"]["parallelism"]) == (0, LIVES, AT_ONCE)
    pod = job["spec"]["template"]
    assert {each["image"] for each in containers(pod)} == {"registry.example/hotline:1.2"}
    assert pod["spec"]["restartPolicy"] == "Never"
    assert "simulator.once" in " ".join(containers(pod)[-1]["args"])


def test_an_upgrade_replaces_every_pod_and_starts_each_before_it_ends_another() -> None:
    before, after = (render("evaluation", *image_values("hotline:dev", replaced)[2:]) for replaced in ("no", "yes"))
    ours = {name for name in pods(before) if name.startswith("Deployment/")}
    assert len(ours) > 10
    assert [name for name in ours if pods(before)[name] == pods(after)[name]] == []
    for deployment in of_kind(before, "Deployment"):
        assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0, deployment["metadata"]["name"]


def test_without_a_cluster_it_says_so_and_what_to_do(tmp_path: Path) -> None:
    environment = process_environment(KUBECONFIG=str(tmp_path / "none"))
    refused = subprocess.run(
        [sys.executable, "-m", "tests.cluster"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    assert refused.returncode == 1
    assert "kubectl is missing" in refused.stderr or "no cluster is reached" in refused.stderr
    assert "Traceback" not in refused.stderr
