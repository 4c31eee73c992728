"""Who may touch what on PostgreSQL: two roles for each service, and forced row security.

`hotline_<service>` acts for one tenant at a time; `hotline_<service>_relay` runs relays and ticks and sees every tenant,
but only in the tables granted to it. Neither owns a table. The predicates are those of `chassis.store.tx`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sqlalchemy import Connection, MetaData, Table, make_url, text

if TYPE_CHECKING:
    from chassis.settings import Settings

APPENDED_ONLY = {"journal": "select, insert", "outbox": "insert"}
RELAY = {
    "outbox": "select, insert, update",
    "retells": "select, insert, update",
    "retries": "select, update",
    "journal": "select",
    "journal_heads": "select",
    "seals": "select, insert",
}
READS = "tenant_id = any(string_to_array(current_setting('hotline.reads', true), ','))"
OWNS = "tenant_id = current_setting('hotline.tenant', true)"
HANDLES = "handling_tenant_id = current_setting('hotline.tenant', true)"


def secure(connection: Connection, settings: Settings, metadata: MetaData, tick_tables: tuple[str, ...]) -> None:
    """Make roles, grants and policies as the tables declare; run after each migration, and safe to repeat."""
    service, relay = f"hotline_{settings.service}", f"hotline_{settings.service}_relay"
    password = settings.database_password or make_url(settings.database_url).password or ""
    for role in (service, relay):
        _make_role(connection, role, password)
    granted = {**RELAY, **dict.fromkeys(tick_tables, "select, insert, update, delete")}
    for statement in _statements(settings.service, metadata, service, relay, granted):
        connection.execute(text(statement))


def _make_role(connection: Connection, role: str, password: str) -> None:
    exists = connection.execute(text("select 1 from pg_roles where rolname = :role"), {"role": role}).first()
    if exists is None:
        quoted = connection.execute(text("select quote_literal(:password)"), {"password": password}).scalar_one()
        connection.execute(text(f"create role {role} login nosuperuser nobypassrls password {quoted}".replace(":", "\\:")))


def _statements(schema: str, metadata: MetaData, service: str, relay: str, granted: dict[str, str]) -> Iterator[str]:
    yield f"grant usage on schema {schema} to {service}, {relay}"
    for table in metadata.tables.values():
        name = f"{schema}.{table.name}"
        yield f"revoke all on {name} from {service}, {relay}"
        yield f"grant {APPENDED_ONLY.get(table.name, 'select, insert, update, delete')} on {name} to {service}"
        if table.name in granted:
            yield f"grant {granted[table.name]} on {name} to {relay}"
        if not table.info.get("shared"):
            yield from _policies(name, table, service, relay)
    yield f"grant usage on all sequences in schema {schema} to {service}, {relay}"


def _policies(name: str, table: Table, service: str, relay: str) -> Iterator[str]:
    handled = f" or {HANDLES}" if "handling_tenant_id" in table.c else ""
    seen, worked_on = READS + handled, OWNS + handled
    yield f"alter table {name} enable row level security"
    yield f"alter table {name} force row level security"
    rules = {
        "seen": f"for select to {service} using ({seen})",
        "inserted": f"for insert to {service} with check ({worked_on})",
        "updated": f"for update to {service} using ({worked_on}) with check ({worked_on})",
        "deleted": f"for delete to {service} using ({worked_on})",
        "relayed": f"for all to {relay} using (true) with check (true)",
    }
    for rule, body in rules.items():
        yield f"drop policy if exists {rule} on {name}"
        yield f"create policy {rule} on {name} {body}"
