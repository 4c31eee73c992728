"""20: 第三方抽测: a sample that follows from a seed nobody here knew, and results held against the hub's own.

A unit's rounds are ranked by HMAC-SHA256 of "order:round" with the seed as the key, both as UTF-8, and the first are drawn: whoever has
both draws it again.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chassis.errors import Invalid
from regulation.articles import Article, NotAllowed
from services.assessment.rules.rates import Figure, definition

SAMPLING = Article(20)
SHORTEST_SEED, MOST_OF_A_UNIT, HUNDRED = 32, 1000, 100
RATINGS = ("satisfied", "fair", "dissatisfied")
KEYS = dict(zip("123", RATINGS, strict=True))
ANSWERS = 2
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many of each unit: so many of a hundred, rounded up, and at least so many."""

    percent: int
    minimum: int

    def size(self, rounds: int) -> int:
        """Of a unit with so many rounds."""
        return min(rounds, max(self.minimum, -(-self.percent * rounds // HUNDRED)))


@dataclass(frozen=True, slots=True)
class Said:
    """Two answers, satisfied, fair or dissatisfied; empty: not obtained."""

    process: str = ""
    result: str = ""


def check_plan(seed_hash: str, plan: Plan) -> None:
    """What is committed to. Raises Invalid."""
    if not _HASH.fullmatch(seed_hash):
        raise Invalid("seed_hash", "请填写种子的 SHA-256 摘要：64位小写十六进制", SAMPLING.code)
    if plan.percent > HUNDRED:
        raise Invalid("percent", "抽取比例不能超过100", SAMPLING.code)
    if not 1 <= plan.minimum <= MOST_OF_A_UNIT:
        raise Invalid("minimum", f"每个单位至少抽取的件数应为1至{MOST_OF_A_UNIT}", SAMPLING.code)


def check_seed(seed: str, seed_hash: str) -> None:
    """Whether it is the seed that was committed to. Raises NotAllowed."""
    if not hmac.compare_digest(hashlib.sha256(seed.encode()).hexdigest(), seed_hash):
        raise NotAllowed(SAMPLING, "种子与事先公布的摘要不符，不能抽样：请核对种子")
    if len(seed) < SHORTEST_SEED:
        raise NotAllowed(SAMPLING, f"种子不足{SHORTEST_SEED}个字符，可被他人由摘要试出，不能据此抽样")


def draw(seed: str, frame: Mapping[str, Iterable[str]], plan: Plan) -> dict[str, list[str]]:
    """Of each unit's rounds ("order:round") those that are drawn, by rank, whatever order they come in."""
    return {unit_id: ranked(seed, rounds)[: plan.size(len(set(rounds)))] for unit_id, rounds in sorted(_listed(frame).items())}


def ranked(seed: str, rounds: Iterable[str]) -> list[str]:
    """Rounds in the order in which they would be drawn."""
    return sorted(set(rounds), key=lambda each: hmac.digest(seed.encode(), each.encode(), "sha256"))


def heard(digits: str) -> Said | None:
    """Both answers by the keys 1, 2, 3; None unless both were given."""
    said = [KEYS[digit] for digit in digits[:ANSWERS] if digit in KEYS]
    return Said(*said) if len(said) == ANSWERS else None


def check_said(said: Said) -> None:
    """Both answers were obtained. Raises Invalid."""
    for name, what in (("process", "服务过程"), ("result", "办理结果")):
        if getattr(said, name) not in RATINGS:
            raise Invalid(name, f"请填写对{what}的评价：满意、基本满意或不满意", SAMPLING.code)


def differ(hub: Said, third: Said) -> bool:
    """Whether one is satisfied and the other is not, or the hub obtained nothing where the third party did."""
    return any(not ours or _good(ours) != _good(theirs) for ours, theirs in zip(_both(hub), _both(third), strict=True))


def figures(counted: Iterable[tuple[Said, Said, int]]) -> list[Figure]:
    """A unit's figures from how often the hub obtained this and the third party that."""
    found: dict[str, list[int]] = {}
    for hub, third, count in counted:
        _add(found, "answered", bool(third.process), count)
        for name, ours, theirs in zip(("process", "result"), _both(hub), _both(third), strict=True):
            if theirs:
                _add(found, f"{name}_satisfaction", _good(theirs), count)
            if ours:
                _add(found, f"hub_{name}_satisfaction", _good(ours), count)
            if ours and theirs:
                _add(found, f"{name}_agreement", _good(ours) == _good(theirs), count)
    return [Figure(name, *found.get(name, (0, 0))) for name in TERMS]


TERMS = {
    "answered": "抽测接通率", "process_agreement": "服务过程评价一致率", "result_agreement": "办理结果评价一致率",
    "process_satisfaction": "抽测服务过程满意率", "result_satisfaction": "抽测办理结果满意率",
    "hub_process_satisfaction": "回访服务过程满意率", "hub_result_satisfaction": "回访办理结果满意率",
}  # fmt: skip


def _add(found: dict[str, list[int]], name: str, hit: bool, count: int) -> None:  # noqa: FBT001 - counted, not chosen
    sums = found.setdefault(name, [0, 0])
    sums[0] += count
    sums[1] += count * hit


def _listed(frame: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    return {unit_id: list(rounds) for unit_id, rounds in frame.items()}


def _both(said: Said) -> tuple[str, str]:
    return said.process, said.result


def _good(rating: str) -> bool:
    return rating in definition().terms.good
