"""One ticket from its registration to 办结, at once and by the real clock, by a demo's people and through the public API alone.

`python -m simulator.once --target HOST:PORT --credentials FILE` shows that an installation works from end to end; with `--health` it
only asks whether all services are there. Exit code 0 when all is well.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import grpc
from grpc_health.v1 import health_pb2

from chassis.clock import real_now
from chassis.errors import Unusable
from chassis.grpc import dial
from chassis.settings import Settings, service_names
from simulator.case import Case, NotTold, Stage
from simulator.choosing import Intake, Plan
from simulator.city import survey
from simulator.courses.receiving import received
from simulator.courses.steps import finished, taken
from simulator.instance import NotStarted, credentials_in
from simulator.messages import Message
from simulator.people import House
from simulator.timeline import Course

SECONDS = 10.0


def away(target: str, tls: Path | None = None) -> list[str]:
    """Services that a door says are not there."""
    found = []
    with dial(target, tls=tls) as client:
        for name in service_names():
            request = health_pb2.HealthCheckRequest(service=name)
            try:
                answer = client.ask("grpc.health.v1.Health/Check", request, health_pb2.HealthCheckResponse, seconds=SECONDS)
            except grpc.RpcError as error:
                found.append(f"{name} {error.code().name}")
                continue
            if answer.status != health_pb2.HealthCheckResponse.SERVING:
                found.append(name)
    return found


def live(target: str, credentials: list[dict[str, Any]], tls: Path | None = None) -> Mapping[str, str]:
    """The ticket and how it ended. Raises grpc.RpcError for a refusal, LookupError without a city's people, NotTold."""
    house = House(target, credentials, tls)
    try:
        case = Case(Stage(house, survey(house), real_now), _message())
        for _ in received(case, Plan(case.message, Intake.FORM, _straight)):
            pass
        return {"ticket": case.ticket.page.ticket_id, "order": case.order.order.number, "outcome": case.ticket.page.outcome}
    finally:
        house.close()


def _straight(case: Case) -> Course:
    """Dispatched, signed in, replied to, reviewed, called back, rated, closed (Art. 11)."""
    yield from taken(case)
    case.order.reply()
    yield from finished(case)


def _message() -> Message:
    text = "小区门口路灯不亮，晚上出行不便，请安排检修。"
    return Message(0, "路灯不亮", text, "NATURE_HELP", "CHANNEL_PHONE", "", real_now())


def main(arguments: list[str]) -> int:
    """Try it, tell."""
    parser = argparse.ArgumentParser(prog="python -m simulator.once", description="在正在运行的实例上真实办理一件诉求")
    parser.add_argument("--target", required=True, help="主机:端口")
    parser.add_argument("--credentials", type=Path, help="演示账号文件")
    parser.add_argument("--health", action="store_true", help="只查询各服务是否就绪")
    options = parser.parse_args(arguments)
    tls = Settings.from_env("simulator").tls
    if missing := away(options.target, tls):
        return _say(f"尚未就绪：{'、'.join(missing)}", 1)
    if options.health or options.credentials is None:
        return _say("各服务均已就绪", 0)
    try:
        found = live(options.target, credentials_in(options.credentials), tls)
    except grpc.RpcError as error:
        return _say(f"未能办结：{error.code().name} {error.details()}", 1)
    except (LookupError, NotTold, NotStarted) as error:
        return _say(f"未能办结：{error}", 1)
    return _say(f"诉求 {found['ticket']}（{found['order']}）：{found['outcome']}", 0 if found["outcome"] == "closed" else 1)


def _say(line: str, code: int) -> int:
    print(line, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
