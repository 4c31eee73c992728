"""assessment's jobs: `python -m chassis.job assessment VERB`."""

from __future__ import annotations

import argparse
import sys

from chassis.caller import Caller
from chassis.settings import Settings
from chassis.store import Store
from services.assessment.actions import documenting
from services.assessment.actions.recounting import recount as recount_tenant


def recount(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """`recount [--tenant ID]`: make facts and sums anew from what was told."""
    parser = argparse.ArgumentParser(prog="python -m chassis.job assessment recount")
    parser.add_argument("--tenant", default="zibo", help="租户编号")
    options = parser.parse_args(argv)
    count = store.write(Caller.timer("assessment", options.tenant), recount_tenant)
    sys.stdout.write(f"已重新统计 {count} 张工单\n")
    return 0


def compose_reports(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """`compose_reports`: of each day, week and month that is over, where there is none yet or facts were told late."""
    from services.assessment.actions.rendering import compose_reports as compose  # noqa: PLC0415 - as below

    sys.stdout.write(f"已生成 {compose(store)} 份报告\n")
    return 0


def find_topics(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """`find_topics`: what callers say alike, by the newest days."""
    from services.assessment.actions.grouping import find_topics as find  # noqa: PLC0415 - scipy, which other jobs need not hold

    sys.stdout.write(f"{find(store)} 个专题有新增\n")
    return 0


def render_documents(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """`render_documents`: the files of every official document that was composed since."""
    sys.stdout.write(f"已生成 {documenting.render_documents(store)} 份文书\n")
    return 0
