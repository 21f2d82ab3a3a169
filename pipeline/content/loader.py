"""Turn the files of an edition into a checked Edition, or say everything wrong with them.

Reads `series.yaml`, `edition.yaml`, one file per language and the CSV files that charts
name. Each file is read even when another is wrong; a YAML syntax error hides only the rest
of its own file. A language file with an error is left out of `Edition.versions`.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from pipeline.content.csv_data import DataFile, read_data
from pipeline.content.discovery import EditionFolder
from pipeline.content.model_file import read_bytes, read_model
from pipeline.content.validate import texts as check
from pipeline.content.validate.brand import Families, check_brand
from pipeline.content.validate.charts import check_charts
from pipeline.content.validate.files import file_fault
from pipeline.content.validate.images import Looked, check_pictures
from pipeline.content.yaml_source import Source
from pipeline.model.brand import Brand
from pipeline.model.schema import (
    Edition,
    EditionFacts,
    Figure,
    LanguageVersion,
    Series,
    parts_in,
)
from pipeline.problems import Place, Problem, Rule, is_blocking
from pipeline.project import BRAND_FILE, Project


def load_series(
    project: Project, used_languages: Collection[str]
) -> tuple[Series | None, list[Problem]]:
    """Read `content/series.yaml`. `used_languages` are those that editions exist in."""
    path = project.content / "series.yaml"
    if not path.exists():
        return None, [
            Problem(
                Rule.MISSING_FILE,
                Place("content/series.yaml"),
                "the settings of the series are missing",
                'write the file; "briefs new" makes one to start from',
            )
        ]
    source, series, problems = read_model(project, path, Series)
    if source and series:
        problems += check.check_series(
            series, source, [c for c in series.languages if c in used_languages]
        )
    return series, problems


def load_brand(project: Project, families: Families) -> tuple[Brand | None, list[Problem]]:
    """Read `styles/_brand.yml`, the project's own or the bundled one.

    `families` gives those of the fonts that are there. None when there is an error in it.
    """
    path = project.find_style(Path(BRAND_FILE).name)
    if path is None:
        return None, [
            Problem(
                Rule.MISSING_FILE,
                Place(BRAND_FILE),
                "the brand is missing",
                "install the program again; a brand comes with it",
            )
        ]
    source, brand, problems = read_model(project, path, Brand)
    if source and brand:
        problems += check_brand(brand, source, project, families)
    return (None if any(is_blocking(p) for p in problems) else brand), problems


def load_edition(
    project: Project, folder: EditionFolder, series: Series, *, first_edition: bool
) -> tuple[Edition | None, list[Problem]]:
    """Read one edition. None when `edition.yaml` is wrong, for then nothing can be made."""
    problems = list(_check_languages(project, folder, series))
    languages = tuple(c for c in series.languages if c in folder.languages)
    facts, facts_problems = _load_facts(project, folder, series, languages, first_edition)
    problems += facts_problems
    data: dict[str, DataFile] = {}
    looked: Looked = {}
    read: dict[str, tuple[Source, LanguageVersion]] = {}
    wrong = set()
    for language in languages:
        path = folder.path / f"{language}.yaml"
        source, version, found = read_model(project, path, LanguageVersion)
        if source:
            found += check.check_references(source)
            found += check_pictures(source, project, _name(folder), looked)
        if source and version:
            read[language] = source, version
            found += check.check_version(version, source, facts or EditionFacts())
            found += _load_data(project, folder, version, source, data)
            found += check_charts(version, source, data)
            if language != series.default_language:
                found += _compare(series, read, language)
        problems += found
        if version is None or any(is_blocking(p) for p in found):
            wrong.add(language)
    if facts is None:
        return None, problems
    versions = {c: version for c, (_, version) in read.items() if c not in wrong}
    rows = {name: file.rows for name, file in data.items()}
    return (
        Edition(folder.slug, folder.information_date, facts, languages, versions, rows),
        problems,
    )


def _compare(
    series: Series, read: dict[str, tuple[Source, LanguageVersion]], language: str
) -> Iterator[Problem]:
    original = read.get(series.default_language)
    if original:
        source, version = read[language]
        name = f"{series.default_language}.yaml"
        yield from check.check_translation(version, original[1], name, source)


def _check_languages(
    project: Project, folder: EditionFolder, series: Series
) -> Iterator[Problem]:
    for language in folder.languages:
        if language not in series.languages:
            place = Place(project.name_of(folder.path / f"{language}.yaml"))
            yield Problem(
                Rule.UNKNOWN_LANGUAGE,
                place,
                f'"{language}" is not a language of this series',
                "the file name is edition.yaml or a language listed in "
                "content/series.yaml: " + ", ".join(series.languages),
            )
    if not folder.languages:
        yield Problem(
            Rule.MISSING_FILE,
            Place(project.name_of(folder.path)),
            "the edition has no text in any language",
            f"write {series.default_language}.yaml",
        )


def _load_facts(
    project: Project,
    folder: EditionFolder,
    series: Series,
    languages: Collection[str],
    first_edition: bool,
) -> tuple[EditionFacts | None, list[Problem]]:
    path = folder.path / "edition.yaml"
    source: Source | None
    facts: EditionFacts | None
    if path.exists():
        source, facts, problems = read_model(project, path, EditionFacts)
    else:
        # Every key has a default, so an edition without facts needs no file.
        source, facts, problems = Source(project.name_of(path), "", {}, {}), None, []
        facts = EditionFacts()
    if source and facts:
        problems += check.check_facts(
            facts, source, series, languages, first_edition=first_edition
        )
    if [p.rule for p in problems] == [Rule.EMPTY_FILE]:
        return EditionFacts(), []  # every key may be left out, so all of them may
    return (None if any(is_blocking(p) for p in problems) else facts), problems


def _load_data(
    project: Project,
    folder: EditionFolder,
    version: LanguageVersion,
    source: Source,
    data: dict[str, DataFile],
) -> Iterator[Problem]:
    for path, part in parts_in(version):
        if not isinstance(part, Figure) or part.data.file is None:
            continue
        name = part.data.file
        if fault := file_fault(project, _name(folder), name):
            yield Problem(
                fault.rule if fault.rule is Rule.OUTSIDE_PROJECT else Rule.CHART_DATA,
                source.place((*path, "data")),
                fault.message,
                fault.hint,
            )
        elif name not in data:
            file, problems = _read_data(project, folder.path / name)
            yield from problems
            if file:
                data[name] = file


def _read_data(project: Project, path: Path) -> tuple[DataFile | None, list[Problem]]:
    content, problems = read_bytes(project, path)
    if content is None:
        return None, problems
    return read_data(project.name_of(path), content)


def _name(folder: EditionFolder) -> str:
    return f"{folder.slug}/{folder.information_date}"
