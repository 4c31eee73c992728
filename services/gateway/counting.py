"""What comes to the doors for programs and callers, by verb and by what came of it: done, refused, limited, failed.

A verb is one that the code names: of the JSON API the method, elsewhere the route; whatever else is asked for is 'none'.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

from prometheus_client import Counter

from services.gateway.json_api.document import PREFIX as JSON_API
from services.gateway.json_api.verbs import verbs
from services.gateway.open311.routes import PREFIX as OPEN311
from services.gateway.public.pages import PREFIX as PUBLIC

DOORS = {JSON_API: "json_api", OPEN311: "open311", PUBLIC: "public"}
VERB = f"{JSON_API}/{{service}}/{{name}}"
NONE = "none"
DONE, REFUSED, LIMITED, FAILED = OUTCOMES = ("done", "refused", "limited", "failed")
REQUESTS = Counter("hotline_door_requests_total", "Requests by programs and callers", ("door", "verb", "outcome"))
TOO_OFTEN, WRONG, BROKEN = 429, 400, 500

for door, outcome in product(DOORS.values(), OUTCOMES):
    REQUESTS.labels(door, NONE, outcome)


def count_request(route: str, parameters: Mapping[str, Any], method: str, code: int) -> None:
    """One that was answered, if it came to such a door."""
    door = next((DOORS[prefix] for prefix in DOORS if route == prefix or route.startswith(f"{prefix}/")), "")
    if door:
        REQUESTS.labels(door, _verb(route, parameters, method), outcome_of(code)).inc()


def outcome_of(code: int) -> str:
    """What came of it, by its HTTP status."""
    if code == TOO_OFTEN:
        return LIMITED
    return FAILED if code >= BROKEN else REFUSED if code >= WRONG else DONE


def _verb(route: str, parameters: Mapping[str, Any], method: str) -> str:
    if route != VERB:
        return f"{method} {route}"
    name = str(parameters.get("service")), str(parameters.get("name"))
    return "/".join(name) if name in verbs() else NONE
