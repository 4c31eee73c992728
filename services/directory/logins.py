"""Tells the log-ins of a first start under `FIRST_PASSWORDS`: `python -m services.directory.logins FILE`, which gets mode 0600.

Of whoever has not changed the password yet. It asks no store.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from chassis.errors import Unusable
from chassis.settings import Settings
from services.directory.actions.starting import Login, admin_of, staff_of
from services.directory.seeds import read_seeds


def logins(settings: Settings) -> list[dict[str, Any]]:
    """Each tenant's administrator and, in a demo, everybody. Raises Unusable without `FIRST_PASSWORDS`."""
    if not settings.first_passwords:
        raise Unusable("没有设置 FIRST_PASSWORDS：首次启动的口令在 DATA 目录的 admin-credentials.json 中")
    seeds = read_seeds()
    found = [admin_of(settings, seed) for seed in seeds]
    if settings.profile == "demo":
        found += [login for seed in seeds for login in staff_of(settings, seed)]
    return [entry(login) for login in found]


def entry(login: Login) -> dict[str, Any]:
    """A log-in as it stands in a file."""
    person = login.person
    return {
        "tenant_id": person.tenant_id,
        "unit_id": person.unit_id,
        "login": person.login,
        "password": login.password,
        "roles": sorted(person.roles),
    }


def write_logins(file: Path, entries: list[dict[str, Any]]) -> None:
    """Write a file of mode 0600, whole or not at all."""
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(entries, ensure_ascii=False, indent=1))
    fresh.replace(file)


def main(arguments: list[str]) -> int:
    """Write them."""
    if len(arguments) != 1:
        raise Unusable("用法：python -m services.directory.logins 文件")
    write_logins(Path(arguments[0]), logins(Settings.from_env("directory")))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
