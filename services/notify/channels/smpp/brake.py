"""How long to rest when the SMSC says not so fast: longer each time that a rest was not enough."""

from __future__ import annotations

from time import monotonic

LONGEST_REST = 30.0


class Brake:
    """One provider's. What is under way when it is put on does not make the rest longer."""

    def __init__(self, first: float) -> None:
        self._first = first
        self._rest = first
        self._until = 0.0

    def left(self) -> float:
        """Seconds still to rest."""
        return max(self._until - monotonic(), 0)

    def slow(self) -> float:
        """We are told to slow down: so many seconds to rest."""
        if not self.left():
            self._until = monotonic() + self._rest
            self._rest = min(self._rest * 2, LONGEST_REST)
        return self.left()

    def free(self) -> None:
        """Something was taken after the rest: the next one is short again."""
        if not self.left():
            self._rest = self._first
