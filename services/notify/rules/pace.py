"""How fast a provider is sent to: a bucket of tokens that fills with time, and rests when told to. Seconds are a monotonic clock's."""

from __future__ import annotations

# What may go at once after a pause, as a part of a second's worth.
BURST = 0.25


class Pace:
    """A provider's pace; `rate` messages a second."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._most = max(rate * BURST, 1.0)
        self._left = self._most
        self._filled_at = float("-inf")
        self._rests_until = float("-inf")

    def room(self, now: float) -> int:
        """How many messages may go now."""
        if now < self._rests_until:
            return 0
        if self._filled_at == float("-inf"):
            self._filled_at = now
        self._left = min(self._most, self._left + (now - self._filled_at) * self._rate)
        self._filled_at = now
        return int(self._left)

    def take(self, now: float) -> None:
        """One goes."""
        self.room(now)
        self._left -= 1

    def rest(self, now: float, seconds: float) -> None:
        """None for so long."""
        self._rests_until = max(self._rests_until, now + seconds)
