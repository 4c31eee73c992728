"""The grounds of supervision (督办), Art. 15: found ones are proposed, a person issues."""

from __future__ import annotations

import enum

from regulation.articles import Article


class Ground(enum.StrEnum):
    """A ground; the value is its clause."""

    OVERDUE = "15-1"
    RECURRENT = "15-2"
    NEGLIGENT = "15-3"
    LOW_RATES = "15-4"
    STALE_KNOWLEDGE = "15-5"
    OTHER = "15-6"

    @property
    def article(self) -> Article:
        """The clause."""
        return Article.parse(self.value)

    @property
    def clause(self) -> str:
        """Its words as a reason that is given: 超出办理时限未办理."""
        return self.article.words().strip().rstrip(";；。").removesuffix("的")

    @property
    def entered_by_person(self) -> bool:
        """Whether only a person finds it."""
        return self is Ground.OTHER
