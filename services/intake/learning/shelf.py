"""The models an api process has read: a few, by their content, so that a newer version is another."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from services.intake.learning.model import Model

# A city and its districts each have their own; at most so many stay, of 16 MB at the most.
MOST_MODELS = 4


class Shelf:
    """Holds the models last asked for. Safe from several threads."""

    def __init__(self) -> None:
        self._models: OrderedDict[str, Model] = OrderedDict()
        self._lock = Lock()

    def get(self, digest: str, content: Callable[[], bytes]) -> Model:
        """The model of this digest, read from its content where it is not here. Raises what `content` does."""
        with self._lock:
            if digest not in self._models:
                self._models[digest] = Model.from_bytes(content())
            self._models.move_to_end(digest)
            while len(self._models) > MOST_MODELS:
                self._models.popitem(last=False)
            return self._models[digest]
