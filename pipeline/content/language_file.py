"""Read one language file of an edition, check it, and write its references as texts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.content.data_files import DataFile, DataKey, read_data
from pipeline.content.discovery import EditionFolder
from pipeline.content.inline_data import inline_data
from pipeline.content.read_file import read_bytes, read_model
from pipeline.content.references import (
    CitedFiles,
    check_entries,
    check_works,
    read_files,
    typed_references,
    write_references,
)
from pipeline.content.translation_record import read_record, record_name
from pipeline.content.validate.blocks import check_blocks
from pipeline.content.validate.chart_claims import check_claims
from pipeline.content.validate.charts import check_charts
from pipeline.content.validate.files import named_file_issue
from pipeline.content.validate.images import CheckedPictures, check_pictures
from pipeline.content.validate.lifecycle import check_starter_text
from pipeline.content.validate.parity import check_outdated, check_translation
from pipeline.content.validate.references import check_references, cited_ids
from pipeline.content.yaml_source import Source
from pipeline.model.fields import Strict
from pipeline.model.references import Reference
from pipeline.model.schema import EditionFacts, Figure, LanguageVersion, Series, Table
from pipeline.model.walk import parts_in
from pipeline.problems import PipelineError, Problem, Rule, is_blocking
from pipeline.project import Project


@dataclass(frozen=True)
class EditionInputs:
    """The files that all languages of an edition share; each is read once."""

    project: Project
    folder: EditionFolder
    series: Series
    facts: EditionFacts | None
    data: dict[DataKey, DataFile]
    pictures: CheckedPictures


@dataclass(frozen=True)
class LanguageText:
    """A language file with the rows of its data files, and the works that it names."""

    language: str
    version: LanguageVersion
    source: Source
    works: CitedFiles


def load_language_file(
    inputs: EditionInputs, language: str, original: LanguageText | None
) -> tuple[LanguageText | None, list[Problem]]:
    """Read a language file and check it, by itself and as a translation."""
    project, folder = inputs.project, inputs.folder
    path, name = folder.path / f"{language}.yaml", folder.path_in_content
    source, version, problems = read_model(project, path, LanguageVersion)
    if source is None:
        return None, problems
    works, file_problems = read_files(source, project, name)
    problems += file_problems
    problems += check_works(works, cited_ids(source))
    problems += check_references(source, works.ids, is_complete=works.is_complete)
    problems += check_pictures(source, project, name, inputs.pictures, inputs.series.paper)
    if version is None:
        return None, problems
    facts = inputs.facts or EditionFacts()
    if inputs.facts:
        problems += check_starter_text(source, facts, project)
    problems += _load_data(inputs, version, source)
    problems += check_charts(version, source, inputs.data, project, language)
    if not any(map(is_blocking, problems)):
        problems += check_claims(version, source, inputs.data)
    version, table_problems = inline_data(version, source, inputs.data, language)
    problems += table_problems
    problems += check_blocks(version, source, facts)
    problems += check_entries(version, source)
    if original:
        problems += check_translation(version, source, original.version, original.source)
        problems += _check_record(project, folder, source, original.source)
    return LanguageText(language, version, source, works), problems


def with_references(
    inputs: EditionInputs, text: LanguageText, original: LanguageText | None
) -> tuple[LanguageVersion, tuple[Reference, ...]]:
    """Return the version with its references as texts, and the references as typed."""
    cited = [id for each in (original, text) if each for id in cited_ids(each.source)]
    typed = typed_references(text.version, text.works, cited)
    written = write_references(
        text.version, typed, inputs.project, inputs.series, text.language
    )
    return written, typed


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


def _load_data(
    inputs: EditionInputs, version: LanguageVersion, source: Source
) -> Iterator[Problem]:
    """Read the data files that charts and tables name, into `inputs.data`."""
    project, folder = inputs.project, inputs.folder.path_in_content
    for steps, part in parts_in(version, Strict):
        if not isinstance(part, Figure | Table):
            continue
        name = part.data.file if isinstance(part, Figure) else part.data
        if name is None:
            if part.sheet:
                place = source.key_place((*steps, "sheet"))
                message, hint = "only a workbook has worksheets", "delete the line"
                yield Problem(Rule.CHART_DATA, place, message, hint)
            continue
        if issue := named_file_issue(project, folder, name):
            outside = issue.rule is Rule.OUTSIDE_PROJECT
            rule = issue.rule if outside else Rule.CHART_DATA
            yield replace(issue, rule=rule).problem(source.place((*steps, "data")))
        elif (name, part.sheet) not in inputs.data:
            path = project.content_path(f"{folder}/{name}")
            try:
                content = read_bytes(project, path)
                data_file = read_data(project.name_of(path), content, part.sheet)
            except PipelineError as error:
                yield from error.problems
            else:
                inputs.data[name, part.sheet] = data_file
                yield from data_file.warnings
