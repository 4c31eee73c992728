"""The dashboards, built by `python -m charts.dashboards` into `charts/hotline/files/dashboards/`, where the chart takes them from."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard

from charts.dashboards import city, district, law, service

DASHBOARDS = (city.dashboard, district.dashboard, service.dashboard, law.dashboard)


def built() -> dict[str, Dashboard]:
    """Each by the name of its file."""
    return {make.__module__.rpartition(".")[2]: make() for make in DASHBOARDS}
