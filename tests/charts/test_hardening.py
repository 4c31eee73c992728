"""What every pod must and must not be: Pod Security "restricted", no token, no secret but by reference, time enough to stop."""

from __future__ import annotations

from typing import Any

import pytest

from chassis.grpc.server import GRACE_SECONDS
from tests.charts.helm import PROFILES, WITH_SERVICES, containers, of_kind, pods, render

Pod = dict[str, Any]
SAFE_VOLUMES = {"emptyDir", "projected", "secret", "configMap", "persistentVolumeClaim"}
# nameko's stop, and what a relay waits for a confirm.
NAMEKO_SECONDS = 4 + 10


@pytest.fixture(params=PROFILES)
def profile(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_every_pod_is_restricted(profile: str) -> None:
    """Pod Security Standards, "restricted": each of its fields; hooks and tests too."""
    made = pods(render(profile))
    assert made
    for name, pod in made.items():
        spec, whole = pod["spec"], pod["spec"]["securityContext"]
        assert whole["runAsNonRoot"], name
        assert whole["runAsUser"] > 0, name
        assert whole["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"} & spec.keys(), name
        assert {kind for volume in spec.get("volumes", ()) for kind in volume if kind != "name"} <= SAFE_VOLUMES, name
        for container in containers(pod):
            own = container["securityContext"]
            assert (own["allowPrivilegeEscalation"], own["capabilities"]) == (False, {"drop": ["ALL"]}), name
            assert own["readOnlyRootFilesystem"], name
            assert "privileged" not in own, name
            assert not any("hostPort" in port for port in container.get("ports", ())), name


def test_no_pod_has_a_token_or_the_environment_of_other_services(profile: str) -> None:
    documents = render(profile)
    for pod in pods(documents).values():
        assert pod["spec"]["automountServiceAccountToken"] is False
        assert pod["spec"]["enableServiceLinks"] is False
    accounts = {account["metadata"]["name"]: account for account in of_kind(documents, "ServiceAccount")}
    assert all(account["automountServiceAccountToken"] is False for account in accounts.values())
    assert {pod["spec"]["serviceAccountName"] for pod in pods(documents).values()} <= accounts.keys()


def test_secrets_stand_nowhere_but_by_reference(profile: str) -> None:
    documents = render(profile)
    assert of_kind(documents, "Secret") == []
    for pod in pods(documents).values():
        for variable in (each for container in containers(pod) for each in container.get("env", ())):
            # Where a file is mounted from a Secret is no secret.
            named = variable["name"] != "IDENTITY_PROVIDER" and any(word in variable["name"] for word in ("PASSWORD", "IDENTITY", "USER"))
            if named or variable["name"].endswith("PASS"):
                assert "secretKeyRef" in variable["valueFrom"], variable
    for settings in of_kind(documents, "ConfigMap"):
        assert "@" not in settings["data"].get("DATABASE_URL", "")


@pytest.mark.parametrize("profile", WITH_SERVICES)
def test_each_process_holds_its_own_key_alone(profile: str) -> None:
    for name, pod in pods(render(profile)).items():
        found = [volume for volume in pod["spec"].get("volumes", ()) if volume["name"] == "keys"]
        service, part = pod["metadata"]["labels"]["hotline/service"], pod["metadata"]["labels"]["app.kubernetes.io/component"]
        if part in {"door", "test", "postgres", "rabbitmq"}:
            assert not found, name
        else:
            (volume,) = found
            holds = "directory" if part == "prepare" else service
            assert [source["secret"]["name"] for source in volume["projected"]["sources"]] == [
                "hotline-public-keys",
                f"hotline-key-{holds}",
            ]


@pytest.mark.parametrize("profile", WITH_SERVICES)
def test_whoever_serves_has_limits_and_time_to_stop(profile: str) -> None:
    for deployment in of_kind(render(profile), "Deployment"):
        spec = deployment["spec"]["template"]["spec"]
        pause = spec["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        assert spec["terminationGracePeriodSeconds"] >= pause + max(GRACE_SECONDS, NAMEKO_SECONDS) + 10
        assert all({"requests", "limits"} <= container["resources"].keys() for container in containers(deployment["spec"]["template"]))
        assert deployment["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
        assert {each["topologyKey"] for each in spec["topologySpreadConstraints"]} == {
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
        }


@pytest.mark.parametrize("profile", WITH_SERVICES)
def test_apis_are_probed_by_grpc_and_workers_by_http(profile: str) -> None:
    for deployment in of_kind(render(profile), "Deployment"):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        how = {"api": "grpc", "door": "grpc"}.get(container["name"], "httpGet")
        for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
            assert how in container[probe], (deployment["metadata"]["name"], probe)
        # A broker that is away is no reason to start a worker again.
        assert container["livenessProbe"].get("httpGet", {}).get("path", "/livez") == "/livez"


@pytest.mark.parametrize("profile", ["city", "ha"])
def test_production_is_encrypted_between_all(profile: str) -> None:
    documents = render(profile)
    (settings,) = (each["data"] for each in of_kind(documents, "ConfigMap") if each["metadata"]["name"] == "hotline-settings")
    assert settings["TLS"] == "/tls"
    assert settings["DATABASE_URL"].endswith("?sslmode=verify-full&sslrootcert=/authorities/postgres/ca.crt")
    assert settings["AMQP_CA"] == "/authorities/rabbitmq/ca.crt"
    certified = {each["spec"]["secretName"] for each in of_kind(documents, "Certificate")}
    for name, pod in pods(documents).items():
        volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes", ())}
        part = pod["metadata"]["labels"]["app.kubernetes.io/component"]
        if part not in {"job", "prepare"}:
            assert volumes["tls"]["secret"]["secretName"] in certified, name
        if part == "worker":
            uri = next(each["value"] for each in pod["spec"]["containers"][0]["env"] if each["name"] == "AMQP_URI")
            assert uri.startswith("amqps://$(AMQP_USER):$(AMQP_PASSWORD)@")


def test_where_any_node_may_go_enough_stays() -> None:
    documents = render("ha")
    deployed = {each["metadata"]["name"]: each for each in of_kind(documents, "Deployment")}
    guarded = {each["metadata"]["name"]: each["spec"]["maxUnavailable"] for each in of_kind(documents, "PodDisruptionBudget")}
    assert guarded == dict.fromkeys(deployed, 1)
    scaled = {
        each["spec"]["scaleTargetRef"]["name"]: each["spec"] for each in of_kind(documents, "HorizontalPodAutoscaler", "ScaledObject")
    }
    for name, deployment in deployed.items():
        least = scaled[name].get("minReplicas", scaled[name].get("minReplicaCount")) if name in scaled else deployment["spec"]["replicas"]
        assert least >= 2, name
        assert ("replicas" in deployment["spec"]) is (name not in scaled), name
