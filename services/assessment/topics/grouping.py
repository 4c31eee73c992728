"""Hot topics: calls grouped by likeness. Those that nothing is like are no topic's; the rest join where they are alike on average."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from services.assessment.rules.topics import FEWEST, Group, Told
from services.assessment.topics.matrix import Matrix, matrix_of, neighbours

# From 0 to 1: how like a call's nearest ones must be, how many of them, and how like on average those of a topic: see docs/decisions.
NEAR, FEWEST_NEAR, JOINED = 0.3, 2, 0.12
# Of two places the same words speak of two events: not even they are alike enough to join.
ELSEWHERE = 0.1
# A square of as many is held in memory; of more than these the newest are grouped.
MOST_GROUPED = 8000


def group(told: Sequence[Told], fewest: int = FEWEST) -> list[Group]:
    """Calls of one window of time, in its order, to groups of at least so many; the largest first."""
    matrix = matrix_of([each.title for each in told], [each.text for each in told])
    kept = [at for at, count in enumerate(neighbours(matrix, NEAR)) if count >= FEWEST_NEAR][-MOST_GROUPED:]
    if len(kept) < fewest:
        return []
    alike = (matrix[kept] @ matrix[kept].T).toarray()
    alike[_elsewhere([told[at].place for at in kept])] *= ELSEWHERE
    found = [_group(told, kept, members, alike) for members in _joined(alike) if len(members) >= fewest]
    return sorted(found, key=lambda each: (-len(each.told), each.told[0].at, each.told[0].ticket_id))


def _elsewhere(places: Sequence[str]) -> Matrix:
    """For each two calls, whether they name different places."""
    numbers = {place: number for number, place in enumerate(["", *places])}
    at = np.array([numbers[place] for place in places])
    return (at[:, None] != at) & (at[:, None] != numbers[""]) & (at != numbers[""])


def _joined(alike: Matrix) -> list[list[int]]:
    joining = AgglomerativeClustering(n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - JOINED)
    labels = joining.fit_predict(1 - alike)
    order = sorted(range(len(labels)), key=lambda at: (labels[at], at))
    return [list(members) for _, members in groupby(order, key=lambda at: labels[at])]


def _group(told: Sequence[Told], kept: Sequence[int], members: Sequence[int], alike: Matrix) -> Group:
    """Named by the call that is likest to all the others."""
    central = members[int(np.argmax(alike[np.ix_(members, members)].sum(axis=1)))]
    return Group(told[kept[central]], tuple(told[kept[at]] for at in members))
