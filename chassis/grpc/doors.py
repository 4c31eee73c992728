"""The doors of a service: its own, and those that every service has."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from chassis.grpc.parked_door import parked_door


def doors_of(service: str) -> list[Any]:
    """What its server answers, whatever the clock."""
    return [*import_module(f"services.{service}.api").DOORS, parked_door(service)]
