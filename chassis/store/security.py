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

EVERYTHING = "select, insert, update, delete"
# What is never changed, nobody may change.
SERVICE = {
    "journal": "select, insert",
    "journal_heads": "select, insert, update",
    "seals": "select, insert",
    "outbox": "insert",
}
RELAY = {
    "outbox": "select, insert, update",
    "retells": "select, insert, update",
    "retries": "select, update",
    "journal": "select",
    "journal_heads": "select",
    "seals": "select, insert",
}
# The password travels as a parameter and a setting of this transaction: a statement may end in a log.
KEEP_PASSWORD = text("select set_config('hotline.password', :password, true)")
# Roles belong to all databases of a server: another database's migration may make or change this one at the same time.
MAKE_ROLE = """
do $$ begin
  begin
    execute format('create role {role} login nosuperuser nobypassrls password %L', current_setting('hotline.password'));
  exception when duplicate_object or unique_violation then
    execute format('alter role {role} password %L', current_setting('hotline.password'));
  end;
exception when insufficient_privilege or internal_error then
  if not exists (select from pg_roles where rolname = '{role}') then raise; end if;
end $$
"""
READS = "tenant_id = any(string_to_array(current_setting('hotline.reads', true), ','))"
OWNS = "tenant_id = current_setting('hotline.tenant', true)"
HANDLES = "handling_tenant_id = current_setting('hotline.tenant', true)"


def secure(connection: Connection, settings: Settings, metadata: MetaData, tick_tables: tuple[str, ...]) -> None:
    """Make roles, grants and policies as the tables declare; run after each migration, and safe to repeat."""
    service, relay = f"hotline_{settings.service}", f"hotline_{settings.service}_relay"
    connection.execute(KEEP_PASSWORD, {"password": settings.database_password or make_url(settings.database_url).password or ""})
    for role in (service, relay):
        connection.execute(text(MAKE_ROLE.format(role=role)))
    ticked = {name: SERVICE.get(name, EVERYTHING) for name in tick_tables if name != "outbox"}
    for statement in _statements(settings.service, metadata, service, relay, {**RELAY, **ticked}):
        connection.execute(text(statement))


def _statements(schema: str, metadata: MetaData, service: str, relay: str, granted: dict[str, str]) -> Iterator[str]:
    yield f"grant usage on schema {schema} to {service}, {relay}"
    for table in metadata.tables.values():
        name = f"{schema}.{table.name}"
        yield f"revoke all on {name} from {service}, {relay}"
        yield f"grant {SERVICE.get(table.name, EVERYTHING)} on {name} to {service}"
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
