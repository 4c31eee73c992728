"""The passwords and keys of a district that is brought in, in a file of mode 0600: kept before anybody is asked to take one."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path
from typing import Any

from chassis.errors import Unusable

PASSWORD_BYTES = 18
FIRST, WORKING, PEOPLE, KEYS = "administrator_first_password", "administrator_working_password", "first_passwords", "system_keys"


class Kept:
    """What a run made, and the next goes on with."""

    def __init__(self, file: Path, tenant_id: str) -> None:
        """Raises Unusable for a file that cannot be read, or is another tenant's."""
        self.file = file
        self._rows: dict[str, Any] = {"tenant_id": tenant_id, PEOPLE: {}, KEYS: {}}
        if file.exists():
            try:
                self._rows |= json.loads(file.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                raise Unusable(f"无法读取 {file}：它保存着首次运行时生成的口令，请恢复该文件或把它移开后重试") from None
        if self._rows["tenant_id"] != tenant_id:
            raise Unusable(f"{file} 属于租户 {self._rows['tenant_id']}：请为每个区县使用各自的文件")

    @property
    def begun(self) -> bool:
        """Whether there was a run before this one."""
        return self.file.exists()

    def administrators(self, which: str, login: str) -> str:
        """The password `FIRST`, which is handed over, or `WORKING`, which serves this command alone."""
        if which not in self._rows:
            self._rows[which] = _password(login)
            self._save()
        return str(self._rows[which])

    def password_of(self, login: str) -> str:
        """Somebody's first password."""
        if login not in self._rows[PEOPLE]:
            self._rows[PEOPLE][login] = _password(login)
            self._save()
        return str(self._rows[PEOPLE][login])

    def has_key(self, system: str) -> bool:
        """Whether the key of a system was kept."""
        return system in self._rows[KEYS]

    def keep_key(self, system: str, key: str) -> None:
        """A system's key, which is shown once."""
        self._rows[KEYS][system] = key
        self._save()

    def _save(self) -> None:
        """Whole or not at all."""
        fresh = self.file.with_name(f"{self.file.name}.{os.getpid()}")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(self._rows, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(self.file)


def _password(login: str) -> str:
    """One that nobody guesses, and that does not hold the name it is for."""
    while login.lower() in (password := secrets.token_urlsafe(PASSWORD_BYTES)).lower():
        pass
    return password
