"""The dates of the law by the national calendar and the default policy."""

from __future__ import annotations

from functools import partial

from regulation import terms
from tests.regulation.instants import NATIONAL, POLICY, at

dispatch = partial(terms.dispatch_deadline, calendar=NATIONAL, policy=POLICY)
handle = partial(terms.handle_deadline, calendar=NATIONAL, policy=POLICY)
extend = partial(terms.extension_deadline, calendar=NATIONAL, policy=POLICY)
ask_by = partial(terms.extension_ask_by, calendar=NATIONAL, policy=POLICY)
give_back = partial(terms.return_deadline, calendar=NATIONAL, policy=POLICY)
promise = partial(terms.promise_deadline, calendar=NATIONAL, policy=POLICY)
rework = partial(terms.rework_deadline, calendar=NATIONAL, policy=POLICY)
first_report = partial(terms.first_report_deadline, calendar=NATIONAL, policy=POLICY)
result = partial(terms.result_deadline, calendar=NATIONAL, policy=POLICY)
upgrade = partial(terms.upgraded_result_deadline, calendar=NATIONAL, policy=POLICY)
deficient = partial(terms.deficient_deadline, calendar=NATIONAL, policy=POLICY)
assist = partial(terms.assisting_deadline, calendar=NATIONAL, policy=POLICY)

MONDAY_TEN = at("2025-06-16T10:00")
