"""Turn records of the ledger into text."""

from collections.abc import Iterator

from pipeline.editions.ledger import Ledger, Record
from pipeline.report.escape import escape_controls
from pipeline.report.problems import count


def record_text(slug: str, record: Record) -> str:
    """Describe a record in one line."""
    number = f" (Corr. {record.number})" if record.event == "corrected" else ""
    parts = [f"{record.event}{number}"]
    if record.words:
        parts.append(" ".join(record.words))
    if record.files:
        parts.append(count(len(record.files), "file"))
    line = f"{record.day}  {slug} {record.edition}  {', '.join(parts)}"
    note = next(iter(record.note.values()), "")
    return escape_controls(f"{line}: {note}" if note else line)


def log_text(ledgers: tuple[Ledger, ...]) -> Iterator[str]:
    """List all records, in order."""
    for ledger in ledgers:
        yield from (record_text(ledger.slug, record) for record in ledger.records)


def heads_text(ledgers: tuple[Ledger, ...]) -> Iterator[str]:
    """Give for each brief the digest of its last record, which stands for all of them."""
    for ledger in ledgers:
        yield f"{ledger.head}  {count(len(ledger.records), 'record')}  {ledger.slug}"
