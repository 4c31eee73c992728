"""Recordings, sealed as they are written; whoever has the folder and not the key hears nothing."""

from __future__ import annotations

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path

from chassis.sealing import seal, unseal

REFERENCE = re.compile(r"[0-9a-f]{32}")


class Recordings:
    """A folder of sealed files, each named by its reference. The methods wait for the disk."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._key = key

    def keep(self, plain: bytes) -> str:
        """The reference under which the recording now is on disk, sealed."""
        reference = secrets.token_hex(16)
        path = self._path(reference)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        with open(fresh, "wb", opener=_private) as file:
            file.write(seal(self._key, plain, _place(reference)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
        _sync(path.parent)
        return reference

    def read(self, reference: str) -> bytes:
        """The recording. Raises FileNotFoundError, and Unsealable where it was changed or is sealed with another key."""
        return unseal(self._key, self._path(reference).read_bytes(), _place(reference))

    def drop(self, reference: str) -> None:
        """Remove a recording; one that is gone already stays so."""
        with suppress(FileNotFoundError):
            self._path(reference).unlink()

    def _path(self, reference: str) -> Path:
        if not REFERENCE.fullmatch(reference):
            raise FileNotFoundError("no reference of a recording")
        return self._folder / reference[:2] / reference


def _place(reference: str) -> str:
    return f"recording/{reference}"


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
