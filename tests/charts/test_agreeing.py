"""The chart and the code agree: services, their parts and jobs, settings and ports, queues, whom each asks, Secrets."""

from __future__ import annotations

import base64
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from chassis.auth import own_keys
from chassis.bus.routes import events_told_to, source_of
from chassis.declared import access_of, proto_modules
from chassis.job import jobs_of
from chassis.secrets import manifests
from chassis.settings import Settings, service_names, services_with
from services.intake.keyring import keyring_of
from tests.charts.helm import PROFILES, ROOT, WITH_SERVICES, containers, of_kind, pods, render, values

PARTS = ("api", "worker", "link")
SERVICES: dict[str, Any] = values()["services"]
READ = re.compile(r'(?:env\.get\(|_\w+\(env, |env\[)"([A-Z_]+)"')
# libpq and kubelet read these.
NOT_OURS = {"PGUSER", "PGPASSWORD", "AMQP_USER", "AMQP_PASSWORD"}


def test_the_services_and_their_parts_are_those_on_disk() -> None:
    assert tuple(sorted(SERVICES)) == service_names()
    for part in PARTS:
        assert tuple(sorted(name for name, own in SERVICES.items() if part in own)) == services_with(part)


@pytest.mark.parametrize("service", SERVICES)
def test_every_job_is_one_that_the_service_has(service: str) -> None:
    jobs = SERVICES[service]["jobs"]
    assert {job["arguments"][0] for job in jobs.values()} <= jobs_of(service).keys()
    assert "verify" in jobs


@pytest.mark.parametrize("service", SERVICES)
def test_a_worker_hears_whom_the_protos_name(service: str) -> None:
    assert set(SERVICES[service]["worker"]["hears"]) == {source_of(name) for name in events_told_to(service)}


def test_queues_are_scaled_by_the_names_they_have() -> None:
    queues = {
        (scaled["spec"]["scaleTargetRef"]["name"], trigger["metadata"]["queueName"])
        for scaled in of_kind(render("ha"), "ScaledObject")
        for trigger in scaled["spec"]["triggers"]
    }
    heard = {(service, source_of(name)) for service in SERVICES for name in events_told_to(service)}
    assert queues == {(f"hotline-{listener}-worker", f"{listener}.from.{source}") for listener, source in heard}


def test_each_asks_whom_the_protos_let_it_ask() -> None:
    """A method names its callers; the gateway and the door ask all, and stand in no values."""
    declared = {
        (caller, method.full_name.split(".")[1])
        for module in proto_modules()
        for service in module.DESCRIPTOR.services_by_name.values()
        for method in service.methods
        for caller in access_of(method).callers
        if caller != "gateway"
    }
    asked = {(service, other) for service, own in SERVICES.items() for part in PARTS for other in own.get(part, {}).get("asks", ())}
    assert asked == declared


@pytest.mark.parametrize("profile", PROFILES)
def test_every_variable_is_one_that_the_settings_read(profile: str) -> None:
    known = set(READ.findall((ROOT / "chassis/settings.py").read_text(encoding="utf-8"))) | NOT_OURS
    addresses = {f"{service.upper()}_ADDRESS" for service in service_names()}
    documents = render(profile)
    (settings,) = (each["data"] for each in of_kind(documents, "ConfigMap") if each["metadata"]["name"] == "hotline-settings")
    assert addresses <= settings.keys() <= known | addresses
    for pod in pods(documents).values():
        for container in containers(pod):
            if "args" in container and container["image"].startswith("hotline:"):
                assert {each["name"] for each in container.get("env", ())} <= known | addresses


@pytest.mark.parametrize("profile", WITH_SERVICES)
def test_ports_and_addresses_are_those_the_code_makes_of_the_settings(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    documents = render(profile)
    (told,) = (each["data"] for each in of_kind(documents, "ConfigMap") if each["metadata"]["name"] == "hotline-settings")
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    offered = {(each["metadata"]["name"], port["port"]) for each in of_kind(documents, "Service") for port in each["spec"]["ports"]}
    for deployment in of_kind(documents, "Deployment"):
        (container,) = deployment["spec"]["template"]["spec"]["containers"]
        settings = Settings.from_env(deployment["metadata"]["labels"]["hotline/service"])
        ports = {port["name"]: port["containerPort"] for port in container["ports"]}
        assert ports["metrics"] == settings.metrics_port
        match container["name"]:
            case "api":
                assert (ports["grpc"], ports["health"]) == (settings.api_port, settings.health_port)
                scheme, _, address = settings.address_of(settings.service).partition(":///")
                host, _, port = address.partition(":")
                assert (scheme, host) == ("dns", f"{deployment['metadata']['name']}.hotline.svc")
                assert (deployment["metadata"]["name"], int(port)) in offered
            case "door":
                assert (ports["grpc"], ports["health"]) == (settings.door_port, settings.health_port)
            case "gateway":
                assert ports["http"] == settings.http_port
    assert settings.host == "0.0.0.0"  # noqa: S104 - a pod's own address is not known beforehand


@pytest.mark.parametrize("profile", PROFILES)
def test_every_command_is_a_module(profile: str) -> None:
    for pod in pods(render(profile)).values():
        for container in containers(pod):
            if container["image"].startswith("hotline:"):
                assert find_spec(container["args"][0]), container["args"]


def test_what_the_command_writes_is_what_the_chart_refers_to() -> None:
    written = {each["metadata"]["name"]: each["data"] for each in manifests("hotline", "hotline")}
    referred = set()
    for pod in pods(render("evaluation")).values():
        for container in containers(pod):
            for variable in container.get("env", ()):
                if reference := variable.get("valueFrom", {}).get("secretKeyRef"):
                    assert reference["key"] in written[reference["name"]]
                    referred.add(reference["name"])
        for volume in pod["spec"].get("volumes", ()):
            referred |= {source["secret"]["name"] for source in volume.get("projected", {}).get("sources", ())}
    assert referred == written.keys()


def test_the_written_keys_are_what_the_code_reads(tmp_path: Path) -> None:
    written = {each["metadata"]["name"]: each["data"] for each in manifests("hotline", "")}
    for name in ("hotline-key-intake", "hotline-public-keys"):
        for file, text in written[name].items():
            (tmp_path / file).write_bytes(base64.b64decode(text))
    settings = Settings(
        "intake", keys=tmp_path, profile="production", identity_keys=base64.b64decode(written["hotline-identity"]["keys"]).decode()
    )
    assert len(own_keys(settings)) == 1
    assert keyring_of(settings).active == "1"
