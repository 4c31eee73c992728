"""Who may reach whom: read from the NetworkPolicies as Kubernetes reads them, held against docs/map.md; and selectors against labels."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.charts.helm import PROFILES, ROOT, Document, of_kind, pods, render

GRPC = 50051
MAP = (ROOT / "docs/map.md").read_text(encoding="utf-8").split("## Services\n", 1)[1].split("\n## ", 1)[0]
Edge = tuple[str, str]


def _matches(selector: Document, labels: dict[str, str]) -> bool:
    wanted = selector.get("matchLabels", {})
    among = [(each["key"], each["values"]) for each in selector.get("matchExpressions", ())]
    return all(labels.get(key) == value for key, value in wanted.items()) and all(labels.get(key) in found for key, found in among)


def _ports(rule: Document, pod: Document) -> set[int] | None:
    """The numbers a rule opens on a pod; None for all."""
    names = {port["name"]: port["containerPort"] for c in pod["spec"]["containers"] for port in c.get("ports", ())}
    return {names.get(each["port"], each["port"]) for each in rule["ports"]} if "ports" in rule else None


def _reaches(policies: list[Document], asker: Document, asked: Document, port: int) -> bool:
    """Whether a way is open at both ends."""
    return _lets(policies, asker, asked, port, "egress", "to") and _lets(policies, asked, asker, port, "ingress", "from")


def _lets(policies: list[Document], own: Document, other: Document, port: int, way: str, peers: str) -> bool:
    about = [each["spec"] for each in policies if _matches(each["spec"]["podSelector"], own["metadata"]["labels"])]
    if not any(way.capitalize() in each["policyTypes"] for each in about):
        return True
    target = own if way == "ingress" else other
    for rule in (rule for each in about for rule in each.get(way) or ()):
        open_ports = _ports(rule, target)
        near = [each for each in rule.get(peers, ()) if "podSelector" in each and "namespaceSelector" not in each]
        if (open_ports is None or port in open_ports) and any(_matches(each["podSelector"], other["metadata"]["labels"]) for each in near):
            return True
    return False


def _named(pod: Document) -> str:
    labels: dict[str, Any] = pod["metadata"]["labels"]
    return f"{labels['hotline/service']} {labels['app.kubernetes.io/component']}"


def _edges(profile: str, port: int) -> set[Edge]:
    documents = render(profile)
    policies, found = of_kind(documents, "NetworkPolicy"), pods(documents).values()
    ways = ((asker, asked) for asker in found for asked in found if asker is not asked)
    return {(_named(asker), _named(asked)) for asker, asked in ways if _reaches(policies, asker, asked, port)}


def _asks_of_the_map() -> dict[str, list[str]]:
    """Whom each service asks, by the third column."""
    rows = [line.strip("|").split("|") for line in MAP.splitlines() if line.startswith("|")][2:]
    names = {cells[0].strip() for cells in rows}
    return {cells[0].strip(): [word for word in re.findall(r"(\w+)(?=: |, from the link)", cells[2]) if word in names] for cells in rows}


@pytest.mark.parametrize("profile", ["evaluation", "city"])
def test_the_ways_between_processes_are_those_of_the_map(profile: str) -> None:
    asks = _asks_of_the_map()
    services = [name for name in asks if name != "gateway"]
    assert "every service" in MAP
    expected = {("gateway gateway", f"{name} api") for name in services} | {("door door", f"{name} api") for name in services}
    expected |= {("test test", "door door")}
    # What the map says from the link alone goes from there; else from the api.
    for name in services:
        part = "link" if re.search(rf"^\| {name} \|.*from the link alone", MAP, re.MULTILINE) else "api"
        expected |= {(f"{name} {part}", f"{other} api") for other in asks[name]}
    assert _edges(profile, GRPC) == expected


def test_postgresql_and_rabbitmq_are_reached_by_whom_they_serve_alone() -> None:
    parts = {"api", "worker", "link", "job", "prepare"}
    reaching = {asker for asker, asked in _edges("evaluation", 5432) if asked == "postgres postgres"}
    assert {asker.split()[1] for asker in reaching} == parts
    every = {_named(pod) for pod in pods(render("evaluation")).values()}
    assert reaching == {name for name in every if name.split()[1] in parts}
    assert {asker for asker, _ in _edges("evaluation", 5672)} == {name for name in every if name.endswith(" worker")}


def test_all_else_is_closed() -> None:
    documents = render("evaluation")
    (closing,) = (each["spec"] for each in of_kind(documents, "NetworkPolicy") if each["metadata"]["name"] == "hotline-deny")
    assert closing["policyTypes"] == ["Ingress", "Egress"]
    assert not {"ingress", "egress"} & closing.keys()
    assert all(_matches(closing["podSelector"], pod["metadata"]["labels"]) for pod in pods(documents).values())
    assert _edges("evaluation", 22) == set()


@pytest.mark.parametrize("profile", PROFILES)
def test_what_selects_pods_finds_those_of_its_name(profile: str) -> None:
    documents = render(profile)
    found = pods(documents)
    for document in of_kind(documents, "Service", "PodDisruptionBudget", "Deployment", "StatefulSet"):
        name, spec = document["metadata"]["name"], document["spec"]
        selector = {"matchLabels": spec["selector"]} if document["kind"] == "Service" else spec["selector"]
        makers = {maker.split("/")[1] for maker, pod in found.items() if _matches(selector, pod["metadata"]["labels"])}
        assert makers == {name}, (document["kind"], name)
        for port in spec.get("ports", ()) if document["kind"] == "Service" else ():
            (pod,) = (pod for maker, pod in found.items() if maker.split("/")[1] == name)
            assert port["targetPort"] in {each["name"] for each in pod["spec"]["containers"][0]["ports"]}
    for document in of_kind(documents, "HorizontalPodAutoscaler", "ScaledObject"):
        assert f"Deployment/{document['spec']['scaleTargetRef']['name']}" in found
    for document in of_kind(documents, "Ingress"):
        for path in (path for rule in document["spec"]["rules"] for path in rule["http"]["paths"]):
            assert path["backend"]["service"]["name"] in {each["metadata"]["name"] for each in of_kind(documents, "Service")}


def test_apis_are_behind_names_that_stand_for_every_pod() -> None:
    for service in of_kind(render("city"), "Service"):
        if service["metadata"]["name"].endswith("-api"):
            assert service["spec"]["clusterIP"] == "None"


def test_a_districts_gateway_reaches_the_citys_services_and_nothing_else() -> None:
    district, city = render("district"), render("city")
    (gateway,) = pods(district).values()
    assert {name.split("/")[0] for name in pods(district)} == {"Deployment"}
    (settings,) = (each["data"] for each in of_kind(district, "ConfigMap"))
    heads = {each["metadata"]["name"] for each in of_kind(city, "Service") if each["spec"].get("clusterIP") == "None"}
    apis = {name for name in heads if name.endswith("-api")}
    addresses = {value for name, value in settings.items() if name.endswith("_ADDRESS")}
    assert addresses == {f"dns:///{name}.hotline.svc:50051" for name in apis}
    for policy in of_kind(city, "NetworkPolicy"):
        if policy["metadata"]["name"] in apis:
            peers = [peer for rule in policy["spec"]["ingress"] for peer in rule.get("from", ()) if "namespaceSelector" in peer]
            assert any(_matches(peer.get("podSelector", {}), gateway["metadata"]["labels"]) for peer in peers)
