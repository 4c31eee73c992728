"""Long work, by schedule or by hand: `python -m chassis.job SERVICE VERB [ARGUMENT …]`.

A verb is a public function of services/<service>/jobs.py: (store, settings, arguments) → exit code. Every service has `verify`.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from chassis import telemetry
from chassis.errors import Refusal, Unusable
from chassis.opening import open_service
from chassis.proving import verify
from chassis.settings import Settings, service_names
from chassis.store import Store
from regulation.articles import NotAllowed

Job = Callable[[Store, Settings, list[str]], int]


def jobs_of(service: str) -> dict[str, Job]:
    """A service's jobs by verb: its own, and what every service can do."""
    name = f"services.{service}.jobs"
    found = inspect.getmembers(import_module(name), inspect.isfunction) if find_spec(name) else []
    # What Python keeps for itself, as `import`, is written with a stroke behind it.
    own = {verb.removesuffix("_"): job for verb, job in found if not verb.startswith("_") and job.__module__ == name}
    return {**own, "verify": verify}


def run(service: str, verb: str, arguments: list[str]) -> int:
    """Run one job. Raises Unusable for a service or verb there is none of."""
    if service not in service_names():
        raise Unusable(f"没有服务 {service}：可用 {'、'.join(service_names())}")
    job = jobs_of(service).get(verb)
    if job is None:
        raise Unusable(f"{service} 没有作业 {verb}：可用 {'、'.join(jobs_of(service))}")
    settings = Settings.from_env(service)
    store = open_service(settings)
    try:
        return job(store, settings, arguments)
    finally:
        store.close()


def main(arguments: list[str]) -> int:
    """Run the job named on the command line."""
    if len(arguments) < 2:  # noqa: PLR2004 - a service and a verb
        raise Unusable("用法：python -m chassis.job 服务 作业 [参数 …]")
    telemetry.start(Settings.from_env(arguments[0]), "job")
    return run(arguments[0], arguments[1], arguments[2:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Unusable, Refusal, NotAllowed) as error:
        sys.exit(str(error))
