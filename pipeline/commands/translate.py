"""Export texts for a translator, and import the translations: `briefs translate`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from babel.core import get_global

from pipeline.commands.translated_edition import (
    TranslatedEdition,
    open_translation,
    require_same_paragraphs,
)
from pipeline.content.discovery import find_editions
from pipeline.content.loader import load_series
from pipeline.content.read_file import read_bytes
from pipeline.content.segments import Segment, segments_of
from pipeline.content.translation_record import make_record, write_record
from pipeline.content.yaml_source import read_yaml
from pipeline.exchange.merge import MergedTexts, merge_units
from pipeline.exchange.po import read_po_file, write_po_text
from pipeline.exchange.unit import (
    MAX_BYTES,
    ReturnedFile,
    TranslationSubject,
    Unit,
    UnitState,
    file_error,
)
from pipeline.exchange.units import units_of
from pipeline.exchange.write_back import WrittenFile, write_back
from pipeline.exchange.xliff import read_xliff, write_xliff, write_xliff2
from pipeline.exchange.xml_tree import read_xml
from pipeline.model.dates import InformationDate
from pipeline.problems import PipelineError, Place, Problem, Rule, is_blocking
from pipeline.project import Project
from pipeline.state.atomic_write import atomic_write

Writer = Callable[[TranslationSubject, Sequence[Unit]], str]
# The formats: how each is written, and the extension of its files.
FORMATS: dict[str, tuple[Writer, str]] = {
    "xliff": (write_xliff, "xlf"),
    "xliff2": (write_xliff2, "xlf"),
    "po": (write_po_text, "po"),
}
_XML_STARTS = (b"<", b"\xff\xfe<", b"\xfe\xff\x00<")


@dataclass(frozen=True)
class ExportedFile:
    """A file for a translator, and the number of its texts in each state."""

    name: str
    data: bytes
    counts: dict[UnitState, int]


@dataclass(frozen=True)
class Acceptance:
    """How many texts of a file were recorded, and how many are copies of the original."""

    name: str
    count: int
    original: str
    copied: int


@dataclass(frozen=True)
class ImportResult:
    """The result of an import. Nothing is written if a problem blocks it."""

    name: str
    changed: int = 0
    untranslated: int = 0
    problems: tuple[Problem, ...] = ()


def export_texts(
    project: Project, slug: str, dated: InformationDate | None, language: str, format: str
) -> ExportedFile:
    """Write the texts of an edition, by default the newest one, for a translator.

    Raises PipelineError if a file has an error, or the series has not this language.
    """
    opened = open_translation(project, slug, dated, language)
    units = tuple(units_of(opened.pairing, opened.languages, opened.terms))
    write, extension = FORMATS[format]
    text = write(TranslationSubject(opened.original_name, *opened.languages), units)
    counts = {state: sum(unit.state is state for unit in units) for state in UnitState}
    name = f"{slug}_{opened.folder.information_date}_{language}.{extension}"
    return ExportedFile(name, text.encode(), counts)


def accept_translation(
    project: Project, slug: str, dated: InformationDate | None, language: str
) -> Acceptance:
    """Record that a translation is up to date. Raises PipelineError if it lacks a part."""
    opened = open_translation(project, slug, dated, language)
    place = Place(opened.name)
    hint = f"translate it first: briefs translate {slug} --to {language}"
    if opened.translation is None:
        message = f"there is no text in {language} to accept"
        raise PipelineError(Problem(Rule.MISSING_FILE, place, message, hint))
    if opened.translation.added:
        first = opened.original.source.place(opened.translation.added[0])
        message = f"the translation lacks a part: {opened.languages[0]}.yaml:{first.line}"
        raise PipelineError(Problem(Rule.TRANSLATION_MISMATCH, place, message, hint))
    translated = segments_of(opened.translation.source)
    by_key = {segment.key: segment for segment in translated}
    originals = [entry.original for entry in opened.pairing.translations]
    require_same_paragraphs(originals, translated)
    pairs = [(text, by_key[text.key]) for text in originals if text.key in by_key]
    _write_record(project, opened, translated, pairs)
    same = [original for original, text in pairs if original.pieces == text.pieces]
    copied = sum(segment.has_words for segment in same)
    return Acceptance(opened.name, len(pairs), f"{opened.languages[0]}.yaml", copied)


def import_texts(
    project: Project, path: Path, *, despite_warnings: bool = False
) -> ImportResult:
    """Import the translations from a translator's file, unless it has an error.

    Raises PipelineError if the file cannot be read, or is not about a brief.
    """
    returned = _in_languages_of_series(project, read_returned(path))
    opened = _open_named(project, returned, str(path))
    merged = merge_units(str(path), returned, opened.pairing, opened.terms)
    problems = tuple(merged.problems)
    if any(is_blocking(p, strict=not despite_warnings) for p in problems):
        return ImportResult(opened.name, problems=problems)
    before = opened.translation or opened.original
    source = opened.translation.source if opened.translation else None
    parts = before.data, opened.original.source, source, opened.pairing, merged.texts
    written = write_back(opened.name, *parts)
    if written.refused:
        message = "the translation of this text cannot be written without changing another "
        message, hint = f"{message}one", "write this text into the file by hand"
        places = map(before.source.place, written.refused)
        refused = (Problem(Rule.RETURNED_TEXT, place, message, hint) for place in places)
        return ImportResult(opened.name, problems=(*problems, *refused))
    _write_texts(project, opened, written.data)
    _record_import(project, opened, merged, written)
    return ImportResult(opened.name, len(merged.texts), merged.untranslated, problems)


def _write_texts(project: Project, opened: TranslatedEdition, data: bytes) -> None:
    """Write the file of the language, unless it changed since it was read."""
    path, before = project.root / opened.name, opened.translation
    on_disk = read_bytes(project, path) if path.exists() else None
    if on_disk != (before.on_disk if before else None):
        message = "the file was changed while the translation was read"
        problem = Problem(Rule.WRITE_FAILED, Place(opened.name), message, "run it again")
        raise PipelineError(problem)
    if data != on_disk:
        mode = path.stat().st_mode & 0o777 if before else 0o644
        atomic_write(path, data, opened.name, mode=mode)


def _record_import(
    project: Project, opened: TranslatedEdition, merged: MergedTexts, written: WrittenFile
) -> None:
    """Record which texts are translated. If the process is killed before, import again."""
    source, problems = read_yaml(opened.name, written.data)
    if source is None:
        raise PipelineError(*problems)
    translated = segments_of(source)
    by_key = {segment.key: segment for segment in translated}
    pairs = []
    for entry in opened.pairing.translations:
        key = entry.original.key
        is_current = entry.is_current and key not in merged.texts
        if (is_current or key in merged.confirmed) and written.keys[key] in by_key:
            pairs.append((entry.original, by_key[written.keys[key]]))
    _write_record(project, opened, translated, pairs)


def _write_record(
    project: Project,
    opened: TranslatedEdition,
    translated: Sequence[Segment],
    pairs: Sequence[tuple[Segment, Segment]],
) -> None:
    data = write_record(opened.languages[1], make_record(translated, pairs))
    path, name = project.root / opened.record_name, opened.record_name
    if not path.is_file() or path.read_bytes() != data:
        atomic_write(path, data, name)


def read_returned(path: Path) -> ReturnedFile:
    """Read a file of any of the formats. Raises PipelineError."""
    name, hint = str(path), "name the file that the translator sent"
    try:
        if not path.is_file():
            raise file_error(name, 0, "this is not a file", hint)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise file_error(name, 0, f"the file cannot be read: {reason}", hint) from None
    if len(data) > MAX_BYTES:
        raise file_error(
            name, 0, "the file is larger than 8 MiB", "ask for it without extras"
        )
    return parse_returned(name, data)


def parse_returned(name: str, data: bytes) -> ReturnedFile:
    """Read the bytes of such a file, called `name` in messages. Raises PipelineError."""
    if not data[:200].removeprefix(b"\xef\xbb\xbf").lstrip().startswith(_XML_STARTS):
        return read_po_file(name, data)
    return read_xliff(name, read_xml(name, data))


def _in_languages_of_series(project: Project, returned: ReturnedFile) -> ReturnedFile:
    """Remove the country codes that tools add: fr-CH becomes fr, but zh-TW stays."""
    series, _ = load_series(project, ())
    listed = series.languages if series else []
    subject = returned.subject
    languages = (
        language if language in listed or not _is_written_alike(language) else base
        for language in (subject.original_language, subject.language)
        for base in [language.partition("-")[0]]
    )
    return replace(returned, subject=TranslationSubject(subject.name, *languages))


def _is_written_alike(language: str) -> bool:
    """Whether a code has only a country, where the language has its usual script."""
    base, _, country = language.partition("-")
    likely = get_global("likely_subtags")
    usual_tag = str(likely.get(base, "__"))
    country_tag = str(likely.get(f"{base}_{country}", usual_tag))
    return len(country) == 2 and country_tag.split("_")[1] == usual_tag.split("_")[1] != ""


def _open_named(project: Project, returned: ReturnedFile, file: str) -> TranslatedEdition:
    subject = returned.subject
    folder_path, _, original = subject.name.removeprefix("content/").rpartition("/")
    folders, _ = find_editions(project)
    folder = next((f for f in folders if f.name == f"content/{folder_path}"), None)
    if folder is None:
        message = f'the file is about "{subject.name}", which is not in content/'
        hint = "change to the project of the brief, or use --project"
        raise file_error(file, 1, message, hint)
    opened = open_translation(
        project, folder.slug, folder.information_date, subject.language
    )
    default = opened.languages[0]
    if (original, subject.original_language) != (f"{default}.yaml", default):
        message = f'the file translates "{original}"; the series begins with {default}.yaml'
        if original == f"{default}.yaml":
            stated = subject.original_language
            message = f'the file says that {original} is in "{stated}", not "{default}"'
        raise file_error(file, 1, message, "export the brief again")
    return opened
