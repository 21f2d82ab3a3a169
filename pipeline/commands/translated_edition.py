"""Read an edition in its original language together with one of its translations."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from pipeline.commands.check import CheckedContent, read_content
from pipeline.content.discovery import EditionFolder
from pipeline.content.inline_codes import digest_of
from pipeline.content.loader import require_language
from pipeline.content.missing_parts import SourceKeys, add_missing_parts
from pipeline.content.read_file import read_bytes
from pipeline.content.segments import Segment, segments_of, with_labels
from pipeline.content.terms import read_terms
from pipeline.content.translation_record import (
    UNKNOWN,
    Digests,
    Pairing,
    Translation,
    pair_segments,
    read_record,
    record_name,
)
from pipeline.content.validate.parity import check_translation
from pipeline.content.yaml_source import Source, read_yaml
from pipeline.exchange.units import labels_of
from pipeline.model.dates import InformationDate
from pipeline.model.fields import FieldPath
from pipeline.model.schema import Edition, LanguageVersion
from pipeline.model.terms import Terms
from pipeline.problems import PipelineError, Place, Problem, Rule, is_blocking
from pipeline.project import Project
from pipeline.targets import BuildOptions


@dataclass(frozen=True)
class LanguageFile:
    """The file of a language: its bytes, and its values with their places.

    `added` are parts that were copied from the original; the file on the disk, `on_disk`,
    lacks them.
    """

    data: bytes
    source: Source
    on_disk: bytes
    added: tuple[FieldPath, ...] = ()

    def is_added(self, segment: Segment) -> bool:
        """Whether a segment is in a part that the file on the disk lacks."""
        return any(segment.path[: len(path)] == path for path in self.added)


@dataclass(frozen=True)
class TranslatedEdition:
    """An edition in its original language, and its translation, or None.

    `pairing` has the translation of each segment, also of labels of charts.
    """

    folder: EditionFolder
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
        return f"{self.folder.path_in_content}/{self.languages[0]}.yaml"

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
    require_language(series, language, series.languages[1:])
    folders = (f for f in content.folders if f.slug == slug)
    dates = (f for f in folders if dated in (None, f.information_date))
    folder = max(dates, key=lambda f: f.information_date)
    default = series.default_language
    terms, problems = read_terms(project, series)
    if any(map(is_blocking, problems)):
        raise PipelineError(*problems)
    record = _read_record(project, folder, language)
    edition, original, translation = _read_files(project, content, folder, language, record)
    source = original.source
    labels = labels_of(edition.versions[default], edition.data)
    segments = with_labels(segments_of(source), labels, source)
    pairing = _pair_segments(segments, translation, record)
    languages = default, language
    return TranslatedEdition(folder, languages, terms, original, translation, pairing)


def _read_record(project: Project, folder: EditionFolder, language: str) -> Digests | None:
    path = folder.path / record_name(language)
    if not path.is_file():
        return None
    return read_record(project.name_of(path), read_bytes(project, path))


def _pair_segments(
    segments: Sequence[Segment], translation: LanguageFile | None, record: Digests | None
) -> Pairing:
    """Find the translation of each segment, by the record if there is one."""
    if translation is None:
        return pair_segments(segments, (), ())
    translated = segments_of(translation.source)
    is_old = [not translation.is_added(segment) for segment in translated]
    if record is not None and len(record) == sum(is_old):
        recorded = iter(record)
        record = tuple(next(recorded) if old else UNKNOWN for old in is_old)
    if record is None or len(record) != len(translated):
        require_same_paragraphs(segments, translated)
    pairing = pair_segments(segments, translated, record)
    return replace(
        pairing,
        translations=tuple(
            Translation(entry.original, None, is_current=False)
            if translation.is_added(entry.original)
            else entry
            for entry in pairing.translations
        ),
    )


def _read_files(
    project: Project,
    content: CheckedContent,
    folder: EditionFolder,
    language: str,
    record: Digests | None,
) -> tuple[Edition, LanguageFile, LanguageFile | None]:
    """Read both files; raise PipelineError if one has an error.

    Parts that only the translation lacks are no error.
    """
    default = content.series.default_language if content.series else ""
    edition = content.by_folder.get(folder.name)
    errors = [problem for problem in content.problems if is_blocking(problem)]
    if edition is None or default not in edition.versions:
        message = f'the edition has no text in "{default}", the default language'
        missing = Problem(
            Rule.MISSING_FILE, Place(folder.name), message, f"write {default}.yaml"
        )
        in_file = [p for p in errors if p.place.file == f"{folder.name}/{default}.yaml"]
        raise PipelineError(*(in_file or errors or [missing]))
    original = _read_file(project, folder, default)
    if language not in folder.languages:
        return edition, original, None
    translation = _read_file(project, folder, language)
    if language not in edition.versions:
        in_file = [p for p in errors if p.place.file == f"{folder.name}/{language}.yaml"]
        if {problem.rule for problem in in_file} != {Rule.TRANSLATION_MISMATCH}:
            raise PipelineError(*(in_file or errors))
        completed = _add_parts(translation, original, edition.versions[default], record)
        if completed is None:
            raise PipelineError(*in_file)
        translation = completed
    return edition, original, translation


def _add_parts(
    translation: LanguageFile,
    original: LanguageFile,
    version: LanguageVersion,
    record: Digests | None,
) -> LanguageFile | None:
    """Add the parts that a translation lacks; None if it has other differences."""
    sources = translation.source, original.source
    segments, original_segments = map(segments_of, sources)
    source_keys = _source_keys(segments, original_segments, record)
    completed = add_missing_parts(translation.data, *sources, source_keys)
    if completed is None:
        return None
    data, added = completed
    source, _ = read_yaml(translation.source.file, data)
    if source is None:
        return None
    try:
        translated = LanguageVersion.model_validate(source.value)
    except ValidationError:
        return None
    problems = check_translation(translated, source, version, original.source)
    if any(problem.rule is Rule.TRANSLATION_MISMATCH for problem in problems):
        return None
    return LanguageFile(data, source, translation.data, added)


def _source_keys(
    translated: Sequence[Segment], original: Sequence[Segment], record: Digests | None
) -> tuple[SourceKeys, SourceKeys]:
    """Identify each text by the digests of its original paragraphs, as in the record."""
    if record is None or len(record) != len(translated):
        return {}, {}
    present = (digest_of(segment.pieces) for segment in original)
    return _digests_by_path(translated, record), _digests_by_path(original, present)


def _digests_by_path(segments: Sequence[Segment], digests: Iterable[str]) -> SourceKeys:
    by_path: dict[FieldPath, tuple[str, ...]] = {}
    for segment, digest in zip(segments, digests, strict=True):
        by_path[segment.path] = (*by_path.get(segment.path, ()), digest)
    return by_path


def _read_file(project: Project, folder: EditionFolder, language: str) -> LanguageFile:
    path = folder.path / f"{language}.yaml"
    data = read_bytes(project, path)
    source, problems = read_yaml(project.name_of(path), data)
    if source is None:
        raise PipelineError(*problems)
    return LanguageFile(data, source, data)


def require_same_paragraphs(
    original: Iterable[Segment], translated: Iterable[Segment]
) -> None:
    """Raise PipelineError if a text and its translation differ in number of paragraphs."""
    problems = []
    translated_by_path = _by_path(translated)
    for path, source in _by_path(original).items():
        text = translated_by_path.get(path, source)
        if len(text) != len(source):
            origin = f"{source[0].place.file.rpartition('/')[2]}:{source[0].place.line}"
            message = f"the text has {len(text)} paragraphs; {origin} has {len(source)}"
            hint = "give both the same paragraphs: copy the one that is missing"
            problems.append(
                Problem(Rule.TRANSLATION_MISMATCH, text[0].place, message, hint)
            )
    if problems:
        raise PipelineError(*problems)


def _by_path(segments: Iterable[Segment]) -> dict[object, list[Segment]]:
    segments_by_path: dict[object, list[Segment]] = {}
    for segment in segments:
        segments_by_path.setdefault(segment.path, []).append(segment)
    return segments_by_path
