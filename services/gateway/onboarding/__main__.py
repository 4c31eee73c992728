"""Brings a district in: `python -m services.gateway.onboarding FILE --door ADDRESS --admin TENANT/LOGIN [--password-file FILE]`.

FILE is TOML (docs/district.toml is an example). All is asked of the public door, by the city's administrator and then by the
district's, so it may run anywhere. Run again after whatever cut it off, it goes on and does nothing twice. `--check` reads the file alone.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from getpass import getpass
from pathlib import Path

from chassis.errors import Unusable
from chassis.grpc import dial
from services.gateway.onboarding.carrying import Onboarding
from services.gateway.onboarding.keeping import Kept
from services.gateway.onboarding.plan import Plan
from services.gateway.onboarding.reading import Faults, read_plan
from services.gateway.onboarding.speaking import Refused, Speaker

SAY = partial(print, flush=True)


def main(arguments: list[str]) -> int:
    """Exit code 1 for a file with faults, or what the hotline refused."""
    options = _parser().parse_args(arguments)
    file = Path(options.file)
    plan = _read(file)
    _say_plan(plan)
    if options.check:
        return 0
    tenant_id, _, login = options.admin.partition("/")
    if not login:
        raise Unusable("--admin 写作 市级租户编号/登录名，例如 zibo/admin")
    with dial(options.door, tls=options.tls) as client:
        city, district = Speaker(client, tenant_id, login), Speaker(client, plan.tenant.tenant_id, plan.tenant.login)
        city.log_in(_password(options.password_file, options.admin), options.code)
        Onboarding(plan, Kept(file.with_suffix(".secrets.json"), plan.tenant.tenant_id), city, district, SAY).run()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m services.gateway.onboarding")
    parser.add_argument("file")
    parser.add_argument("--door", default="127.0.0.1:50051")
    parser.add_argument("--tls", type=Path, help="a folder with ca.crt")
    parser.add_argument("--admin", default="zibo/admin")
    parser.add_argument("--password-file", type=Path)
    parser.add_argument("--code", default="", help="of a second factor")
    parser.add_argument("--check", action="store_true")
    return parser


def _read(file: Path) -> Plan:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Unusable(f"无法读取 {file}：请确认文件存在，为 UTF-8 编码的 TOML") from None
    try:
        return read_plan(text)
    except Faults as faults:
        raise Unusable("\n".join(f"{file}：{line}" for line in faults.lines) + "\n文件有误，未作任何改动") from None


def _say_plan(plan: Plan) -> None:
    counts = {"单位": plan.units, "人员": plan.people, "系统": plan.systems, "日期": plan.days, "模板": plan.templates}
    SAY(f"将接入 {plan.tenant.name}（{plan.tenant.tenant_id}）：" + "，".join(f"{what} {len(rows)}" for what, rows in counts.items()))


def _password(file: Path | None, admin: str) -> str:
    if file is None:
        return getpass(f"{admin} 的密码：")
    try:
        return file.read_text(encoding="utf-8").strip()
    except OSError:
        raise Unusable(f"无法读取 {file}：它应只有一行，是 {admin} 的密码") from None


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (Unusable, Refused) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
