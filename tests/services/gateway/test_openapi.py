"""The API held against its own document by schemathesis, a process of its own: no server error, and nothing that is not documented."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chassis.caller import Caller
from chassis.declared import ROLE_NAMES, access_of, proto_modules
from chassis.settings import process_environment, service_names
from services.gateway.json_api import entering
from services.gateway.json_api.document import document
from tests.services.gateway.conftest import Fronted

ANYBODY = Caller("person", "p-all", "zibo", "zibo-hub", frozenset(ROLE_NAMES.values()))
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "negative_data_rejection,missing_required_header,unsupported_method,ignored_auth"
)


@pytest.fixture
def unlimited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever tries everything is not asked to wait."""
    for limit in ("PER_KEY", "PER_ADDRESS", "STRANGERS"):
        monkeypatch.setattr(entering, limit, "1000000/second")


def test_every_verb_that_a_role_may_call_stands_in_the_document() -> None:
    said = json.loads(document())
    methods = (
        method for module in proto_modules() for service in module.DESCRIPTOR.services_by_name.values() for method in service.methods
    )
    called = [method for method in methods if (access := access_of(method)).roles or access.everyone]
    assert set(said["paths"]) == {f"/api/v1/{method.full_name.split('.')[1]}/{method.name}" for method in called}
    assert len(said["paths"]) > 150
    registering = said["paths"]["/api/v1/intake/RegisterTicket"]["post"]
    assert "Art. 2, 10" in registering["description"]
    assert registering["parameters"] == [{"$ref": "#/components/parameters/Idempotency-Key"}]
    assert "12345电话" in said["components"]["schemas"]["ticket.v1.Channel"]["description"]
    asked = said["components"]["schemas"]["intake.v1.WithdrawTicketRequest.asked"]
    assert set(asked["required"]) == {"ticket_id", "reason"}


@pytest.mark.usefixtures("unlimited")
@pytest.mark.parametrize(
    ("service", "examples"), [("notify", 1), *(pytest.param(each, 10, marks=pytest.mark.proof) for each in service_names())]
)  # fmt: skip
def test_the_api_keeps_what_its_document_says(fronted: Fronted, tmp_path: Path, service: str, examples: int) -> None:
    front = fronted(service, by=ANYBODY)
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{front.url}/api/v1/openapi.json", "--checks", CHECKS]
    command += ["--include-path-regex", f"^/api/v1/{service}/", "--phases", "fuzzing", "--max-examples", str(examples), "--seed", "1"]
    command += ["--header", f"Authorization: Bearer {front.bearer}", "--no-shrink", "--continue-on-failure", "--warnings", "off"]
    run = subprocess.run(
        [*command, "--suppress-health-check", "all", "--request-timeout", "60"],
        env=process_environment(), cwd=tmp_path, check=False, capture_output=True, text=True,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-8000:] + run.stderr[-2000:]
    assert "Test cases:" in run.stdout, run.stdout[-2000:]
