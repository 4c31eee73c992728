import base64
import json
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, select

from chassis.errors import Invalid
from chassis.store import Store, Tx, next_token
from chassis.store.paging import paged
from tests.chassis.probe import OPERATOR, notes

Order = tuple[ColumnElement[object], ...]
BY_ID: Order = (notes.c.note_id,)
NEWEST_FIRST: Order = (notes.c.at.desc(), notes.c.note_id.desc())
BY_VERSION: Order = (notes.c.version, notes.c.note_id)


@dataclass
class Page:
    size: int = 0
    token: str = ""


def _fill(store: Store, count: int) -> None:
    """Seven to an instant, so that ties cross pages."""

    def fill(tx: Tx) -> None:
        steps = [(f"n-{number:03}", number // 7) for number in range(count)]
        tx.insert_many(notes, [{"note_id": name, "at": tx.now + timedelta(microseconds=step), "version": step} for name, step in steps])

    store.write(OPERATOR, fill)


def _walk(store: Store, order: Order, size: int) -> list[list[str]]:
    pages, token = [], ""
    while True:
        rows, token = store.read(OPERATOR, lambda tx, t=token: tx.page(tx.select(notes), order, Page(size, t)))  # type: ignore[misc]  # bound here
        pages.append([row["note_id"] for row in rows])
        if not token:
            return pages


@pytest.mark.parametrize("size", [1, 3, 7, 50, 200])
def test_every_row_comes_once_whatever_the_order_and_size(probe: Store, size: int) -> None:
    _fill(probe, 50)
    ids = [f"n-{number:03}" for number in range(50)]
    for order, expected in ((BY_ID, ids), (NEWEST_FIRST, ids[::-1]), (BY_VERSION, ids)):
        pages = _walk(probe, order, size)
        assert [note_id for page in pages for note_id in page] == expected
        assert len(pages) == -(-50 // size)


def test_a_page_has_fifty_rows_unless_told_and_two_hundred_at_most(probe: Store) -> None:
    _fill(probe, 210)
    assert [len(page) for page in _walk(probe, BY_ID, 0)] == [50, 50, 50, 50, 10]
    assert [len(page) for page in _walk(probe, BY_ID, 4_000_000_000)] == [200, 10]


def test_rows_that_come_and_go_between_pages_neither_repeat_nor_hide_others(probe: Store) -> None:
    _fill(probe, 10)
    rows, token = probe.read(OPERATOR, lambda tx: tx.page(tx.select(notes), BY_ID, Page(5)))
    probe.write(OPERATOR, lambda tx: tx.run(tx.delete(notes).where(notes.c.note_id == rows[-1]["note_id"])))
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n-000-new"))
    rows, token = probe.read(OPERATOR, lambda tx: tx.page(tx.select(notes), BY_ID, Page(5, token)))
    assert [row["note_id"] for row in rows] == [f"n-{number:03}" for number in range(5, 10)]
    assert token == ""


def _token(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


FORGED = [
    "x",
    "不是",
    "=====",
    "A" * 4096,
    base64.urlsafe_b64encode(b"[" * 3000).decode(),
    base64.urlsafe_b64encode(b"\xff\xfe").decode(),
    base64.urlsafe_b64encode(b'{"0": 1, "1": 2}').decode(),
    base64.urlsafe_b64encode(b"3").decode(),
    base64.urlsafe_b64encode(b"null").decode(),
    _token(),
    _token("n-1"),
    _token("2025-01-06T00:00:00+00:00", "n-1", "n-2"),
    _token("yesterday", "n-1"),
    _token(7, "n-1"),
    _token(None, "n-1"),
    _token("0001-01-01T00:00:00+14:00", "n-1"),
    _token("2025-01-06T00:00:00+00:00", 7),
    _token("2025-01-06T00:00:00+00:00", "nul \0"),
    _token("2025-01-06T00:00:00+00:00", "\ud800"),
    _token("2025-01-06T00:00:00+00:00", ["n-1"]),
]


FORGED_NUMBERS = [2**63, -(2**64), 10**400, 1.5, True, "1"]


def test_a_forged_token_is_refused(probe: Store) -> None:
    for token in FORGED:
        with pytest.raises(Invalid, match="翻页标记无效") as refused:
            probe.read(OPERATOR, lambda tx, t=token: tx.page(tx.select(notes), NEWEST_FIRST, Page(5, t)))  # type: ignore[misc]  # bound here
        assert refused.value.field == "page.token"


def test_a_forged_number_is_refused(probe: Store) -> None:
    for number in FORGED_NUMBERS:
        token = _token(number, "n-1")
        with pytest.raises(Invalid):
            probe.read(OPERATOR, lambda tx, t=token: tx.page(tx.select(notes), BY_VERSION, Page(5, t)))  # type: ignore[misc]  # bound here


def test_the_furthest_values_are_taken(probe: Store) -> None:
    _fill(probe, 3)
    for token in (_token(2**63 - 1, "n-1"), _token(0, "工单 '; --")):
        rows, _ = probe.read(OPERATOR, lambda tx, t=token: tx.page(tx.select(notes), BY_VERSION, Page(5, t)))  # type: ignore[misc]  # bound here
        assert rows == []


@given(st.text(max_size=80))
def test_no_text_passes_for_a_token(text: str) -> None:
    with pytest.raises(Invalid, match="翻页标记无效"):
        paged(select(notes), NEWEST_FIRST, Page(5, f"{text}x"))


def test_an_order_that_goes_both_ways_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="not both"):
        paged(select(notes), (notes.c.at.desc(), notes.c.note_id), Page())


def test_a_token_is_plain_to_carry() -> None:
    token = next_token({notes.c.note_id: "编号 1"}, BY_ID)
    assert token.isascii()
    assert " " not in token
