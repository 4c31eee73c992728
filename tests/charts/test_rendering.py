"""Every profile is what helm and Kubernetes take, and what the chart does not know it refuses."""

from __future__ import annotations

import kubernetes_validate
import pytest
import yaml

from tests.charts.helm import CHART, PROFILES, WITH_SERVICES, helm, of_kind, render

KUBERNETES = "1.37.0"
# What operators bring, of which Kubernetes itself has no schema.
FOREIGN = {"cert-manager.io", "monitoring.coreos.com", "postgresql.cnpg.io", "rabbitmq.com", "keda.sh", "gateway.networking.k8s.io"}


@pytest.mark.parametrize("profile", PROFILES)
def test_helm_finds_no_fault(profile: str) -> None:
    linted = helm("lint", "--strict", CHART, "--values", CHART / "ci" / f"{profile}-values.yaml")
    assert linted.returncode == 0, linted.stdout + linted.stderr


@pytest.mark.parametrize("profile", PROFILES)
def test_every_manifest_is_what_kubernetes_knows(profile: str) -> None:
    for document in render(profile):
        if document["apiVersion"].split("/")[0] not in FOREIGN:
            kubernetes_validate.validate(document, KUBERNETES, strict=True)


@pytest.mark.parametrize("profile", PROFILES)
def test_no_two_manifests_are_of_one_name(profile: str) -> None:
    names = [(document["kind"], document["metadata"]["name"]) for document in render(profile)]
    assert len(set(names)) == len(names)
    assert [name for _, name in names if len(name) > 63] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "profil=demo",
        "services.dispatch.api.replica=3",
        "services.Dispatch.api.replicas=3",
        "rabbitmq.port=99999",
        "image.digest=sha256:abc",
        "postgresql.password=hunter2",
        "profile=production,tests.life=true",
        "profile=production",
    ],
)
def test_what_the_schema_does_not_know_is_refused(wrong: str) -> None:
    """The last: in production no server is one pod without a copy."""
    made = helm("template", "hotline", CHART, "--values", CHART / "ci" / "evaluation-values.yaml", "--set", wrong)
    assert made.returncode != 0
    assert "values don't meet the specifications of the schema" in made.stderr


def test_without_the_name_of_a_server_nothing_is_made() -> None:
    made = helm("template", "hotline", CHART)
    assert made.returncode != 0
    assert "postgresql.host" in made.stderr


def test_the_image_is_named_by_its_digest_where_there_is_one() -> None:
    digest = f"sha256:{'a' * 64}"
    documents = render("city", "--set", f"image.digest={digest},image.repository=registry.example/hotline")
    images = {c["image"] for d in of_kind(documents, "Deployment") for c in d["spec"]["template"]["spec"]["containers"]}
    assert images == {f"registry.example/hotline@{digest}"}


@pytest.mark.parametrize("profile", WITH_SERVICES)
def test_a_changed_setting_restarts_every_process(profile: str) -> None:
    def sums(*arguments: str) -> dict[str, str]:
        found = of_kind(render(profile, *arguments), "Deployment")
        return {d["metadata"]["name"]: d["spec"]["template"]["metadata"]["annotations"]["checksum/settings"] for d in found}

    before, after = sums(), sums("--set", "logLevel=DEBUG")
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())


def test_rules_and_dashboards_of_the_folder_are_made_where_they_are_wanted() -> None:
    documents = render("city")
    rules = {each["metadata"]["name"]: each["spec"] for each in of_kind(documents, "PrometheusRule")}
    files = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in (CHART / "files" / "rules").glob("*.yaml")}
    assert files
    assert rules == {f"hotline-{name}": spec for name, spec in files.items()}
    boards = {file.name: file.read_text(encoding="utf-8") for file in (CHART / "files" / "dashboards").glob("*.json")}
    made = [each["data"] for each in of_kind(documents, "ConfigMap") if "grafana_dashboard" in each["metadata"]["labels"]]
    assert boards
    assert {name: text for each in made for name, text in each.items()} == boards
    assert not of_kind(render("evaluation"), "PrometheusRule", "PodMonitor")
