"""What a service of the town has in its store beside the chassis' tables."""

from __future__ import annotations

from sqlalchemy import Column, Float, Integer, MetaData, String, Table

from chassis.store import Instant, tables_for


def tables(service: str) -> MetaData:
    """What is seen has no key, so that twice is seen twice; trouble is what makes handling fail; rings are a link's work."""
    metadata = tables_for(service)
    Table(
        "seen",
        metadata,
        Column("tenant_id", String(64), nullable=False),
        Column("event_id", String(36), nullable=False),
        Column("aggregate", String(64), nullable=False),
        Column("trace", String(64), nullable=False),
        info={"shared": True},
    )
    Table("trouble", metadata, Column("aggregate", String(64), primary_key=True), Column("seconds", Float), info={"shared": True})
    Table("ticked", metadata, Column("number", Integer, primary_key=True), Column("at", Instant, nullable=False), info={"shared": True})
    times = Column("claimed_until", Instant), Column("rung_at", Instant)
    Table("rings", metadata, Column("number", Integer, primary_key=True), *times, info={"shared": True})
    return metadata
