"""Where an entry stands, and the one table of what may be done to it (Art. 6(4), 8(3))."""

from __future__ import annotations

from enum import StrEnum

from regulation.articles import Article, NotAllowed

ORGANISING, KEEPING, SUPERVISING = Article(6, 4), Article(8, 3), Article(15, 5)


class State(StrEnum):
    """An entry's state; while a new text is written the one before it stays published."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETIRED = "retired"

    @property
    def term(self) -> str:
        """As people read it."""
        return _TERMS[self]


_TERMS = {State.DRAFT: "起草中", State.IN_REVIEW: "送审中", State.PUBLISHED: "已发布", State.RETIRED: "已停用"}

REVISE, SUBMIT, PUBLISH, REFUSE, RETIRE = "revise_entry", "submit_entry", "publish_entry", "refuse_entry", "retire_entry"
CREATE, UPLOAD = "create_entry", "upload_attachment"
VERB_TERMS = {REVISE: "修订条目", SUBMIT: "提交审核", PUBLISH: "发布条目", REFUSE: "审核不通过", RETIRE: "停用条目"}

ARTICLES = {
    CREATE: KEEPING, UPLOAD: KEEPING, SUBMIT: KEEPING, PUBLISH: ORGANISING, REFUSE: SUPERVISING, REVISE: KEEPING, RETIRE: KEEPING,
}  # fmt: skip
"""The clause of each step of an entry, in the order in which a desk offers those that its state leaves open."""

TRANSITIONS: dict[tuple[State, str], State] = {
    (State.DRAFT, REVISE): State.DRAFT,
    (State.IN_REVIEW, REVISE): State.DRAFT,
    (State.PUBLISHED, REVISE): State.DRAFT,
    (State.RETIRED, REVISE): State.DRAFT,
    (State.DRAFT, SUBMIT): State.IN_REVIEW,
    (State.IN_REVIEW, PUBLISH): State.PUBLISHED,
    (State.IN_REVIEW, REFUSE): State.DRAFT,
    (State.DRAFT, RETIRE): State.RETIRED,
    (State.IN_REVIEW, RETIRE): State.RETIRED,
    (State.PUBLISHED, RETIRE): State.RETIRED,
}


def offered(state: State) -> list[tuple[str, Article]]:
    """The verbs that a state leaves open, with their clauses."""
    return [(verb, article) for verb, article in ARTICLES.items() if (state, verb) in TRANSITIONS]


def step(state: State, verb: str) -> State:
    """The state after a verb. Raises NotAllowed for a verb that this state does not know."""
    after = TRANSITIONS.get((state, verb))
    if after is None:
        raise NotAllowed(KEEPING, f"条目{state.term}，不能{VERB_TERMS[verb]}")
    return after
