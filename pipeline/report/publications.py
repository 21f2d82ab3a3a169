"""Turn records of the ledger into text and JSON."""

from collections.abc import Iterable, Iterator

from pipeline.content.discovery import PUBLISHED
from pipeline.editions.ledger import Ledger, Record
from pipeline.problems import Problem
from pipeline.report.escape import escape_controls
from pipeline.report.problems import count, envelope_json


def record_text(slug: str, record: Record) -> str:
    """Describe a record in one line."""
    number = f" (Corr. {record.number})" if record.event == "corrected" else ""
    parts = [f"{record.event}{number}"]
    if record.texts:
        parts.append(" ".join(record.texts))
    if record.files:
        parts.append(count(len(record.files), "file"))
    if number_accepted := sum(record.accepted.values()):
        rules = ", ".join(record.accepted)
        parts.append(f"despite {count(number_accepted, 'warning')} ({rules})")
    line = f"{record.day}  {slug} {record.edition}  {', '.join(parts)}"
    note = next(iter(record.note.values()), "")
    return escape_controls(f"{line}: {note}" if note else line)


def log_text(ledgers: tuple[Ledger, ...]) -> Iterator[str]:
    """List all records, in order."""
    for ledger in ledgers:
        yield from (record_text(ledger.slug, record) for record in ledger.records)


def heads_text(ledgers: tuple[Ledger, ...]) -> Iterator[str]:
    """Yield the head of each ledger: its last digest, which depends on all its records."""
    for ledger in ledgers:
        yield f"{ledger.head}  {count(len(ledger.records), 'record')}  {ledger.slug}"


def records_json(
    slug: str, records: Iterable[Record], problems: Iterable[Problem], exit_code: int
) -> str:
    """Write the records of one brief as JSON."""
    parts = {"records": [_record_json(slug, record) for record in records]}
    return envelope_json(problems, exit_code, parts)


def log_json(ledgers: Iterable[Ledger], problems: Iterable[Problem], exit_code: int) -> str:
    """Write the ledgers of briefs as JSON: of each its head and its records."""
    listed = [
        {
            "brief": ledger.slug,
            "head": ledger.head,
            "records": [_record_json(ledger.slug, record) for record in ledger.records],
        }
        for ledger in ledgers
    ]
    return envelope_json(problems, exit_code, {"ledgers": listed})


def _record_json(slug: str, record: Record) -> dict[str, object]:
    return {
        "event": record.event,
        "brief": slug,
        "information_date": record.edition,
        "correction": record.number,
        "day": str(record.day),
        "note": dict(record.note),
        "accepted": dict(record.accepted),
        "codes": {language: text.code for language, text in record.texts.items()},
        "files": [
            {
                "file": f"content/{slug}/{PUBLISHED}/{file.name}",
                "sha256": file.sha256,
                "bytes": file.bytes,
            }
            for file in record.files
        ],
        "digest": record.digest,
    }
