"""The city's everyday questions, published from the beginning (Art. 6(4))."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import resources

from chassis.store import Tx
from regulation.instants import to_local
from services.kb.actions.editing import put_out
from services.kb.actions.porting import read_content
from services.kb.lifecycle import State
from services.kb.rules.entries import Content, Entry, Version, check_content
from services.kb.rules.porting import Format, read
from services.kb.store import entries as rows

CITY = "zibo"
# Who wrote them: the hotline's makers. Whoever keeps one looks at it within the year; at one that rests on no published document, sooner.
WRITER = "seed"
REVIEW, REVIEW_UNFOUNDED = timedelta(days=365), timedelta(days=90)


def seed_entries(tx: Tx) -> int:
    """Publish those seeds whose entry is not there; answers how many. Ids are of the seed, so that none comes twice."""
    today = to_local(tx.now).date()
    fresh = 0
    for entry_id, seed in seeds():
        if rows.find(tx, entry_id) is None:
            review = REVIEW if seed.source.issued_on else REVIEW_UNFOUNDED
            content = replace(seed, review_on=(today + review).isoformat())
            entry = Entry(entry_id, tx.by.tenant_id, content.unit_id, State.PUBLISHED, 1, 1, content.citywide, 1)
            version = Version(1, content, WRITER, tx.now)
            rows.insert(tx, entry, version)
            put_out(tx, entry, version)
            fresh += 1
    return fresh


def seeds() -> Iterator[tuple[str, Content]]:
    """The seeds by id: the file's name and the place in it. Raises Invalid, Unreadable for one that is not well formed."""
    for file in sorted(resources.files("services.kb").joinpath("seed").iterdir(), key=lambda each: each.name):
        if file.name.endswith(".md"):
            for number, record in enumerate(read(Format.MARKDOWN, file.read_bytes()), 1):
                given = replace(record, fields={"review_on": "2199-12-31", "citywide": True, **record.fields})
                content = read_content(given)
                check_content(content, in_city=True)
                yield f"seed-{file.name.removesuffix('.md')}-{number:02}", content
