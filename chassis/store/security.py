"""Who may touch what on PostgreSQL: two roles for each service, and forced row security.

`hotline_<service>` acts for one tenant at a time; `hotline_<service>_relay` runs relays and ticks and sees every tenant,
but only in the tables granted to it. Neither owns a table. The predicates are those of `chassis.store.tx`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING
from zlib import crc32

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
    # To sweep it, without seeing answers.
    "requests": "delete, select (tenant_id, caller_id, method, request_id, at)",
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
POLICIES = text("select tablename, policyname from pg_policies where schemaname = :schema")
FORCED = text("select relname from pg_class where relnamespace = to_regnamespace(:schema) and relrowsecurity and relforcerowsecurity")
FORCE = ("alter table {table} enable row level security", "alter table {table} force row level security")
READS = "tenant_id = any(string_to_array(current_setting('hotline.reads', true), ','))"
OWNS = "tenant_id = current_setting('hotline.tenant', true)"
HANDLES = "handling_tenant_id = current_setting('hotline.tenant', true)"


def secure(
    connection: Connection, settings: Settings, metadata: MetaData, tick_tables: tuple[str, ...], measured_tables: tuple[str, ...] = ()
) -> None:
    """Make roles, grants and policies as the tables declare; run after each migration, and safe to repeat.

    Ticks work on `tick_tables`; of `measured_tables` they count rows, and no more.

    What stands already is left alone: changing a policy would lock its table against everybody who works.
    """
    service, relay = f"hotline_{settings.service}", f"hotline_{settings.service}_relay"
    connection.execute(KEEP_PASSWORD, {"password": settings.database_password or make_url(settings.database_url).password or ""})
    for role in (service, relay):
        connection.execute(text(MAKE_ROLE.format(role=role)))
    ticked = {name: SERVICE.get(name, EVERYTHING) for name in tick_tables if name != "outbox"}
    for statement in _grants(settings.service, metadata, service, relay, {**dict.fromkeys(measured_tables, "select"), **RELAY, **ticked}):
        connection.execute(text(statement))
    policies, forced = _standing(connection, settings.service)
    for table in metadata.tables.values():
        name, standing = f"{settings.service}.{table.name}", policies.get(table.name, set())
        if table.info.get("shared"):
            statements = _freed(name, standing)
        else:
            statements = chain(() if table.name in forced else FORCE, _policies(name, table, service, relay, standing))
        for statement in statements:
            connection.execute(text(statement.format(table=name)))


def _grants(schema: str, metadata: MetaData, service: str, relay: str, granted: dict[str, str]) -> Iterator[str]:
    yield f"grant usage on schema {schema} to {service}, {relay}"
    for table in metadata.tables.values():
        name = f"{schema}.{table.name}"
        yield f"revoke all on {name} from {service}, {relay}"
        yield f"grant {SERVICE.get(table.name, EVERYTHING)} on {name} to {service}"
        if table.name in granted:
            yield f"grant {granted[table.name]} on {name} to {relay}"
    yield f"grant usage on all sequences in schema {schema} to {service}, {relay}"


def _standing(connection: Connection, schema: str) -> tuple[dict[str, set[str]], set[str]]:
    """The policies of each table, and the tables whose row security is forced."""
    policies: dict[str, set[str]] = {}
    for table, policy in connection.execute(POLICIES, {"schema": schema}):
        policies.setdefault(table, set()).add(policy)
    return policies, set(connection.execute(FORCED, {"schema": schema}).scalars())


def _freed(name: str, standing: set[str]) -> Iterator[str]:
    """What gives everybody's eyes a table that had a tenant's predicate before it was shared."""
    if standing:
        yield f"alter table {name} disable row level security"
    yield from (f"drop policy {policy} on {name}" for policy in sorted(standing))


def _policies(name: str, table: Table, service: str, relay: str, standing: set[str]) -> Iterator[str]:
    handled = f" or {HANDLES}" if "handling_tenant_id" in table.c else ""
    seen, worked_on = READS + handled, OWNS + handled
    rules = {
        "seen": f"for select to {service} using ({seen})",
        "inserted": f"for insert to {service} with check ({worked_on})",
        "updated": f"for update to {service} using ({worked_on}) with check ({worked_on})",
        "deleted": f"for delete to {service} using ({worked_on})",
        "relayed": f"for all to {relay} using (true) with check (true)",
    }
    # A policy's name bears what it says, so that another text is another policy.
    wanted = {f"{rule}_{crc32(body.encode()):08x}": body for rule, body in rules.items()}
    for policy in sorted(standing - wanted.keys()):
        yield f"drop policy {policy} on {name}"
    for policy in sorted(wanted.keys() - standing):
        yield f"create policy {policy} on {name} {wanted[policy]}"
