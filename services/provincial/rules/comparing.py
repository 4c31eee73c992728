"""Both sides' books of a day held against each other: every difference, by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Difference:
    """What one side has and the other has not, or has otherwise.

    `side`: sent (from the province) or told (to it); `code`: missing_here, missing_there or unlike; `message`: the version of the
    province's message, or the id of ours.
    """

    side: str
    number: str
    message: str
    code: str


Book = Mapping[tuple[str, str], str]
"""By number and message: of what kind it is."""


def differences(side: str, here: Book, there: Book) -> Iterator[Difference]:
    """Every difference of one direction, sorted."""
    for key in sorted(here.keys() | there.keys()):
        number, message = key
        if key not in here:
            yield Difference(side, number, message, "missing_here")
        elif key not in there:
            yield Difference(side, number, message, "missing_there")
        elif here[key] != there[key]:
            yield Difference(side, number, message, "unlike")
