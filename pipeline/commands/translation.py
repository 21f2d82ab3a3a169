"""Read an edition in its original language together with one of its translations."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.commands.check import CheckedContent, read_content
from pipeline.content.discovery import SERIES, EditionFolder
from pipeline.content.loader import read_bytes
from pipeline.content.segments import Segment, segments_of, with_labels
from pipeline.content.terms import read_terms
from pipeline.content.translation_record import Pairing, pair, read_record, record_name
from pipeline.content.yaml_source import Source, read_yaml
from pipeline.exchange.export import labels_of
from pipeline.model.dates import InformationDate
from pipeline.model.schema import Edition, Series
from pipeline.model.terms import Terms
from pipeline.problems import PipelineError, Place, Problem, Rule, is_blocking
from pipeline.project import Project
from pipeline.targets import BuildOptions


@dataclass(frozen=True)
class LanguageFile:
    """The file of a language: its bytes, and its values with their places."""

    data: bytes
    source: Source


@dataclass(frozen=True)
class TranslatedEdition:
    """An edition in its original language, and its translation, or None.

    `pairing` has the translation of each segment, also of labels of charts.
    """

    folder: EditionFolder
    edition: Edition
    languages: tuple[str, str]
    terms: Terms | None
    original: LanguageFile
    translation: LanguageFile | None
    pairing: Pairing

    @property
    def name(self) -> str:
        """The file of the translation."""
        return f"{self.folder.name}/{self.languages[1]}.yaml"

    @property
    def original_name(self) -> str:
        """The file of the original, as files for translators name it."""
        return f"{self.edition.folder}/{self.languages[0]}.yaml"

    @property
    def record_name(self) -> str:
        """The record of the translation."""
        return f"{self.folder.name}/{record_name(self.languages[1])}"


def open_translation(
    project: Project, slug: str, dated: InformationDate | None, language: str
) -> TranslatedEdition:
    """Read an edition, by default the newest one, and its text in a language.

    Raises PipelineError for a file with an error, and for a language that is not one of the
    series.
    """
    content = read_content(project, BuildOptions((slug,)), None)
    if (series := content.series) is None:
        raise PipelineError(*filter(is_blocking, content.problems))
    _require_language(series, language)
    folders = (f for f in content.folders if f.slug == slug)
    dates = (f for f in folders if dated in (None, f.information_date))
    folder = max(dates, key=lambda f: f.information_date)
    default = series.default_language
    edition = _edition_of(content, folder, default, language)
    terms, problems = read_terms(project, series)
    if any(map(is_blocking, problems)):
        raise PipelineError(*problems)
    original = _read(project, folder, default)
    source = original.source
    labels = labels_of(edition.versions[default], edition.data)
    segments = with_labels(segments_of(source), labels, source)
    is_there = language in folder.languages
    translation = _read(project, folder, language) if is_there else None
    pairing = pair(segments, (), ())
    if translation:
        translated = segments_of(translation.source)
        path = folder.path / record_name(language)
        name = project.name_of(path)
        record = read_record(name, read_bytes(project, path)) if path.is_file() else None
        pairing = pair(segments, translated, record)
        if record is None or len(record) != len(translated):
            require_same_paragraphs(segments, translated)
    languages = (default, language)
    return TranslatedEdition(
        folder, edition, languages, terms, original, translation, pairing
    )


def _require_language(series: Series, language: str) -> None:
    """Raise PipelineError for what is no language to translate into."""
    message = f'"{language}" is not a language of this series'
    if language == series.default_language:
        message = f'"{language}" is the language that briefs are translated from'
    if language not in series.languages[1:]:
        others = ", ".join(series.languages[1:]) or "none"
        hint = f"available: {others}; add another one to the languages in {SERIES}"
        raise PipelineError(Problem(Rule.UNKNOWN_LANGUAGE, Place(SERIES), message, hint))


def _edition_of(
    content: CheckedContent, folder: EditionFolder, default: str, language: str
) -> Edition:
    """Give the edition; raise PipelineError if the file of a language has an error."""
    found = (e for e in content.editions if f"content/{e.folder}" == folder.name)
    edition = next(found, None)
    needed = {default} | ({language} & {*folder.languages})
    if edition is None or not needed <= {*edition.versions}:
        errors = [p for p in content.problems if is_blocking(p)]
        names = {f"{folder.name}/{code}.yaml" for code in needed}
        own = [problem for problem in errors if problem.place.file in names]
        hint = f"write {default}.yaml"
        message = f'the edition has no text in "{default}", the language of the series'
        missing = Problem(Rule.MISSING_FILE, Place(folder.name), message, hint)
        raise PipelineError(*(own or errors or [missing]))
    return edition


def _read(project: Project, folder: EditionFolder, language: str) -> LanguageFile:
    path = folder.path / f"{language}.yaml"
    data = read_bytes(project, path)
    source, problems = read_yaml(project.name_of(path), data)
    if source is None:
        raise PipelineError(*problems)
    return LanguageFile(data, source)


def require_same_paragraphs(
    original: Iterable[Segment], translated: Iterable[Segment]
) -> None:
    """Raise PipelineError where nothing says which paragraph translates which."""
    problems = []
    ours, theirs = _by_text(translated), _by_text(original)
    for path in ours.keys() & theirs.keys():
        mine, others = ours[path], theirs[path]
        if len(mine) != len(others):
            whence = f"{others[0].place.file.rpartition('/')[2]}:{others[0].place.line}"
            message = f"the text has {len(mine)} paragraphs; {whence} has {len(others)}"
            hint = "give both the same paragraphs: copy the one that is missing"
            problems.append(
                Problem(Rule.TRANSLATION_MISMATCH, mine[0].place, message, hint)
            )
    if problems:
        raise PipelineError(*problems)


def _by_text(segments: Iterable[Segment]) -> dict[object, list[Segment]]:
    found: dict[object, list[Segment]] = {}
    for segment in segments:
        found.setdefault(segment.path, []).append(segment)
    return found
