"""Facts as messages, and messages as facts. No rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from chassis.stamps import stamp
from hotline.kb.v1 import entries_pb2, entry_pb2, feedback_pb2, gaps_pb2, porting_pb2, search_pb2, upkeep_pb2
from hotline.ticket.v1 import ticket_pb2
from regulation.articles import Article
from services.kb.actions.finding import Hit
from services.kb.actions.reading import Shown
from services.kb.actions.telling import ground_number
from services.kb.asking import Narrow
from services.kb.lifecycle import VERB_TERMS, State
from services.kb.rules.differences import Difference
from services.kb.rules.entries import Content, Source, Version
from services.kb.rules.freshness import Upkeep, Verdict, today
from services.kb.rules.passages import Run
from services.kb.rules.porting import Format
from services.kb.store.upkeep import Gap
from services.kb.store.using import Attachment

_FORMATS = {
    porting_pb2.FORMAT_JSON_LINES: Format.JSON_LINES,
    porting_pb2.FORMAT_MARKDOWN: Format.MARKDOWN,
    porting_pb2.FORMAT_CSV: Format.CSV,
}
_LISTS = ("categories", "keywords", "attachment_ids")


def content_of(message: entry_pb2.EntryContent) -> Content:
    """What an editor writes."""
    facts: dict[str, Any] = {name: getattr(message, name) for name in Content.__dataclass_fields__}
    lists = {name: tuple(facts[name]) for name in _LISTS}
    source = Source(**{name: getattr(message.source, name) for name in Source.__dataclass_fields__})
    return Content(**{**facts, **lists, "source": source})


def state_of(number: int) -> State | None:
    """None for unspecified."""
    return State[entry_pb2.EntryState.Name(number).removeprefix("ENTRY_STATE_")] if number else None  # type: ignore[arg-type]  # checked


def verdict_of(number: int) -> Verdict | None:
    """None for unspecified."""
    return Verdict[feedback_pb2.Verdict.Name(number).removeprefix("VERDICT_")] if number else None  # type: ignore[arg-type]  # checked


def format_of(number: int) -> Format | None:
    """None for unspecified."""
    return _FORMATS.get(number)  # type: ignore[call-overload,no-any-return]  # an enum's number


def narrow_of(message: search_pb2.Filter, now: Any, *, for_caller: bool = False) -> Narrow:
    """Which entries are looked at."""
    valid_on = "" if message.with_invalid else message.valid_on or today(now)
    to_caller = for_caller or message.audience == entry_pb2.AUDIENCE_CALLER
    return Narrow((), "", message.unit_id, message.category, valid_on, to_caller)


def content_message(content: Content) -> entry_pb2.EntryContent:
    """A text's content."""
    return entry_pb2.EntryContent(**{**asdict(content), "source": source_message(content.source)})


def source_message(source: Source) -> entry_pb2.Source:
    """The document it rests on."""
    return entry_pb2.Source(**asdict(source))


def version_message(version: Version) -> entry_pb2.Version:
    """A text."""
    return entry_pb2.Version(
        version=version.version,
        content=content_message(version.content),
        edited_by=version.edited_by,
        edited_at=stamp(version.edited_at),
        reviewed_by=version.reviewed_by,
        reviewed_at=stamp(version.reviewed_at),
        published=version.published,
        refusal=version.refusal,
    )


def attachment_message(attachment: Attachment) -> entry_pb2.Attachment:
    """What is known of an attachment."""
    return entry_pb2.Attachment(
        **{name: getattr(attachment, name) for name in ("attachment_id", "name", "media_type", "size", "sha256")},
    )


def entry_message(shown: Shown) -> entry_pb2.Entry:
    """An entry with one of its texts."""
    entry = shown.entry
    return entry_pb2.Entry(
        entry_id=entry.entry_id,
        tenant_id=entry.tenant_id,
        state=state_number(entry.state),
        version=entry.version,
        published_version=entry.published_version,
        text=version_message(shown.text),
        attachments=map(attachment_message, shown.attachments),
        grounds=map(ground_number, shown.grounds),
    )


def offer(open_one: tuple[str, Article]) -> ticket_pb2.Offer:
    """A verb that an entry is open to, with its clause."""
    verb, article = open_one
    return ticket_pb2.Offer(verb=verb, term=VERB_TERMS[verb], article=article.code)


def summary_message(row: Mapping[Any, Any]) -> entry_pb2.EntrySummary:
    """A line of a list."""
    same = ("entry_id", "tenant_id", "unit_id", "version", "published_version", "title", "review_on", "citywide")
    return entry_pb2.EntrySummary(
        **{name: row[name] for name in same}, state=state_number(State(row["state"])), edited_at=stamp(row["edited_at"])
    )


def state_number(state: State) -> entry_pb2.EntryState.ValueType:
    """ENTRY_STATE_DRAFT for "draft"."""
    return entry_pb2.EntryState.Value(f"ENTRY_STATE_{state.name}")


def difference_message(difference: Difference) -> entries_pb2.FieldDifference:
    """A field that differs."""
    segments = [
        entries_pb2.ChangedSegment(change=entries_pb2.Change.Value(f"CHANGE_{each.change.name}"), text=each.text)
        for each in difference.segments
    ]
    return entries_pb2.FieldDifference(field=difference.field, segments=segments)


def hit_message(hit: Hit) -> search_pb2.Hit:
    """An entry that was found."""
    entry, content = hit.found.entry, hit.found.content
    return search_pb2.Hit(
        entry_id=entry.entry_id,
        tenant_id=entry.tenant_id,
        version=entry.published_version,
        unit_id=content.unit_id,
        title=_segments(hit.title),
        passage=_segments(hit.passage),
        categories=content.categories,
        valid_until=content.valid_until,
        grounds=map(ground_number, hit.found.grounds),
    )


def suggestion_message(hit: Hit) -> search_pb2.Suggestion:
    """An answer with the entry it rests on."""
    entry, content = hit.found.entry, hit.found.content
    return search_pb2.Suggestion(
        entry_id=entry.entry_id,
        version=entry.published_version,
        title=content.title,
        public_words=content.public_words,
        internal_words=content.internal_words,
        source=source_message(content.source),
        passage=_segments(hit.passage),
        grounds=map(ground_number, hit.found.grounds),
    )


def feedback_message(row: Mapping[Any, Any]) -> feedback_pb2.Feedback:
    """What somebody says of a text."""
    verdict = feedback_pb2.Verdict.Value(f"VERDICT_{Verdict(row['verdict']).name}")
    return feedback_pb2.Feedback(version=row["version"], verdict=verdict, note=row["note"], by=row["person_id"], at=stamp(row["at"]))


def gap_message(gap: Gap) -> gaps_pb2.Gap:
    """A question without an answer."""
    instants = {name: stamp(getattr(gap, name)) for name in ("first_at", "last_at", "closed_at")}
    return gaps_pb2.Gap(**{**asdict(gap), **instants})


def upkeep_message(task: Upkeep) -> upkeep_pb2.Upkeep:
    """Work of a unit."""
    instants: dict[str, Any] = {name: stamp(getattr(task, name)) for name in ("asked_at", "due_at", "overdue_at", "done_at")}
    same = {name: getattr(task, name) for name in ("upkeep_id", "tenant_id", "unit_id", "entry_id", "gap_id")}
    return upkeep_pb2.Upkeep(**same, **instants, grounds=map(ground_number, task.grounds))


def usage_message(by_entry: Iterable[Mapping[Any, Any]], by_unit: Iterable[Mapping[Any, Any]]) -> upkeep_pb2.CountUsageResponse:
    """How much entries are used."""
    return upkeep_pb2.CountUsageResponse(
        entries=[upkeep_pb2.EntryUsage(**row) for row in by_entry], units=[upkeep_pb2.UnitUsage(**row) for row in by_unit]
    )


def _segments(runs: Iterable[Run]) -> list[search_pb2.Segment]:
    return [search_pb2.Segment(text=run.text, hit=run.hit) for run in runs]
