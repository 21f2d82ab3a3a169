"""Find the changes in the text of an edition since it was published.

The published text is attached to the frozen PDF, as YAML and CSV.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from io import BytesIO

from pipeline.content.attached_yaml import export_charts, export_csv, export_yaml
from pipeline.content.discovery import EditionFolder
from pipeline.content.read_file import read_bytes
from pipeline.content.yaml_source import Source, read_yaml
from pipeline.model.fields import FieldPath
from pipeline.model.schema import Edition, Figure
from pipeline.model.walk import parts_in
from pipeline.problems import PipelineError, Place
from pipeline.project import Project

# How many changes of one file are listed, and the number of words before and after one.
_MAX_LISTED, _CONTEXT_WORDS = 10, 3
# Facts that are not printed may be changed.
_NOT_PRINTED = frozenset({"review_after", "subjects", "embargo_until", "withdrawn"})

Change = tuple[Place, str]


def find_text_changes(
    project: Project,
    folder: EditionFolder,
    edition: Edition,
    language: str,
    frozen_files: Sequence[str],
) -> list[Change]:
    """Describe the keys and data files that differ from the text in `frozen_files`."""
    attached = read_attachments(project, frozen_files)
    if not attached:
        return []
    changes: list[Change] = []
    version = edition.versions[language]
    for name, value in ((language, version), ("edition", edition.facts)):
        old = _texts_by_path(find_attachment(attached, f"_{name}.yaml"))
        new, file = _texts_by_path(export_yaml(value)), f"{folder.name}/{name}.yaml"
        source = _read_source(project, folder, file)
        differences = [
            (path, message)
            for path, message in _describe_differences(old, new)
            if path[:1] and path[0] not in _NOT_PRINTED
        ]
        # A reference that is typed as fields changes with the citation style: listed alone.
        typed = [d for d in differences if not _is_from_fields(edition, language, d[0])]
        located = [(source.place(path), message) for path, message in typed or differences]
        changes += located[:_MAX_LISTED]
        if len(located) > _MAX_LISTED:
            changes.append((Place(file), f"{len(located) - _MAX_LISTED} more keys differ"))
    source = _read_source(project, folder, f"{folder.name}/{language}.yaml")
    paths = (path for path, _ in parts_in(version, Figure))
    charts = zip(paths, export_charts(version, edition.data), strict=True)
    for number, (path, (figure, rows)) in enumerate(charts, 1):
        new_csv = export_csv(rows)
        old_csv = find_attachment(attached, f"_figure-{number}.csv", new_csv)
        if figure.data.file and old_csv != new_csv:
            text = f"{figure.data.file}, {_first_changed_line(old_csv, new_csv)}"
            changes.append((source.place((*path, "data")), text))
    return changes


def _is_from_fields(edition: Edition, language: str, path: FieldPath) -> bool:
    """Whether a text is that of a reference which is typed as fields."""
    entries = edition.typed_references[language]
    match path:
        case ("references", int(number), *_) if number < len(entries):
            return not entries[number].text
    return False


def read_attachments(project: Project, files: Iterable[str]) -> Mapping[str, bytes]:
    """Read what is attached to the first of some frozen files that has attachments."""
    import pikepdf

    for name in files:
        path = project.find_content(name.removeprefix("content/"))
        with suppress(OSError, pikepdf.PdfError, ValueError):
            if path:
                with pikepdf.open(BytesIO(path.read_bytes())) as pdf:
                    specs = pdf.attachments.items()
                    if attached := {n: spec.get_file().read_bytes() for n, spec in specs}:
                        return attached
    return {}


def find_attachment(
    attached: Mapping[str, bytes], ending: str, default: bytes = b""
) -> bytes:
    """Return the first attachment whose name has an ending."""
    return next((d for name, d in attached.items() if name.endswith(ending)), default)


def _read_source(project: Project, folder: EditionFolder, file: str) -> Source:
    with suppress(PipelineError):
        path = folder.path / file.rpartition("/")[2]
        if path.exists() and (source := read_yaml(file, read_bytes(project, path))[0]):
            return source
    return Source(file, "", {}, {})


def _texts_by_path(data: bytes) -> Mapping[FieldPath, str]:
    source = read_yaml("", data)[0] if data else None
    values = source.walk() if source else ()
    return {path: " ".join(v.split()) for path, v in values if isinstance(v, str)}


def _describe_differences(
    old: Mapping[FieldPath, str], new: Mapping[FieldPath, str]
) -> Iterator[tuple[FieldPath, str]]:
    for path in dict.fromkeys((*new, *old)):
        before, after = old.get(path), new.get(path)
        key = ".".join(map(str, path))
        if before is None:
            yield path, f"{key}: published without this, now “{_shorten(after or '')}”"
        elif after is None:
            yield path, f"{key}: published as “{_shorten(before)}”, now missing"
        elif before != after:
            old_words, new_words = changed_words(before.split(), after.split())
            yield path, f"{key}: published as “{old_words}”, now “{new_words}”"


def changed_words(old: Sequence[str], new: Sequence[str]) -> tuple[str, str]:
    """Return the old and the new words that differ, with a few before and after them."""
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    start, end = max(0, start - _CONTEXT_WORDS), max(0, end - _CONTEXT_WORDS)
    old_part, new_part = old[start : len(old) - end], new[start : len(new) - end]
    return _shorten(" ".join(old_part)), _shorten(" ".join(new_part))


def _shorten(text: str, limit: int = 80) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"


def _first_changed_line(old: bytes, new: bytes) -> str:
    before, now = (data.decode("utf-8", "replace").splitlines() for data in (old, new))
    for number, (a, b) in enumerate(zip(before, now, strict=False), 1):
        if a != b:
            return f"line {number}: published as “{_shorten(a)}”, now “{_shorten(b)}”"
    return f"published with {len(before) - 1} rows, now with {len(now) - 1}"
