"""A tenant's policies (市级设置): what the regulation leaves to the city, each with its article and what it may be."""

from __future__ import annotations

import grpc
from fastapi import APIRouter, Response

from services.gateway.console.policies import settings
from services.gateway.console.visiting import Signed
from services.gateway.problems import Problem, problem_of

router = APIRouter()
PATH = "/system/policies"
TENANTS = "directory.v1.TenantService"


@router.get(PATH)
async def policies(visit: Signed) -> Response:
    """As they stand; what is not set is at its default. Raises grpc.RpcError."""
    found = await visit.ask(f"{TENANTS}/GetTenant", tenant_id=visit.session.tenant_id)
    reads = visit.may("directory.v1.JournalService/ListJournalEntries")
    return visit.page("policies/policies.html", tenant=found.tenant, settings=settings(), path=PATH, reads_journal=reads)


@router.post(PATH)
async def set_policies(visit: Signed) -> Response:
    """All at once; what is left empty goes back to its default. Raises Problem, grpc.RpcError."""
    said = {each.name: visit.field(each.name).strip() for each in settings()}
    try:
        await visit.send(f"{TENANTS}/SetPolicies", policies={name: value for name, value in said.items() if value})
    except grpc.RpcError as error:
        if problem := _of_a_setting(problem_of(error)):
            raise problem from None
        raise
    return visit.go(PATH)


def _of_a_setting(problem: Problem) -> Problem | None:
    """A refusal of one setting, called as this page calls it."""
    for each in settings():
        if problem.detail.startswith(prefix := f"设置 {each.name} "):
            return problem.saying(f"{each.label}：{problem.detail.removeprefix(prefix)}", field=each.name, article=each.article)
    return None
