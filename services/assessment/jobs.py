"""assessment's jobs: `python -m chassis.job assessment recount`."""

from __future__ import annotations

import argparse
import sys

from chassis.caller import Caller
from chassis.settings import Settings
from chassis.store import Store
from services.assessment.actions.recounting import recount as recount_tenant


def recount(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """`recount [--tenant ID]`: make facts and sums anew from what was told."""
    parser = argparse.ArgumentParser(prog="python -m chassis.job assessment recount")
    parser.add_argument("--tenant", default="zibo", help="租户编号")
    options = parser.parse_args(argv)
    count = store.write(Caller.timer("assessment", options.tenant), recount_tenant)
    sys.stdout.write(f"已重新统计 {count} 张工单\n")
    return 0
