"""checkov finds nothing in what the chart makes but what is meant, each with its reason."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.charts.helm import CHART, PROFILES, helm

pytestmark = pytest.mark.proof
PROGRAM = Path(sys.executable).parents[1] / "checkov" / "bin" / "checkov"
MEANT = {
    "CKV_K8S_11": "no limit of CPU: it makes a process wait while a core is idle; requests share the cores, memory is limited",
    "CKV_K8S_15": "a tag or digest is never given to another image, so what is there already need not be asked for",
    "CKV_K8S_21": "the namespace is said by whoever installs; the manifests name none",
    "CKV_K8S_35": "passwords and keys come by the environment, from Secrets by reference; a file would be as readable in the pod",
    "CKV_K8S_43": "the digest is a value, for it is known once the image is pushed: see test_the_image_is_named_by_its_digest",
}
# Pods that end by themselves, the tests', are not probed.
OF_PODS = {"CKV_K8S_8", "CKV_K8S_9"}


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_found_is_meant(profile: str, tmp_path: Path) -> None:
    made = helm("template", "hotline", CHART, "--namespace", "hotline", "--values", CHART / "ci" / f"{profile}-values.yaml")
    (tmp_path / "manifests.yaml").write_text(made.stdout)
    options = ["--framework", "kubernetes", "--skip-download", "--quiet", "--output", "json", "--soft-fail"]
    done = subprocess.run([str(PROGRAM), "--directory", str(tmp_path), *options], capture_output=True, text=True, check=True, timeout=600)
    report = json.loads(done.stdout)
    failed = [(check["check_id"], check["resource"].split(".")[0]) for check in report["results"]["failed_checks"]]
    found = Counter(check for check, kind in failed if not (kind == "Pod" and check in OF_PODS))
    print(f"{profile}: {report['summary']['passed']} checks passed; meant: {dict(found)}")
    assert report["summary"]["passed"] > 50
    assert set(found) <= MEANT.keys()
