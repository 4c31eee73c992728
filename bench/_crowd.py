"""Years of tickets laid into the stores of a hotline that runs: each a copy of one that was lived through its doors.

Who handles it, what it is about, where and when it was, and what was said differ from copy to copy; so do those that are open still.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from chassis.caller import Caller
from chassis.settings import Settings
from chassis.store import Tx, open_store
from services.intake.keyring import Keyring, keyring_of
from services.intake.rules.words import SEARCHED, month_of, pairs_of
from services.intake.store import metadata
from services.intake.store.tables import ticket_words, tickets
from simulator.messages import SAMPLE
from tests.journeys.stores import Stores

SPAN_SECONDS = 730 * 24 * 3600
CHUNK = 50_000
WORDS_CHUNK = 2_000
ID = "01000000-0000-7000-8000-"
BUSY_EACH, REGULAR_EACH = 20, 25_000
TABLES = {
    "intake": ("tickets", "callers", "orders", "holders"),
    "dispatch": ("orders", "rounds", "clocks", "returns", "replies"),
    "sla": ("orders", "clocks"),
}
# By what a row there belongs to a template.
KEYS = {"intake": "ticket_id", "dispatch": "order_id", "sla": "order_id"}
SPANS = {"since", "settle_by", "pending_since"}
Row = tuple[Any, ...]


@dataclass(frozen=True)
class Template:
    """A ticket to copy, and which of the copies, counted from the newest, are like it."""

    ticket_id: str
    order_id: str
    first: int
    last: int


@dataclass(frozen=True)
class Variety:
    """What the copies take turns in."""

    units: Sequence[str]
    categories: Sequence[tuple[str, str]]
    places: Sequence[tuple[str, str]]
    sentences: Sequence[str]


# Primes, so that the sentences of a text take turns of their own.
FACTORS = (7919, 104_729, 15_473)


class Crowd:
    """Lays copies into the stores."""

    def __init__(self, folder: Path, database_url: str, count: int, variety: Variety) -> None:
        self._folder, self._url, self._count, self._variety = folder, database_url, count, variety
        self._stores = Stores(folder, database_url)

    def id_of(self, nth: int) -> str:
        """The ticket and order id of a copy: they rise with time."""
        return f"{ID}{self._count - nth:012}"

    def lay(self, templates: Sequence[Template]) -> None:
        """Copy them, table by table."""
        # Looked at before there are a million rows to look through.
        found = [
            (service, table, template, columns)
            for service, names in TABLES.items()
            for table in names
            for rows in [self._stores.rows(service, table)]
            for template in templates
            if (columns := self._columns(rows, KEYS[service], template))
        ]
        for (service, table), copies in groupby(found, lambda each: each[:2]):
            with self._unindexed(service, table):
                for _, _, template, columns in copies:
                    self._copy(service, table, template, columns)

    def keep_words(self) -> None:
        """Let those of the last 90 days be found by their words, as the worker would."""
        settings = Settings("intake", data=self._folder, database_url=self._url)
        store = open_store(settings, metadata)
        keys, by = keyring_of(settings), Caller.timer("intake", "zibo")
        last = int(self._count * SEARCHED.total_seconds() / SPAN_SECONDS)
        with self._unindexed("intake", "ticket_words"):
            for first in range(0, last, WORDS_CHUNK):
                ids = [self.id_of(nth) for nth in range(first, min(first + WORDS_CHUNK, last))]
                store.write(by, partial(_keep_words, ids=ids, keys=keys))
        store.close()

    def analyze(self) -> None:
        """Let the planner see them, as autovacuum would."""
        for service, names in {**TABLES, "intake": (*TABLES["intake"], "ticket_words")}.items():
            for table in names:
                self._stores.change(service, table, f"analyze {table}")

    @contextmanager
    def _unindexed(self, service: str, table: str) -> Iterator[None]:
        """While inside a table has no index but those that ticks look by: made at once over all rows, one takes a tenth of the time."""
        if self._url:
            listed = f"select indexname as name, indexdef as made from pg_indexes where schemaname = '{service}' and tablename = '{table}'"  # noqa: S608 - our own names
            kept = " and not exists (select from pg_constraint where conname = indexname and connamespace = to_regnamespace(schemaname))"
        else:
            listed = f"select name, sql as made from sqlite_schema where type = 'index' and tbl_name = '{table}'"  # noqa: S608 - as above
            kept = " and sql is not null"
        indexes = [row for row in self._stores.asked(service, listed + kept) if " where " not in row["made"].lower()]
        for row in indexes:
            self._stores.change(service, table, f"drop index {row['name']}")
        yield
        for row in indexes:
            self._stores.change(service, table, row["made"])

    def _copy(self, service: str, table: str, template: Template, columns: dict[str, str]) -> None:
        names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
        mine = f"t.{KEYS[service]} = '{getattr(template, KEYS[service])}'"
        for first in range(template.first, template.last, CHUNK):
            last = min(first + CHUNK, template.last) - 1
            turns = f"c(nth) as (select {first} union all select nth + 1 from c where nth < {last})"  # noqa: S608 - our own names
            source = f"{table} t cross join c {self._joins()} where {mine}"
            copies = f"insert into {table} ({names}) select {values} from {source}"  # noqa: S608 - our own names
            self._stores.change(service, table, f"with recursive {turns}, {self._lists()} {copies}")

    def _columns(self, rows: Sequence[dict[str, Any]], key: str, template: Template) -> dict[str, str]:
        """The expression of each column of a table; nothing where the template has no row there."""
        mine = next((row for row in rows if row[key] == getattr(template, key)), {})
        return {name: self._value(name, value) for name, value in mine.items()}

    def _value(self, name: str, value: Any) -> str:
        own, same = f"'{ID}' || {self._padded()}", f't."{name}"'
        values = {
            "ticket_id": own, "order_id": own if value else same,
            "number": f"'B' || ({self._count} - c.nth)" if isinstance(value, str) else same,
            "unit_id": f"case when c.nth % {BUSY_EACH} = 0 or t.unit_id = '' then t.unit_id else u.unit_id end",
            "category": "k.code", "category_path": "k.path", "district": "p.district", "town": "p.town",
            "title": "substr(s0.said, 1, 24)", "text": "s0.said || s1.said || s2.said || '（演示路' || c.nth || '号）'",
            "phone_hash": f"case when c.nth % {REGULAR_EACH} = 0 then t.phone_hash else {self._bytes()} end",
            "clock_id": f"replace(t.clock_id, t.order_id, {own})",
            **{id_: f"t.{id_} || '-' || c.nth" for id_ in ("reply_id", "request_id")},
            **dict.fromkeys(("decide_by", "next_at", "provincial_number"), "null"),
        }  # fmt: skip
        if name not in values and value is not None and (name.endswith(("_at", "_until")) or name in SPANS):
            return self._earlier(name)
        return values.get(name, same)

    def _lists(self) -> str:
        lists: dict[str, tuple[str, Iterator[Row]]] = {
            "u": ("n, unit_id", ((unit,) for unit in self._variety.units)),
            "k": ("n, code, path", iter(self._variety.categories)),
            "p": ("n, district, town", iter(self._variety.places)),
            **{f"s{place}": ("n, said", ((said,) for said in self._variety.sentences)) for place in range(3)},
        }
        return ", ".join(f"{name}({columns}) as (values {_values(rows)})" for name, (columns, rows) in lists.items())

    def _joins(self) -> str:
        of = self._variety
        counts = {"u": len(of.units), "k": len(of.categories), "p": len(of.places)}
        plain = [f"join {name} on {name}.n = c.nth % {count}" for name, count in counts.items()]
        said = [
            f"join s{place} on s{place}.n = (cast(c.nth as bigint) * {factor}) % {len(of.sentences)}"
            for place, factor in enumerate(FACTORS)
        ]
        return " ".join(plain + said)

    def _earlier(self, name: str) -> str:
        step = SPAN_SECONDS / self._count
        return f"t.{name} - c.nth * interval '{step} seconds'" if self._url else f"t.{name} - c.nth * {int(step * 1_000_000)}"

    def _padded(self) -> str:
        number = f"{self._count} - c.nth"
        return f"lpad(({number})::text, 12, '0')" if self._url else f"printf('%012d', {number})"

    def _bytes(self) -> str:
        return "convert_to('h' || c.nth, 'UTF8')" if self._url else "cast('h' || c.nth as blob)"


def _keep_words(tx: Tx, ids: Sequence[str], keys: Keyring) -> None:
    columns = (tickets.c.tenant_id, tickets.c.ticket_id, tickets.c.received_at, tickets.c.title, tickets.c.text)
    rows = [dict(row) for row in tx.all(tx.select(tickets, *columns).where(tickets.c.ticket_id.in_(ids)))]
    for row in rows:
        pairs = pairs_of(row.pop("title"), row.pop("text"))
        row["tokens"] = keys.tokens(month_of(row["received_at"]), pairs)
    tx.insert_many(ticket_words, rows)


def sentences() -> list[str]:
    """What citizens say in the simulator's sample, sentence by sentence."""
    texts = [json.loads(line)["text"] for line in SAMPLE.read_text(encoding="utf-8").splitlines()]
    return sorted({each for text in texts for each in re.findall(r"[^。！？]{6,}[。！？]", text)})


def _values(rows: Iterator[Row]) -> str:
    return ", ".join(f"({number}, {', '.join(_quoted(each) for each in row)})" for number, row in enumerate(rows))


def _quoted(text: str) -> str:
    return f"""'{text.replace("'", "''").replace("?", "？")}'"""
