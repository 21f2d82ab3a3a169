"""Replace the references that are fields, or in files, by texts.

A field is never Markdown. A file contributes its cited entries, in the order in which the
original cites them: so all languages give a work the same number. An entry is written in
the language of its work, with the strings of that language.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from pipeline.content.bibliography import Work, read_bibliography
from pipeline.content.read_file import read_bytes
from pipeline.content.reference_style import write_reference
from pipeline.content.validate.files import named_file_issue
from pipeline.content.yaml_source import Source, Value
from pipeline.design.strings import has_strings, read_strings
from pipeline.model.fields import FieldPath, Line
from pipeline.model.references import Reference
from pipeline.model.schema import LanguageVersion, Series
from pipeline.model.scripts import language_of, script_name, script_of
from pipeline.problems import PipelineError, Problem, Rule
from pipeline.project import Project

# The fields of an entry that is typed as a text.
_TEXT_ENTRY_KEYS = frozenset({"id", "text", "url"})
# Writes a work as Markdown in a language, by a citation style.
EntryWriter = Callable[[Reference, str], str]


@dataclass(frozen=True)
class CitedFiles:
    """The entries of the files that a list of references names, by file and by id.

    It `is_complete` if all files could be read and no id is in two of them.
    """

    files: Mapping[str, Mapping[str, Work]]
    is_complete: bool

    @property
    def ids(self) -> list[str]:
        """The ids of all entries."""
        return [id for works in self.files.values() for id in works]


def read_files(
    source: Source, project: Project, folder: str
) -> tuple[CitedFiles, list[Problem]]:
    """Read the files of references beside the text, or else in `content/`."""
    files: dict[str, Mapping[str, Work]] = {}
    problems: list[Problem] = []
    for path, name in _file_names(source.value):
        is_shared = PurePosixPath(name).name == name and bool(project.find_content(name))
        issue = named_file_issue(project, folder, name)
        if issue and not is_shared:
            if issue.rule is not Rule.OUTSIDE_PROJECT:
                hint = "put it there; or into content/, for all briefs"
                issue = replace(issue, rule=Rule.BIBLIOGRAPHY, hint=hint)
            problems.append(issue.problem(source.place(path)))
            continue
        location = name if issue else f"{folder}/{name}"
        try:
            data = read_bytes(project, project.content_path(location))
            works = read_bibliography(f"content/{location}", data)
        except PipelineError as error:
            problems += error.problems
            continue
        for id in works.keys() & {id for others in files.values() for id in others}:
            message = f'"{id}" is in two files of references'
            hint = "delete it from one of them"
            problems.append(Problem(Rule.DUPLICATE_ID, works[id].place, message, hint))
        files[name] = works
    return CitedFiles(files, is_complete=not problems), problems


def check_works(works: CitedFiles, cited: Sequence[str]) -> Iterator[Problem]:
    """Report doubtful values in the entries that are cited."""
    for entries in works.files.values():
        for id in dict.fromkeys(id for id in cited if id in entries):
            yield from entries[id].doubtful_values()


def _file_names(value: Value) -> Iterator[tuple[FieldPath, str]]:
    """Find the names of files in a list of references, as it was typed."""
    typed = value.get("references") if isinstance(value, dict) else None
    items = typed if isinstance(typed, list) else [typed]
    for number, item in enumerate(items):
        path: FieldPath = ("references", number) if item is not typed else ("references",)
        if isinstance(item, str):
            yield path, item
        elif isinstance(item, dict) and isinstance(name := item.get("file"), str):
            yield (*path, "file"), name


def check_entries(version: LanguageVersion, source: Source) -> Iterator[Problem]:
    """Check that each entry is a text, fields with a title, or the name of a file."""
    for number, entry in enumerate(version.references):
        path = ("references", number)
        typed = sorted(entry.model_fields_set)
        place = source.key_place(path)
        if not entry.id and not entry.file:
            message = f'"id" is missing in references, item {number + 1}'
            yield Problem(Rule.MISSING_KEY, place, message, "add a line: id: …")
        if not (entry.text or entry.title or entry.file):
            message = f'"text" is missing in references, item {number + 1}'
            hint = "write the entry as it is printed; or give its title, author and issued"
            yield Problem(Rule.MISSING_KEY, place, message, hint)
        kind = "file" if entry.file else "text" if entry.text else ""
        allowed = {"file"} if entry.file else _TEXT_ENTRY_KEYS
        for name in (name for name in typed if kind and name not in allowed):
            message = f'"{name}" beside "{kind}" has no effect'
            hint = f'delete it, or delete "{kind}" and give title, author and issued'
            if kind == "file":
                hint = "give the file an item of its own, or correct the entry in the file"
            named = source.key_place((*path, name))
            yield Problem(Rule.REFERENCE_FIELDS, named, message, hint)


def typed_references(
    version: LanguageVersion, files: CitedFiles, cited: Sequence[str]
) -> tuple[Reference, ...]:
    """Return the entries as they are typed, here and in files. Raises PipelineError.

    `cited` are ids in the order in which they are cited.
    """
    entries: list[Reference] = []
    problems: list[Problem] = []
    for entry in version.references:
        works = files.files.get(entry.file or "", {})
        chosen = [entry] if not entry.file else []
        for id in (id for id in dict.fromkeys(cited) if id in works):
            try:
                chosen.append(works[id].reference(id))
            except PipelineError as error:
                problems += error.problems
        entries += chosen
    if problems:
        raise PipelineError(*problems)
    return tuple(entries)


def write_references(
    version: LanguageVersion,
    entries: tuple[Reference, ...],
    project: Project,
    series: Series,
    language: str,
) -> LanguageVersion:
    """Return the version with texts for all entries. Raises PipelineError."""
    if all(entry.text for entry in entries):
        return version.model_copy(update={"references": entries})
    write = reference_writer(project, series, language)
    languages = language, series.default_language
    written = tuple(
        entry if entry.text else _write_entry(entry, write, version.title, *languages)
        for entry in entries
    )
    return version.model_copy(update={"references": written})


def _write_entry(
    work: Reference, write: EntryWriter, title: str, language: str, default_language: str
) -> Reference:
    """Write a work in its language, which is marked if it is not that of the brief."""
    lang = work.language or _guess_lang(str(work.title), title, language, default_language)
    text = write(work, lang)
    is_linked = f"](<{work.address}>)" in text
    text = text if lang == language else f"[{text}]{{lang={lang}}}"
    return Reference(id=work.id, text=Line(text), url=None if is_linked else work.address)


def _guess_lang(title: str, brief_title: str, language: str, default_language: str) -> str:
    """Guess the language of a title that is in another script than that of the brief."""
    letter, of_brief = (
        next((letter for letter in text if letter.isalpha()), "a")
        for text in (title, brief_title)
    )
    if script_name(letter) == script_name(of_brief):
        return language
    if script_name(letter) == "LATIN" and not script_of(default_language).unicode:
        return default_language
    return language_of(letter) or language


def reference_writer(project: Project, series: Series, language: str) -> EntryWriter:
    """Return a function that writes works in the style of the series.

    For a language without strings, those of `language` are used. Raises PipelineError if
    the style is unusable.
    """
    if style := series.citation_style:
        from pipeline.content.citation_style import style_writer  # few series have one

        data = read_bytes(project, project.content_path(style))
        return style_writer(f"content/{style}", data)

    def write(work: Reference, lang: str) -> str:
        codes = lang, lang.partition("-")[0]
        strings_in = next((code for code in codes if has_strings(project, code)), language)
        return write_reference(work, read_strings(project, strings_in), lang)

    return write
