"""Recordings, sealed as they are written; whoever has the folder and not the key hears nothing."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from chassis.clock import real_now
from chassis.sealing import seal, unseal

NAME = re.compile(r"[A-Za-z0-9-]{1,64}-[0-9a-f]{8}")
UNFINISHED = ".new"
LONGEST_WRITE_SECONDS = 3600


class Recordings:
    """A folder of sealed files, each under its recording's name. The methods wait for the disk."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = key

    def keep(self, message_id: str, plain: bytes) -> str:
        """The name under which the recording of a message's call now is on disk, sealed."""
        name = f"{message_id}-{secrets.token_hex(4)}"
        path = self._path(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{name}{UNFINISHED}")
        with open(fresh, "wb", opener=_private) as file:
            file.write(seal(self._key, plain, _place(name)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync(path.parent)
        return name

    def read(self, name: str) -> bytes:
        """The recording. Raises FileNotFoundError, and Unsealable where it was changed or is sealed with another key."""
        return unseal(self._key, self._path(name).read_bytes(), _place(name))

    def names(self) -> list[str]:
        """Every recording that lies here whole; what a crash cut off, and cannot be unsealed, is removed."""
        files = [file for file in self._folder.glob("*/*") if file.is_file()]
        for file in files:
            if file.suffix == UNFINISHED and real_now().timestamp() - file.stat().st_mtime > LONGEST_WRITE_SECONDS:
                file.unlink(missing_ok=True)
        return sorted(file.name for file in files if NAME.fullmatch(file.name))

    def drop(self, name: str) -> None:
        """Remove a recording; one that is gone already stays so."""
        path = self._path(name)
        with suppress(FileNotFoundError):
            path.unlink()
            _sync(path.parent)

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise FileNotFoundError("no name of a recording")
        return self._folder / name[-2:] / name


def _place(name: str) -> str:
    return f"recording/{name}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
