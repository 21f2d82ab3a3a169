"""Import a Word file, or list its comments and tracked changes: `briefs import`."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.commands.fix import ChangedFile, apply_fix
from pipeline.commands.new import new_files, write_new_folder
from pipeline.content.discovery import EditionFolder, find_editions
from pipeline.content.loader import load_series, require_language
from pipeline.content.read_file import read_bytes
from pipeline.content.scaffold import NewFiles
from pipeline.content.source_map import SourceMap
from pipeline.content.yaml_source import read_yaml
from pipeline.content.yaml_writer import write_yaml
from pipeline.design.strings import read_strings
from pipeline.model.dates import InformationDate
from pipeline.model.fields import FieldPath
from pipeline.model.normalization import slugify
from pipeline.problems import JobFailed, PipelineError, Place, Problem, Rule
from pipeline.project import Project
from pipeline.state.atomic_write import atomic_write
from pipeline.tasks.reading import open_readers
from pipeline.word.names import DIGEST, SOURCE
from pipeline.word.read_word import MAX_BYTES, WordBrief, read_brief, read_metadata
from pipeline.word.review import Remark, read_remarks
from pipeline.word.update import find_changes, update

_SOURCE = re.compile(r"content/([^/]+)/([^/]+)/([A-Za-z0-9-]+)\.yaml")
_LIMIT_HINT = "it is larger than a brief; import a part of it"


@dataclass(frozen=True)
class Destination:
    """The language file that a Word file belongs to.

    `languages` are those of the series; the first is that of the file. `folder` is None for
    a new edition. If it `is_own`, the document was exported from this file; if it
    `is_unchanged`, the file did not change after the export. `guessed` is a message about
    the language, if that was guessed.
    """

    slug: str
    information_date: InformationDate
    languages: Sequence[str]
    folder: EditionFolder | None
    is_own: bool = False
    is_unchanged: bool = False
    guessed: str = ""

    @property
    def language(self) -> str:
        return self.languages[0]

    @property
    def name(self) -> str:
        """The language file, below `content/`."""
        return f"{self.slug}/{self.information_date}/{self.language}.yaml"


@dataclass(frozen=True)
class WordImport:
    """The files of an import: new ones by their paths below `content/`, or a changed one.

    If it `is_added`, the new files are written into an edition that exists. `notes` list
    the guesses and the lost content; `left_out` counts parts that cannot be imported.
    """

    destination: Destination
    notes: Sequence[str]
    left_out: Mapping[str, int]
    files: NewFiles
    is_added: bool = False
    changed: ChangedFile | None = None
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class Proposal:
    """A remark of a reviewer, and its place in the language file."""

    place: Place
    remark: Remark


def read_word(file: Path) -> bytes:
    """Read a Word file. Raises PipelineError if it cannot be read, or is too large."""
    place = Place(str(file))
    try:
        if (size := file.stat().st_size) > MAX_BYTES:
            message = f"the document has {size / 1e6:,.0f} MB"
            message += f"; the limit is {MAX_BYTES / 1e6:,.0f} MB"
            hint = "make its pictures smaller, or delete those that the brief does not show"
            raise PipelineError(Problem(Rule.WORD_FILE, place, message, hint))
        if not file.is_file():
            raise OSError(0, "it is not a file")
        return file.read_bytes()
    except OSError as error:
        message = f"the file cannot be read: {(error.strerror or str(error)).lower()}"
        hint = "check its name and permissions"
        raise PipelineError(Problem(Rule.FILE_UNREADABLE, place, message, hint)) from error


class TypedOptions(NamedTuple):
    """The brief, the date and the language that the user typed, or None for each."""

    slug: str | None = None
    dated: InformationDate | None = None
    language: str | None = None


def find_destination(
    project: Project, file: Path, content: bytes, typed: TypedOptions, year: int
) -> Destination:
    """Find the language file that a Word file is imported into.

    An option that is None is taken from the document, or else from the name of the file,
    the project and the year. Raises PipelineError.
    """
    marked_language, properties = _run_job(file, read_metadata, content)
    series, _ = load_series(project, ())
    languages = series.languages if series else (typed.language or marked_language or "en",)
    exported_from = _SOURCE.fullmatch(properties.get(SOURCE, ""))
    if exported_from and typed.slug in (None, exported_from[1]):
        fields = exported_from.groups()
    else:
        exported_from, fields = None, (slugify(file.stem) or "brief", "", marked_language)
    slug = typed.slug or fields[0]
    folders = find_editions(project)[0] if project.content.is_dir() else ()
    editions = {str(f.information_date): f for f in folders if f.slug == slug}
    latest = max((f.information_date for f in editions.values()), default=None)
    exported = editions[fields[1]].information_date if fields[1] in editions else None
    dated = typed.dated or exported or latest or InformationDate(year)
    language = typed.language or (fields[2] if fields[2] in languages else languages[0])
    if series:
        require_language(series, language)
    ordered = (language, *(code for code in languages if code != language))
    guessed = ""
    if not typed.language and not exported_from and language != marked_language:
        marked = f"; the document is marked as {marked_language}" if marked_language else ""
        guessed = f"the language of the text was taken to be {language}{marked}"
    folder = editions.get(str(dated))
    destination = Destination(slug, dated, ordered, folder, guessed=guessed)
    name, path = f"content/{destination.name}", project.content / destination.name
    if folder and exported_from and exported_from[0] == name and path.is_file():
        digest = sha256(read_bytes(project, path)).hexdigest()
        is_unchanged = digest == properties.get(DIGEST)
        return replace(destination, is_own=True, is_unchanged=is_unchanged)
    return destination


def read_import(
    project: Project, file: Path, content: bytes, destination: Destination
) -> WordImport:
    """Return the files that an import would write; write nothing. Raises PipelineError."""
    brief, base = _read_word_brief(project, file, content, destination, accept=True), None
    if destination.is_own and not destination.is_unchanged:
        base = _read_word_brief(project, file, content, destination, accept=False).values
    notes = (*filter(None, [destination.guessed]), *brief.guessed, *brief.lost)
    imported = WordImport(destination, notes, brief.left_out, {})
    name, path = destination.name, project.content / destination.name
    if destination.folder and path.exists():
        data = read_bytes(project, path)
        updated = update(f"content/{name}", data, brief.values, base)
        before, after = data.decode("utf-8"), updated.data.decode("utf-8")
        changed = ChangedFile(path, f"content/{name}", before, after)
        imported = replace(imported, notes=brief.lost, problems=updated.problems)
        return replace(imported, changed=changed) if before != after else imported
    if destination.folder:
        pictures = _with_free_names(project, destination, brief)
        return replace(imported, files=pictures, is_added=True)
    files = new_files(
        project, destination.slug, destination.information_date, destination.language
    )
    if (project.content / destination.slug).is_dir() and name in files:
        updated = update(f"content/{name}", files[name], brief.values)
        files[name], imported = updated.data, replace(imported, problems=updated.problems)
    else:
        files |= _brief_files(destination, brief)
    return replace(imported, files=dict(sorted(files.items())))


def write_import(project: Project, imported: WordImport) -> list[str]:
    """Write the files of an import; give their names.

    A new edition is written as a whole. In an existing one pictures are written before the
    new language file, so that it never lacks them; after an error they may be alone.
    """
    if imported.changed:
        apply_fix(project, imported.changed)
        return [imported.changed.name]
    if imported.is_added:
        language_file = imported.destination.name
        for name in sorted(imported.files, key=lambda name: name == language_file):
            path = project.content / name
            if path.exists() and path.read_bytes() == imported.files[name]:
                continue
            atomic_write(path, imported.files[name], f"content/{name}")
    elif imported.files:
        write_new_folder(project, imported.files)
    return [f"content/{name}" for name in imported.files]


def list_proposals(
    project: Project, file: Path, content: bytes, destination: Destination
) -> tuple[list[Proposal], list[Problem]]:
    """List the comments and changes of a reviewed document, with their places.

    If the language file is unchanged since the export, changes that were not tracked are
    listed too. Parts that were added or deleted without tracking are problems.
    """
    name = f"content/{destination.name}"
    source_map = SourceMap(project)
    proposals = [
        Proposal(_find_place(source_map, name, remark), remark)
        for remark in _run_job(file, read_remarks, content)
    ]
    if not (destination.is_own and destination.is_unchanged):
        return proposals, []
    source, _ = read_yaml(name, read_bytes(project, project.content / destination.name))
    if source is None:
        return proposals, []
    base = _read_word_brief(project, file, content, destination, accept=False)
    values = dict(source.walk())
    changes, unpaired = find_changes(source, base.values)
    for path, text in changes.items():
        for remark in _untracked_changes(path, str(values[path]), text):
            proposals.append(Proposal(_find_place(source_map, name, remark), remark))
    return proposals, unpaired


def _untracked_changes(path: FieldPath, old: str, new: str) -> Iterator[Remark]:
    """List the words of a text that were changed without being tracked."""
    before, after = old.split(), new.split()
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind != "equal":
            words_before = " ".join(before[max(a - 4, 0) : a]) + " " * (a > 0)
            words = " ".join(before[a:b]), " ".join(after[c:d])
            yield Remark("untracked", path, old, "", "", *words, before=words_before)


def _find_place(source_map: SourceMap, name: str, remark: Remark) -> Place:
    """Find the place of the words of a remark, in the text that a bookmark names.

    Without a bookmark of this program, the file is searched for the words of the remark,
    then for each three successive words of the paragraph.
    """
    keys = ".".join(map(str, remark.path))
    near = f"{remark.before}{remark.old}"
    if not keys:
        words = remark.paragraph.split()
        phrases = [" ".join(words[n : n + 3]) for n in range(max(len(words) - 2, 1))]
        places = (source_map.find(name, phrase) for phrase in (near, *phrases) if phrase)
        return next((place for place in places if place.line), Place(name))
    for text in (near, remark.paragraph):
        if match := source_map.find_text(name, text, keys):
            return match.place
    return source_map.find(name, "", keys)


def _run_job(file: Path, function: Callable[..., Any], content: bytes, *args: Any) -> Any:
    """Run a job on a Word file in a process with limits."""
    with open_readers(1) as executor:
        try:
            return executor.result(
                executor.submit_local(function, str(file), content, *args)
            )
        except JobFailed as error:
            message = f"the document could not be read: {error}"
            problem = Problem(Rule.RESOURCE_LIMIT, Place(str(file)), message, _LIMIT_HINT)
            raise PipelineError(problem) from error


def _read_word_brief(
    project: Project, file: Path, content: bytes, destination: Destination, *, accept: bool
) -> WordBrief:
    labels = read_strings(project, destination.language)
    arguments = tuple(destination.languages), dict(labels), accept
    brief: WordBrief = _run_job(file, read_brief, content, *arguments)
    return brief


def _brief_files(destination: Destination, brief: WordBrief) -> NewFiles:
    folder = destination.name.rpartition("/")[0]
    pictures = {f"{folder}/{name}": data for name, data in brief.pictures.items()}
    return {**pictures, destination.name: write_yaml(brief.values).encode()}


def _with_free_names(
    project: Project, destination: Destination, brief: WordBrief
) -> NewFiles:
    """Rename pictures whose name another file of the edition has."""
    folder = project.content / destination.name.rpartition("/")[0]
    names: dict[str, str] = {}
    for name, data in brief.pictures.items():
        stem, _, extension = name.rpartition(".")
        count, free = 1, name
        while (folder / free).exists() and (folder / free).read_bytes() != data:
            count += 1
            free = f"{stem}-{destination.language}{count if count > 2 else ''}.{extension}"
        names[name] = free
    for section in brief.values["sections"]:
        for block in section["blocks"]:
            if "picture" in block:
                block["picture"]["file"] = names[block["picture"]["file"]]
    pictures = {names[name]: data for name, data in brief.pictures.items()}
    return _brief_files(destination, replace(brief, pictures=pictures))
