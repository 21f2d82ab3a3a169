"""Turn the YAML and data files of authors into checked values.

Every file of an edition is read even if another has errors; a syntax error hides the rest
of its own file only. A language file with an error is left out of `Edition.versions`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path

from pipeline.content.data_files import is_workbook
from pipeline.content.discovery import SERIES, EditionFolder
from pipeline.content.language_file import (
    EditionInputs,
    LanguageText,
    load_language_file,
    with_references,
)
from pipeline.content.read_file import read_model
from pipeline.content.references import reference_writer
from pipeline.content.validate.brand import check_brand
from pipeline.content.validate.images import check_cover
from pipeline.content.validate.lifecycle import check_days
from pipeline.content.validate.translations import (
    check_facts,
    check_language_codes,
    check_localized,
)
from pipeline.content.yaml_source import Source
from pipeline.design.strings import missing_strings
from pipeline.model.brand import Brand
from pipeline.model.references import Reference
from pipeline.model.schema import Edition, EditionFacts, Figure, LanguageVersion, Series
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
    """Read the series and the brand; `used_languages` are those of the editions read."""
    tracked, reads = project.tracking_reads()
    series, problems = load_series(tracked, used_languages)
    if series and series.citation_style:
        try:
            reference_writer(tracked, series, series.default_language)
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
    """Read `content/series.yaml`. `used_languages` are those of the editions read."""
    path = project.content / "series.yaml"
    if not path.exists():
        message = "the file with the settings of the series is missing"
        hint = 'write the file; "briefs new" creates one to start from'
        return None, [Problem(Rule.MISSING_FILE, Place(SERIES), message, hint)]
    source, series, problems = read_model(project, path, Series)
    if [problem.rule for problem in problems] == [Rule.EMPTY_FILE]:
        hint = "write its keys: name, publisher, languages"
        return None, [replace(problems[0], hint=hint)]
    if source and series:
        if code_problems := [*check_language_codes(series, source, used_languages)]:
            return None, [*problems, *code_problems]
        style = series.citation_style
        if style and not project.find_content(style):
            place, hint = source.place(("citation_style",)), "put the file into content/"
            message = f'there is no file "{style}" in content/'
            problems.append(Problem(Rule.CITATION_STYLE, place, message, hint))
            series = series.model_copy(update={"citation_style": None})
        used = [code for code in series.languages if code in used_languages]
        problems += check_localized(series, source, series, used)
        problems += missing_strings(project, used)
    return series, problems


def load_brand(project: Project) -> tuple[Brand | None, list[Problem]]:
    """Read the brand of the series, or that of the design; None when it has an error."""
    path: Path | None = project.root / (name := project.brand_file_name())
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

    The edition is None when `edition.yaml` has an error.
    """
    problems = list(_check_languages(folder, series))
    languages = tuple(c for c in series.languages if c in folder.languages)
    facts, facts_problems = _load_facts(project, folder, series, languages, first_edition)
    problems += facts_problems
    inputs = EditionInputs(project, folder, series, facts, {}, {})
    original: LanguageText | None = None
    versions: dict[str, LanguageVersion] = {}
    typed: dict[str, tuple[Reference, ...]] = {}
    for language in languages:
        if only not in ("", language) and language != series.default_language:
            continue
        text, own_problems = load_language_file(inputs, language, original)
        if text and language == series.default_language:
            original = text
        if text and not any(map(is_blocking, own_problems)):
            try:
                versions[language], typed[language] = with_references(
                    inputs, text, original
                )
            except PipelineError as error:
                own_problems += error.problems
        problems += own_problems
    if facts is None:
        return None, problems
    numbers = _number_columns(versions)
    rows = {
        name: file.rows(numbers.get(name, ()))
        for (name, _), file in inputs.data.items()
        if not is_workbook(name)
    }
    slug, date = folder.slug, folder.information_date
    return Edition(slug, date, facts, languages, versions, rows, typed), problems


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
    default, misnamed = series.default_language, list(_misnamed_files(folder, series))
    for language in folder.languages:
        name = f"{language}.yaml"
        if language not in series.languages and name not in dict(misnamed).values():
            place = Place(f"{folder.name}/{name}")
            message = f'"{language}" is not a language of this series'
            hint = "name the file edition.yaml, or by a language listed in "
            hint += "content/series.yaml: " + ", ".join(series.languages)
            yield Problem(Rule.UNKNOWN_LANGUAGE, place, message, hint)
    for language, name in misnamed:
        place, hint = Place(f"{folder.name}/{name}"), f"rename it to {language}.yaml"
        message = f'the text in "{language}" is not read, because of the name of its file'
        yield Problem(Rule.MISSING_FILE, place, message, hint)
    if default not in folder.languages and len(folder.languages) != 1 and not misnamed:
        name = f'"{default}", the default' if folder.languages else "any"
        place, message = Place(folder.name), f"the edition has no text in {name} language"
        yield Problem(Rule.MISSING_FILE, place, message, f"write {default}.yaml")


def _misnamed_files(folder: EditionFolder, series: Series) -> Iterator[tuple[str, str]]:
    """Find files such as en.yaml.txt or FR.yml, of languages that have no other file."""
    names = sorted(path.name for path in folder.path.glob("*.*"))
    for language in series.languages:
        if language not in folder.languages:
            pattern = f"{language.casefold()}.y*ml*"
            matches = [name for name in names if fnmatchcase(name.casefold(), pattern)]
            yield from ((language, name) for name in matches[:1])


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
        yield from check_cover(
            facts.cover, source, project, folder.path_in_content, series.paper
        )

    path = folder.path / "edition.yaml"
    if path.exists():
        _, facts, problems = read_model(project, path, EditionFacts, check)
        if [problem.rule for problem in problems] != [Rule.EMPTY_FILE]:
            return facts, problems
    facts = EditionFacts()  # every key is optional
    problems = [*check(facts, Source(project.name_of(path), "", {}, {}))]
    return None if any(map(is_blocking, problems)) else facts, problems


def _number_columns(versions: Mapping[str, LanguageVersion]) -> dict[str, set[str]]:
    """The data files that charts name, and the columns that they read as numbers."""
    columns: dict[str, set[str]] = {}
    for version in versions.values():
        for _, figure in parts_in(version, Figure):
            if figure.data.file:
                columns.setdefault(figure.data.file, set()).update(figure.value)
    return columns
