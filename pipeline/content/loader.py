"""Turn the YAML and data files of authors into checked values.

Every file is read even when another has errors; a syntax error hides the rest of its own
file only. A language file with an error is left out of `Edition.versions`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pipeline.content.data_files import DataFile, DataKey, is_workbook, read_data
from pipeline.content.discovery import SERIES, EditionFolder
from pipeline.content.inline_data import inline_data
from pipeline.content.read_file import read_bytes, read_model
from pipeline.content.references import (
    EntryWriter,
    check_entries,
    entry_writer,
    read_files,
    typed_references,
    write_references,
)
from pipeline.content.translation_record import read_record, record_name
from pipeline.content.validate.blocks import check_blocks
from pipeline.content.validate.brand import check_brand
from pipeline.content.validate.chart_claims import check_claims
from pipeline.content.validate.charts import check_charts
from pipeline.content.validate.cover import check_cover, check_cover_text
from pipeline.content.validate.diagrams import check_diagrams
from pipeline.content.validate.files import named_file_issue
from pipeline.content.validate.images import CheckedPictures, check_pictures
from pipeline.content.validate.lifecycle import check_days, check_starter_text
from pipeline.content.validate.outdated import check_outdated
from pipeline.content.validate.parity import check_translation
from pipeline.content.validate.references import check_references, cited_ids
from pipeline.content.validate.translations import check_facts, check_series
from pipeline.content.yaml_source import Source
from pipeline.design.strings import missing_strings
from pipeline.model.brand import Brand
from pipeline.model.references import Reference
from pipeline.model.schema import (
    Edition,
    EditionFacts,
    Figure,
    LanguageVersion,
    Series,
    Table,
)
from pipeline.model.walk import parts_in
from pipeline.problems import (
    PipelineError,
    Place,
    Problem,
    Rule,
    is_blocking,
    sort_and_dedupe,
)
from pipeline.project import BRAND_OF_DESIGN, Project, ReadLog


@dataclass(frozen=True)
class LoadedPart:
    """The files that one part of the content was read from, and their problems."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class LoadedContent:
    """The series, the brand and the editions; what has an error is None or left out.

    `parts` has one entry for the series with the brand (key `SERIES`), and one for each
    edition (key: the name of its folder).
    """

    series: Series | None
    brand: Brand | None
    editions: tuple[Edition, ...]
    parts: Mapping[str, LoadedPart]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return sort_and_dedupe(p for part in self.parts.values() for p in part.problems)


def read_series_settings(
    project: Project, used_languages: Collection[str]
) -> LoadedContent:
    """Read the series and the brand; `used_languages` are those of all editions."""
    tracked, reads = project.tracking_reads()
    series, problems = load_series(tracked, used_languages)
    if series and series.citation_style and tracked.find_content(series.citation_style):
        try:
            _entry_writer(tracked, series, series.default_language)
        except PipelineError as error:
            series, problems = None, [*problems, *error.problems]
    brand, brand_problems = load_brand(tracked)
    part = _loaded_part(reads, problems + brand_problems)
    return LoadedContent(series, brand, (), {SERIES: part})


def read_edition(
    project: Project,
    folder: EditionFolder,
    series: Series,
    *,
    first_edition: bool,
    language: str = "",
) -> tuple[Edition | None, LoadedPart]:
    """Read one edition, and record the files that it was read from.

    With a `language` only that text is read, and the original.
    """
    tracked, reads = project.tracking_reads()
    for listed in (f"content/{folder.slug}/", f"{folder.name}/"):
        tracked.on_read(listed)
    edition, problems = load_edition(
        tracked, folder, series, first_edition=first_edition, only=language
    )
    return edition, _loaded_part(reads, problems)


def _loaded_part(reads: ReadLog, problems: Iterable[Problem]) -> LoadedPart:
    return LoadedPart(tuple(dict.fromkeys(name for name, _ in reads)), tuple(problems))


def load_series(
    project: Project, used_languages: Collection[str]
) -> tuple[Series | None, list[Problem]]:
    """Read `content/series.yaml`. `used_languages` are those that editions exist in."""
    path = project.content / "series.yaml"
    if not path.exists():
        message = "the file with the settings of the series is missing"
        hint = 'write the file; "briefs new" creates one to start from'
        return None, [Problem(Rule.MISSING_FILE, Place(SERIES), message, hint)]
    source, series, problems = read_model(project, path, Series)
    if source and series:
        style = series.citation_style
        if style and not project.find_content(style):
            place, hint = source.place(("citation_style",)), "put the file into content/"
            message = f'there is no file "{style}" in content/'
            problems.append(Problem(Rule.CITATION_STYLE, place, message, hint))
        used = [code for code in series.languages if code in used_languages]
        problems += check_series(series, source, used)
        problems += missing_strings(project, used)
    return series, problems


def load_brand(project: Project) -> tuple[Brand | None, list[Problem]]:
    """Read the brand of the series, or that of the design; None when it has an error."""
    path: Path | None = project.root / (name := project.brand_name())
    if name == BRAND_OF_DESIGN:
        path = project.find_style(Path(name).name)
    if path is None:
        hint = "reinstall the program, which includes a brand file"
        message = "the brand file is missing"
        return None, [Problem(Rule.MISSING_FILE, Place(name), message, hint)]
    check = partial(check_brand, project=project)
    _, brand, problems = read_model(project, path, Brand, check)
    return brand, problems


def load_edition(
    project: Project,
    folder: EditionFolder,
    series: Series,
    *,
    first_edition: bool,
    only: str = "",
) -> tuple[Edition | None, list[Problem]]:
    """Read one edition, or `only` one language of it and the original.

    It is None when `edition.yaml` has an error.
    """
    problems = list(_check_languages(folder, series))
    languages = tuple(c for c in series.languages if c in folder.languages)
    facts, facts_problems = _load_facts(project, folder, series, languages, first_edition)
    problems += facts_problems
    data: dict[DataKey, DataFile] = {}
    pictures: CheckedPictures = {}
    original: tuple[LanguageVersion, Source] | None = None
    versions: dict[str, LanguageVersion] = {}
    typed: dict[str, tuple[Reference, ...]] = {}
    for language in languages:
        if only not in ("", language) and language != series.default_language:
            continue
        path = folder.path / f"{language}.yaml"
        source, version, own_problems = read_model(project, path, LanguageVersion)
        if source:
            read = partial(_read_content, project)
            works, file_problems = read_files(source, project, _name(folder), read)
            own_problems += file_problems
            own_problems += check_references(
                source, works.ids, is_complete=works.is_complete
            )
            own_problems += check_pictures(
                source, project, _name(folder), pictures, series.paper
            )
        if source and version:
            if facts:
                own_problems += check_starter_text(source, facts, project)
            own_problems += _load_data(project, folder, version, source, data)
            own_problems += check_charts(version, source, data, project, language)
            if not any(map(is_blocking, own_problems)):
                own_problems += check_claims(version, source, data)
            version, table_problems = inline_data(version, source, data, language)
            own_problems += table_problems
            own_problems += check_blocks(version, source, facts or EditionFacts())
            own_problems += check_cover_text(
                (facts or EditionFacts()).cover, version, source
            )
            own_problems += check_diagrams(version, source)
            own_problems += check_entries(version, source)
            if language == series.default_language:
                original = version, source
            elif original:
                own_problems += check_translation(version, source, *original)
                own_problems += _check_record(project, folder, source, original[1])
        if source and version and not any(map(is_blocking, own_problems)):
            try:
                writer = partial(_entry_writer, project, series, language)
                cited = [*(cited_ids(original[1]) if original else ()), *cited_ids(source)]
                tongues = language, series.default_language
                entries = typed_references(version, works, cited)
                versions[language] = write_references(version, entries, writer, tongues)
                typed[language] = entries
            except PipelineError as error:
                own_problems += error.problems
        problems += own_problems
    if facts is None:
        return None, problems
    numbers = _numbers_in(versions)
    rows = {
        name: file.rows(numbers.get(name, ()))
        for (name, _), file in data.items()
        if not is_workbook(name)
    }
    slug, date = folder.slug, folder.information_date
    return Edition(slug, date, facts, languages, versions, rows, typed), problems


def _check_record(
    project: Project, folder: EditionFolder, source: Source, original: Source
) -> Iterator[Problem]:
    """Report what is outdated in a translation, if it has a record."""
    language = Path(source.file).stem
    path = folder.path / record_name(language)
    if not path.is_file():
        return
    try:
        record = read_record(project.name_of(path), read_bytes(project, path))
    except PipelineError as error:
        yield from error.problems
    else:
        yield from check_outdated(source, original, record, folder.slug)


def require_language(series: Series, language: str, choices: Sequence[str] = ()) -> None:
    """Raise PipelineError for a language that is not in the series, or not in `choices`."""
    choices = choices or series.languages
    if language in choices:
        return
    message = f'"{language}" is not a language of this series'
    if language in series.languages:
        message = f'"{language}" is the language that briefs are translated from'
    hint = f"available: {', '.join(choices) or 'none'}; add a language to {SERIES} first"
    raise PipelineError(Problem(Rule.UNKNOWN_LANGUAGE, Place(SERIES), message, hint))


def _check_languages(folder: EditionFolder, series: Series) -> Iterator[Problem]:
    for language in folder.languages:
        if language not in series.languages:
            place = Place(f"{folder.name}/{language}.yaml")
            message = f'"{language}" is not a language of this series'
            hint = "name the file edition.yaml, or by a language listed in "
            hint += "content/series.yaml: " + ", ".join(series.languages)
            yield Problem(Rule.UNKNOWN_LANGUAGE, place, message, hint)
    default, misnamed = series.default_language, list(_misnamed(folder, series))
    for language, name in misnamed:
        place, hint = Place(f"{folder.name}/{name}"), f"rename it to {language}.yaml"
        message = f'the text in "{language}" is not read, because of the name of its file'
        yield Problem(Rule.MISSING_FILE, place, message, hint)
    if not folder.languages and not misnamed:
        place, hint = Place(folder.name), f"write {default}.yaml"
        message = "the edition has no text in any language"
        yield Problem(Rule.MISSING_FILE, place, message, hint)
    elif len(folder.languages) > 1 and default not in folder.languages and not misnamed:
        place, hint = Place(folder.name), f"write {default}.yaml"
        message = f'the edition has no text in "{default}", the language of the series'
        yield Problem(Rule.MISSING_FILE, place, message, hint)


def _misnamed(folder: EditionFolder, series: Series) -> Iterator[tuple[str, str]]:
    """Find files such as en.yaml.txt or fr.yml, of languages that have no other file."""
    for language in series.languages:
        if language not in folder.languages:
            names = [path.name for path in folder.path.glob(f"{language}.y*ml*")]
            yield from ((language, name) for name in sorted(names)[:1])


def _load_facts(
    project: Project,
    folder: EditionFolder,
    series: Series,
    languages: Collection[str],
    first_edition: bool,
) -> tuple[EditionFacts | None, list[Problem]]:
    def check(facts: EditionFacts, source: Source) -> Iterator[Problem]:
        yield from check_facts(
            facts, source, series, languages, first_edition=first_edition
        )
        yield from check_days(facts, source, folder.information_date)
        yield from check_cover(facts.cover, source, project, _name(folder), series.paper)

    path = folder.path / "edition.yaml"
    if path.exists():
        _, facts, problems = read_model(project, path, EditionFacts, check)
        is_empty = [p.rule for p in problems] == [Rule.EMPTY_FILE]
        return (EditionFacts(), []) if is_empty else (facts, problems)
    facts = EditionFacts()  # every key is optional
    problems = [*check(facts, Source(project.name_of(path), "", {}, {}))]
    return None if any(map(is_blocking, problems)) else facts, problems


def _numbers_in(versions: Mapping[str, LanguageVersion]) -> dict[str, set[str]]:
    """The data files that charts name, and the columns that they read as numbers."""
    found: dict[str, set[str]] = {}
    for version in versions.values():
        for _, part in parts_in(version):
            if isinstance(part, Figure) and part.data.file:
                found.setdefault(part.data.file, set()).update(part.value)
    return found


def _load_data(
    project: Project,
    folder: EditionFolder,
    version: LanguageVersion,
    source: Source,
    data: dict[DataKey, DataFile],
) -> Iterator[Problem]:
    """Read the data files that charts and tables name, into `data`."""
    for steps, part in parts_in(version):
        if not isinstance(part, Figure | Table):
            continue
        name = part.data.file if isinstance(part, Figure) else part.data
        if name is None:
            if part.sheet:
                place = source.key_place((*steps, "sheet"))
                message, hint = "only data of a workbook have a sheet", "delete the line"
                yield Problem(Rule.CHART_DATA, place, message, hint)
            continue
        if issue := named_file_issue(project, _name(folder), name):
            outside = issue.rule is Rule.OUTSIDE_PROJECT
            rule = issue.rule if outside else Rule.CHART_DATA
            yield replace(issue, rule=rule).problem(source.place((*steps, "data")))
        elif (name, part.sheet) not in data:
            path = folder.path / name
            try:
                content = read_bytes(project, path)
                read = read_data(project.name_of(path), content, part.sheet)
            except PipelineError as error:
                yield from error.problems
            else:
                data[name, part.sheet] = read
                yield from read.warnings


def _entry_writer(project: Project, series: Series, language: str) -> EntryWriter:
    read = partial(_read_content, project)
    return entry_writer(project, series.citation_style, read, language)


def _read_content(project: Project, name: str) -> bytes:
    return read_bytes(project, project.content / name)


def _name(folder: EditionFolder) -> str:
    return f"{folder.slug}/{folder.information_date}"
