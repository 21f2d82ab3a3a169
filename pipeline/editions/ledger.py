"""The ledger of a brief: what was published, withdrawn and corrected, in order.

    content/<slug>/published/ledger.yaml          one record after the other
    content/<slug>/published/2017/*.pdf           the frozen files of a record

A record contains the digest of the record before, and ends with the digest of its own text.
So a record that is changed, moved or inserted is detected, and a deleted one if another
follows it. Only `briefs publish` writes a ledger, and only at its end. Each brief has its
own ledger: branches that publish different briefs can be merged, others conflict.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import reduce
from hashlib import sha256

from pipeline.content.discovery import PUBLISHED, ledger_name
from pipeline.model.dates import InformationDate
from pipeline.model.yaml_text import quoted
from pipeline.problems import Place, Problem, Rule
from pipeline.project import Project

EVENTS = ("published", "corrected", "added", "reissued", "withdrawn")
HEADER = """\
# What was published of this brief, in order. Only `briefs publish` writes this file, and
# only at its end. Changed lines show: each record has the digest of the one before it.
"""
# A ledger of ten thousand publications is smaller. A larger file is not read.
_MAX_BYTES = 64 << 20
_RECORD = re.compile(r"(?m)^(?=- record: )")
_CONFLICT = re.compile(r"(?m)^(<<<<<<<|=======|>>>>>>>)")
_HASH = re.compile("[0-9a-f]{64}")
_FILE = re.compile(r"[0-9-]+(-corr[0-9]+|-record[0-9]+)?/[\w-]+\.pdf", re.ASCII)
_LANGUAGE = re.compile("[A-Za-z][A-Za-z0-9-]*|[*]")
# Keys whose values are texts.
_TEXT_KEYS = "note", "series"
_HINT = (
    "only `briefs publish` writes this file: restore it from version control, "
    "as in git checkout COMMIT -- {name}"
)


def edition_name(edition: str, number: int) -> str:
    """Name an edition, or its correction `number`, as its folder of frozen files."""
    return f"{edition}-corr{number}" if number else edition


@dataclass(frozen=True)
class PublishedText:
    """The text of an edition in one language: its full hash, and the code on paper."""

    sha256: str
    code: str


@dataclass(frozen=True)
class FrozenFile:
    """A file as it was published; `name` is its path below `published/`."""

    name: str
    sha256: str
    bytes: int

    @property
    def file_name(self) -> str:
        """The name of the file without its folder, as in `build/`."""
        return self.name.rpartition("/")[2]


@dataclass(frozen=True)
class Record:
    """One event. `edition` is the information date, `number` that of the correction or 0.

    `note` is the text of the correction, or the reason of the withdrawal, by language. The
    event "added" is for a further language or profile of a published text, "reissued" for
    new files of the same text, for a technical reason. `accepted` counts the warnings
    despite which the files were published, by rule; `series` is what they print of the
    settings of the series.
    """

    event: str
    edition: str
    number: int
    day: date
    note: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, PublishedText] = field(default_factory=dict)
    files: tuple[FrozenFile, ...] = ()
    toolchain: str = ""
    digest: str = ""
    accepted: Mapping[str, int] = field(default_factory=dict)
    series: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Publication:
    """An edition or correction as it was published: texts by language, files by name.

    `series` is what the files print of the settings of the series.
    """

    number: int
    first_day: date
    texts: Mapping[str, PublishedText]
    files: Mapping[str, FrozenFile]
    withdrawn: Record | None
    series: Mapping[str, str]


@dataclass(frozen=True)
class Ledger:
    """The records of a brief; and the first error in them, after which none is trusted."""

    slug: str
    text: str = ""
    records: tuple[Record, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def head(self) -> str:
        """The digest of the last record, which stands for all; "-" if there is none."""
        return self.records[-1].digest if self.records else "-"

    def of_edition(self, edition: str) -> tuple[Record, ...]:
        """Return the records of an edition, in order."""
        return tuple(record for record in self.records if record.edition == edition)

    def numbers(self, edition: str) -> tuple[int, ...]:
        """List the corrections of an edition that have files; 0 is the edition itself."""
        records = self.of_edition(edition)
        return tuple(sorted({record.number for record in records if record.files}))

    def publication(self, edition: str, number: int | None = None) -> Publication | None:
        """Return an edition as it was published last, or its correction `number`.

        None if there are no files.
        """
        records, numbers = self.of_edition(edition), self.numbers(edition)
        if not numbers:
            return None
        number = numbers[-1] if number is None else number
        newest = [record for record in records if record.number == number]
        return Publication(
            number,
            next(record.day for record in records if record.files),
            {code: text for record in newest for code, text in record.texts.items()},
            {file.file_name: file for record in newest for file in record.files},
            next((record for record in records if record.event == "withdrawn"), None),
            reduce(_with_series, newest, {}),
        )

    def appended(self, record: Record) -> "Ledger":
        """Return the ledger with one more record."""
        lines = [
            f"- record: {len(self.records) + 1}",
            f"  previous: {json.dumps(self.head)}",
            f"  event: {record.event}",
            f'  edition: "{record.edition}"',
            f"  number: {record.number}",
            f"  day: {record.day}",
            *_lines_of("note", {c: quoted(text) for c, text in record.note.items()}),
            *_lines_of(
                "words", {c: f"{w.sha256} {w.code}" for c, w in record.texts.items()}
            ),
            *_lines_of("files", {f.name: f"{f.sha256} {f.bytes}" for f in record.files}),
            *_lines_of("accepted", {r: str(n) for r, n in record.accepted.items()}),
            *_lines_of("series", {k: quoted(text) for k, text in record.series.items()}),
            f"  toolchain: {quoted(record.toolchain)}",
        ]
        text = "\n".join([*lines, ""])
        digest = sha256(text.encode()).hexdigest()
        records = (*self.records, replace(record, digest=digest))
        text = f"{self.text or HEADER}{text}  digest: {digest}\n"
        return replace(self, text=text, records=records)


def read_ledgers(project: Project) -> tuple[Ledger, ...]:
    """Read the ledgers of all briefs, also of briefs whose editions were deleted."""
    files = sorted(project.content.glob(f"*/{PUBLISHED}/ledger.yaml"))
    return tuple(read_ledger(project, file.parents[1].name) for file in files)


def read_ledger(project: Project, slug: str) -> Ledger:
    """Read the ledger of a brief; an empty one if nothing was published."""
    name = ledger_name(slug)
    path = project.root / name
    project.on_read(name)
    if not path.exists() and not path.is_symlink():
        return Ledger(slug)
    file = project.find_content(name.removeprefix("content/"))
    reason = "it is not a file inside content/"
    try:
        if file and file.stat().st_size <= _MAX_BYTES:
            text = project.read(name, file).decode()
            # git writes other line ends on Windows.
            return parse_ledger(slug, text.replace("\r\n", "\n"))
        reason = "it is too large" if file else reason
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    except UnicodeDecodeError:
        reason = "it is not UTF-8 text"
    message = f"the ledger cannot be read: {reason}"
    return Ledger(slug, problems=(_problem_at(name, 0, message),))


def parse_ledger(slug: str, text: str) -> Ledger:
    """Read the text of a ledger up to the first fault."""
    name = ledger_name(slug)
    if conflict := _CONFLICT.search(text):
        line = text.count("\n", 0, conflict.start()) + 1
        message = "two branches published this brief, and git could not merge them"
        hint = "keep the records and files of one branch, as in git checkout --ours "
        hint += f"content/{slug}/{PUBLISHED}; then publish again what the other published"
        problem = Problem(Rule.LEDGER, Place(name, line, 1), message, hint)
        return Ledger(slug, text, problems=(problem,))
    header, *blocks = _RECORD.split(text)
    ledger, line = Ledger(slug, text), 1
    try:
        if header != HEADER:
            raise ValueError("its first lines were changed")
        line += header.count("\n")
        for number, block in enumerate(blocks, 1):
            record = _parse_record(block, number, ledger.head)
            ledger = replace(ledger, records=(*ledger.records, record))
            line += block.count("\n")
    except ValueError as error:
        problem = _problem_at(name, line, f"the ledger was damaged: {error}")
        return replace(ledger, problems=(problem,))
    return ledger


def _parse_record(block: str, number: int, previous: str) -> Record:
    """Read one record. Raises ValueError with what is wrong."""
    body, mark, digest = block.rpartition("  digest: ")
    if not mark or not block.endswith("\n"):
        raise ValueError(f"record {number} is cut off")
    if sha256(body.encode()).hexdigest() != digest.rstrip("\n"):
        raise ValueError(f"record {number} was changed")
    fields: dict[str, str] = {}
    parts: dict[str, dict[str, str]] = {}
    key = ""
    for line in body.removeprefix("- ").splitlines():
        if line.startswith("    "):
            split = str.partition if key in _TEXT_KEYS else str.rpartition
            name, _, value = split(line[4:], ": ")
            parts.setdefault(key, {})[name] = value
        else:
            key, _, value = line.strip().partition(":")
            fields[key] = value.strip()
    try:
        if fields["record"] != str(number) or json.loads(fields["previous"]) != previous:
            raise ValueError(f"record {number} does not follow the one before it")
        return _make_record(fields, parts, digest.rstrip("\n"))
    except (KeyError, TypeError) as error:
        raise ValueError(f"record {number} has no {error}") from None
    except RecursionError:
        raise ValueError(f"record {number} is nested too deeply") from None


def _make_record(
    fields: Mapping[str, str], parts: Mapping[str, Mapping[str, str]], digest: str
) -> Record:
    event = fields["event"]
    edition = str(InformationDate.parse(fields["edition"].strip('"')))
    if event not in EVENTS:
        raise ValueError(f'there is no event "{event}"')
    note, series = (
        {name: json.loads(text) for name, text in parts.get(key, {}).items()}
        for key in _TEXT_KEYS
    )
    if not all(isinstance(text, str) for text in (*note.values(), *series.values())):
        raise ValueError("a value is not text")
    texts = {c: PublishedText(*_split_hash(v)) for c, v in parts.get("words", {}).items()}
    files = tuple(_frozen_files(parts.get("files", {})))
    if not all(map(_LANGUAGE.fullmatch, (*note, *texts))) or int(fields["number"]) < 0:
        raise ValueError("a language or a number is not valid")
    return Record(
        event,
        edition,
        int(fields["number"]),
        date.fromisoformat(fields["day"]),
        note,
        texts,
        files,
        str(json.loads(fields["toolchain"])),
        digest,
        {rule: int(number) for rule, number in parts.get("accepted", {}).items()},
        series,
    )


def _with_series(series: Mapping[str, str], record: Record) -> Mapping[str, str]:
    """Add the series settings of a record; only reissued files replace earlier ones."""
    is_reissued = record.event == "reissued"
    return {**series, **record.series} if is_reissued else {**record.series, **series}


def _frozen_files(files: Mapping[str, str]) -> Iterator[FrozenFile]:
    for name, value in files.items():
        hashed, size = _split_hash(value)
        if not _FILE.fullmatch(name):
            raise ValueError(f'"{name}" is not the name of a frozen file')
        yield FrozenFile(name, hashed, int(size))


def _split_hash(value: str) -> tuple[str, str]:
    hashed, _, second = value.partition(" ")
    if not _HASH.fullmatch(hashed):
        raise ValueError("a hash is not a SHA-256 hash")
    return hashed, second


def _lines_of(key: str, values: Mapping[str, str]) -> list[str]:
    return [f"  {key}:", *(f"    {k}: {v}" for k, v in values.items())] if values else []


def _problem_at(name: str, line: int, message: str) -> Problem:
    place = Place(name, line, 1) if line else Place(name)
    return Problem(Rule.LEDGER, place, message, _HINT.format(name=name))
