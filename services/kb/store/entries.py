"""Entries and their texts as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, func, select

from chassis.errors import Missing
from chassis.store import Tx
from chassis.store.paging import LARGEST, Page
from services.kb.index import Indexed
from services.kb.lifecycle import State
from services.kb.rules.entries import Content, Entry, Source, Version
from services.kb.rules.freshness import Ground
from services.kb.store.tables import entries, revisions, versions

Row = Mapping[Any, Any]
NEWEST_FIRST = (entries.c.edited_at.desc(), entries.c.entry_id.desc())
COUNTER = "entries"
ROWS_AT_ONCE = 1_000


@dataclass(frozen=True)
class Found:
    """An entry with its published text."""

    entry: Entry
    content: Content
    grounds: tuple[Ground, ...]


def load(tx: Tx, entry_id: str, *, lock: bool = False) -> Entry:
    """An entry whose row the caller may read. Raises Missing."""
    row = find(tx, entry_id, lock=lock)
    if row is None:
        raise missing(entry_id)
    return entry_of(row)


def find(tx: Tx, entry_id: str, *, lock: bool = False) -> RowMapping | None:
    """An entry's row, if the caller may read it."""
    wanted = tx.select(entries).where(entries.c.entry_id == entry_id)
    return tx.one(wanted.with_for_update() if lock else wanted)


def missing(entry_id: str) -> Missing:
    """There is none that the caller may see."""
    return Missing(f"没有编号为 {entry_id} 的条目，或您无权查看：请核对后重试")


def load_version(tx: Tx, entry_id: str, version: int) -> Version:
    """A text. Raises Missing."""
    mine = tx.select(versions).where(versions.c.entry_id == entry_id, versions.c.version == version)
    row = tx.one(mine) if version <= LARGEST else None
    if row is None:
        raise Missing(f"条目没有第 {version} 版，请核对后重试")
    return version_of(row)


def editors_since(tx: Tx, entry: Entry) -> frozenset[str]:
    """Who edited an entry since it was last published."""
    later = and_(versions.c.entry_id == entry.entry_id, versions.c.version > entry.published_version)
    return frozenset(row["edited_by"] for row in tx.all(tx.select(versions, versions.c.edited_by).where(later)))


def insert(tx: Tx, entry: Entry, version: Version) -> None:
    """A new entry with its first text."""
    tx.insert(entries, **_entry_values(entry, version), grounds=[], check_on="", revision=0)
    insert_version(tx, entry, version)


def insert_version(tx: Tx, entry: Entry, version: Version) -> None:
    """A further text."""
    row = {**vars(version), "content": asdict(version.content)}
    tx.insert(versions, entry_id=entry.entry_id, tenant_id=entry.tenant_id, **row)


def save(tx: Tx, entry: Entry, version: Version, **more: Any) -> None:
    """An entry that `load` locked, with its newest text."""
    tx.run(tx.update(entries).where(entries.c.entry_id == entry.entry_id).values(**_entry_values(entry, version), **more))


def save_review(tx: Tx, entry: Entry, version: Version) -> None:
    """What a reviewer said of a text."""
    said = {name: getattr(version, name) for name in ("reviewed_by", "reviewed_at", "published", "refusal")}
    mine = and_(versions.c.entry_id == entry.entry_id, versions.c.version == version.version)
    tx.run(tx.update(versions).where(mine).values(said))


def next_revision(tx: Tx) -> int:
    """The number of a change to what is found: counted in the order of commits."""
    tx.insert_missing(revisions, ("name",), [{"name": COUNTER, "revision": 0}])
    mine = revisions.c.name == COUNTER
    tx.run(tx.update(revisions).where(mine).values(revision=revisions.c.revision + 1))
    return int(tx.connection.execute(select(revisions.c.revision).where(mine)).scalar_one())


def newest_revision(tx: Tx) -> int:
    """How far what is found has come."""
    return next((int(row["revision"]) for row in tx.kept("newest revision", _newest)), 0)


def count_published(tx: Tx) -> int:
    """How many texts there are to be found. For `store.read_across` alone."""
    return int(tx.connection.execute(select(func.count()).select_from(entries).where(entries.c.published_version > 0)).scalar_one())


def every_published(tx: Tx) -> Iterator[Indexed]:
    """The published texts of all tenants. For `store.read_across` alone."""
    found = _with_text(select(entries.c.entry_id, entries.c.tenant_id, versions.c.content).select_from(entries))
    rows = tx.connection.execute(found, execution_options={"yield_per": ROWS_AT_ONCE}).mappings()
    return (Indexed(row["entry_id"], row["tenant_id"], content_of(row["content"])) for row in rows)


def changed_since(tx: Tx, revision: int) -> tuple[list[Indexed], list[str], int]:
    """Published texts that are new, entries that are gone, and how far that is. For `store.read_across` alone."""
    joined = entries.outerjoin(versions, _is_published())
    columns = (entries.c.entry_id, entries.c.tenant_id, entries.c.revision, versions.c.content)
    rows = tx.all(select(*columns).select_from(joined).where(entries.c.revision > revision).order_by(entries.c.revision))
    found = [Indexed(row["entry_id"], row["tenant_id"], content_of(row["content"])) for row in rows if row["content"] is not None]
    gone = [row["entry_id"] for row in rows if row["content"] is None]
    return found, gone, max((row["revision"] for row in rows), default=revision)


def published(tx: Tx, entry_ids: Iterable[str]) -> dict[str, Found]:
    """Published texts by entry; those the caller may not read are left out."""
    rows = tx.kept_among("published texts", _texts, versions.c.entry_id, entry_ids)
    return {row["entry_id"]: Found(entry_of(row), content_of(row["content"]), grounds_of(row)) for row in rows}


def page_of_published(tx: Tx, page: Page) -> tuple[list[Found], str]:
    """A page of a tenant's published texts by id."""
    wanted = _with_text(tx.select(entries, *entries.c, versions.c.content)).where(entries.c.tenant_id == tx.by.tenant_id)
    rows, token = tx.page(wanted, (entries.c.entry_id,), page)
    return [Found(entry_of(row), content_of(row["content"]), grounds_of(row)) for row in rows], token


def page_of(tx: Tx, page: Page, unit_id: str, state: State | None) -> tuple[list[RowMapping], str]:
    """A page of the entries of the caller's tenant, the newest edit first."""
    wanted = tx.select(entries).where(entries.c.tenant_id == tx.by.tenant_id)
    if unit_id:
        wanted = wanted.where(entries.c.unit_id == unit_id)
    if state is not None:
        wanted = wanted.where(entries.c.state == state)
    return tx.page(wanted, NEWEST_FIRST, page)


def page_of_versions(tx: Tx, entry_id: str, page: Page) -> tuple[list[Version], str]:
    """A page of an entry's texts, the newest first."""
    rows, token = tx.page(tx.select(versions).where(versions.c.entry_id == entry_id), (versions.c.version.desc(),), page)
    return [version_of(row) for row in rows], token


def entry_of(row: Row) -> Entry:
    """An entry from its row."""
    return Entry(
        entry_id=row["entry_id"],
        tenant_id=row["tenant_id"],
        unit_id=row["unit_id"],
        state=State(row["state"]),
        version=row["version"],
        published_version=row["published_version"],
        citywide=row["citywide"],
        events=row["events"],
    )


def version_of(row: Row) -> Version:
    """A text from its row."""
    facts = {name: row[name] for name in Version.__dataclass_fields__}
    return Version(**{**facts, "content": content_of(row["content"])})


def grounds_of(row: Row) -> tuple[Ground, ...]:
    """Why an entry is stale."""
    return tuple(map(Ground, row["grounds"]))


def content_of(stored: Mapping[str, Any]) -> Content:
    """A text's content from what is stored of it."""
    lists = {name: tuple(stored[name]) for name in ("categories", "keywords", "attachment_ids")}
    return Content(**{**stored, **lists, "source": Source(**stored["source"])})


def _newest() -> Select[Any]:
    return select(revisions.c.revision).where(revisions.c.name == COUNTER)


def _texts() -> Select[Any]:
    """From the texts, which only their entry finds: from the entries, SQLite reads all of the tenant."""
    return select(*entries.c, versions.c.content).select_from(versions).join(entries, _is_published())


def _with_text(statement: Select[Any]) -> Select[Any]:
    return statement.join(versions, _is_published())


def _is_published() -> ColumnElement[bool]:
    return and_(versions.c.entry_id == entries.c.entry_id, versions.c.version == entries.c.published_version)


def _entry_values(entry: Entry, version: Version) -> dict[str, Any]:
    shown = {"title": version.content.title, "review_on": version.content.review_on, "edited_at": version.edited_at}
    return {**vars(entry), "state": entry.state.value, **shown}
