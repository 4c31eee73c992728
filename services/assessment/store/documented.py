"""Official documents as rows: composed at once, rendered by a job, read as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from chassis.store import Tx
from services.assessment.documents.content import Report
from services.assessment.documents.keeping import kept
from services.assessment.store.raised import official_documents

BATCH = 50
SHOWN = ("document_id", "tenant_id", "subject_id", "unit_id", "named", "composed_at", "rendered")


def add(tx: Tx, subject: Mapping[Any, Any], subject_id: str, report: Report, *, to_unit: bool) -> str:
    """Keep what a document says. `to_unit`: the unit it is about may read it."""
    document_id = tx.new_id()
    row = {
        "document_id": document_id, "subject_id": subject_id, "unit_id": subject["unit_id"] if to_unit else "",
        "handling_tenant_id": subject["handling_tenant_id"] if to_unit else None, "named": report.title, "content": kept(report),
        "composed_at": tx.now, "rendered": False,
    }  # fmt: skip
    tx.insert(official_documents, **row)
    return document_id


def waiting(tx: Tx) -> Sequence[tuple[str, str]]:
    """Tenant and id of documents without their files. For `store.read_across` alone."""
    own = official_documents.c
    wanted = tx.select(official_documents, own.tenant_id, own.document_id).where(~own.rendered).order_by(own.document_id).limit(BATCH)
    return [(row["tenant_id"], row["document_id"]) for row in tx.all(wanted)]
