"""Directory's own tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint, text

from chassis.store import Instant, Json, tables_for

metadata = tables_for("directory")
SHARED = {"shared": True}

# Which tenants there are is no secret, and a log-in must find the city's districts before anybody is known.
tenants = Table(
    "tenants",
    metadata,
    Column("tenant_id", String(64), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("parent_tenant_id", String(64), nullable=False, index=True),
    Column("policies", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
    info=SHARED,
)

units = Table(
    "units",
    metadata,
    Column("unit_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("handling_tenant_id", String(64), index=True),
    Column("name", String(200), nullable=False),
    # The name while the unit is not closed: two such units of a tenant may not bear the same.
    Column("name_in_use", String(200)),
    Column("short_name", String(200), nullable=False),
    Column("parent_id", String(64), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("successor_id", String(64), nullable=False),
    Column("duties", Json, nullable=False),
    Column("version", BigInteger, nullable=False),
    UniqueConstraint("tenant_id", "name_in_use"),
)
Index("ix_units_tenant_id_unit_id", units.c.tenant_id, units.c.unit_id)
Index("ix_units_tenant_id_kind_unit_id", units.c.tenant_id, units.c.kind, units.c.unit_id)

unit_history = Table(
    "unit_history",
    metadata,
    Column("unit_id", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("handling_tenant_id", String(64)),
    Column("verb", String(60), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("by_id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("unit", Json, nullable=False),
)

# Where dispatch said an order stands: a unit with open ones is not closed.
orders = Table(
    "orders",
    metadata,
    Column("order_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("open", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
)
OPEN = text("open")
Index("ix_orders_unit_id_open", orders.c.unit_id, postgresql_where=OPEN, sqlite_where=OPEN)

contacts = Table(
    "contacts",
    metadata,
    Column("contact_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("version", BigInteger, nullable=False),
)
Index("ix_contacts_unit_id_contact_id", contacts.c.unit_id, contacts.c.contact_id)

people = Table(
    "people",
    metadata,
    Column("person_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("login", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("roles", Json, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("administers", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    UniqueConstraint("tenant_id", "login"),
)
Index("ix_people_tenant_id_person_id", people.c.tenant_id, people.c.person_id)
Index("ix_people_unit_id_person_id", people.c.unit_id, people.c.person_id)
ADMINISTERS = text("administers")
Index("ix_people_administers", people.c.tenant_id, postgresql_where=ADMINISTERS, sqlite_where=ADMINISTERS)

credentials = Table(
    "credentials",
    metadata,
    Column("person_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("hash", Text, nullable=False),
    # A password somebody else chose: it only serves to set another.
    Column("must_change", Boolean, nullable=False),
    Column("set_at", Instant, nullable=False),
)

# 动态口令 (RFC 6238): it counts from its confirmation on.
second_factors = Table(
    "second_factors",
    metadata,
    Column("person_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("enrolment_hash", String(64), nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("begun_at", Instant, nullable=False),
    Column("confirmed_at", Instant),
    # Of the last code taken: each is good once.
    Column("last_step", BigInteger, nullable=False),
)

# By name, not by person: whoever guesses learns nothing from which names are locked.
attempts = Table(
    "attempts",
    metadata,
    Column("tenant_id", String(64), primary_key=True),
    Column("login", String(64), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_at", Instant, index=True),
    Column("locked_until", Instant),
)

sessions = Table(
    "sessions",
    metadata,
    Column("session_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("person_id", String(64), nullable=False, index=True),
    Column("started_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False, index=True),
    Column("ended_at", Instant),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("session_id", String(64), nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
)

systems = Table(
    "systems",
    metadata,
    Column("system_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("unit_id", String(64), nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("roles", Json, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("version", BigInteger, nullable=False),
    UniqueConstraint("tenant_id", "name"),
)
Index("ix_systems_tenant_id_system_id", systems.c.tenant_id, systems.c.system_id)

system_keys = Table(
    "system_keys",
    metadata,
    Column("key_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("system_id", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("issued_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
)
Index("ix_system_keys_system_id_key_id", system_keys.c.system_id, system_keys.c.key_id)

# The private halves; the public ones stand in token_keys, as in every service.
signing_keys = Table(
    "signing_keys",
    metadata,
    Column("key_id", String(64), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("retired_at", Instant),
    info=SHARED,
)

calendar_revisions = Table(
    "calendar_revisions",
    metadata,
    Column("tenant_id", String(64), primary_key=True),
    Column("version", BigInteger, primary_key=True),
    Column("revision", String(64), nullable=False),
    # The national calendar underneath, by its revision.
    Column("base", String(64), nullable=False),
    Column("verb", String(60), nullable=False),
    Column("reason", String(200), nullable=False),
    Column("by_id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("notices", Json, nullable=False),
    Column("own", Json, nullable=False),
)
Index("ux_calendar_revisions_tenant_id_revision", calendar_revisions.c.tenant_id, calendar_revisions.c.revision, unique=True)

# A number of a unit's that was shown (Art. 17).
REVEALED = text("verb IN ('reveal_contact')")
_j = metadata.tables["journal"].c
Index("ix_journal_revealed", _j.tenant_id, _j.at, _j.subject, _j.number, postgresql_where=REVEALED, sqlite_where=REVEALED)
