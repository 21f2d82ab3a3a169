"""The samples as units for translators, read without the commands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from pipeline.commands.translate import FORMATS
from pipeline.content.discovery import find_editions
from pipeline.content.inline_codes import Pieces
from pipeline.content.loader import load_edition, load_series
from pipeline.content.segments import Segment, SegmentKey, segments_of, with_labels
from pipeline.content.terms import read_terms
from pipeline.content.translation_record import Pairing, pair_segments
from pipeline.content.yaml_source import Source, read_yaml
from pipeline.exchange.unit import TranslationSubject, Unit
from pipeline.exchange.units import labels_of, units_of
from pipeline.model.schema import Edition, Series
from pipeline.model.terms import Terms
from pipeline.project import Project, open_project

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Sample:
    """An edition of the samples in one language beside its original."""

    folder: str
    language: str

    def __str__(self) -> str:
        return f"{self.folder}/{self.language}".replace("/", "-")

    def data(self, language: str) -> bytes:
        """The file of a language."""
        return (ROOT / "content" / self.folder / f"{language}.yaml").read_bytes()

    def source(self, language: str) -> Source:
        """The values of a file."""
        return _source(f"content/{self.folder}/{language}.yaml")

    @property
    def subject(self) -> TranslationSubject:
        return TranslationSubject(f"{self.folder}/en.yaml", "en", self.language)

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The segments of the original, with the labels of its charts."""
        source, edition = self.source("en"), _editions()[self.folder]
        labels = labels_of(edition.versions["en"], edition.data)
        return with_labels(segments_of(source), labels, source)

    def pairing(self, *, is_new: bool = False) -> Pairing:
        """The texts with their translations, or with none if the file is new."""
        return self._new_pairing if is_new else self._pairing

    @cached_property
    def _new_pairing(self) -> Pairing:
        return pair_segments(self.segments, (), ())

    @cached_property
    def _pairing(self) -> Pairing:
        return pair_segments(self.segments, segments_of(self.source(self.language)), None)

    def units(self, pairing: Pairing) -> tuple[Unit, ...]:
        """The units for a translator."""
        return tuple(units_of(pairing, ("en", self.language), terms()))

    def text(self, format: str, units: Sequence[Unit]) -> str:
        """The file for a translator."""
        return FORMATS[format][0](self.subject, units)


def _samples() -> Iterator[Sample]:
    for path in sorted((ROOT / "content").glob("*/*/??.yaml")):
        if path.stem != "en":
            yield Sample(path.parent.relative_to(ROOT / "content").as_posix(), path.stem)


# All translations of the samples.
SAMPLES = tuple(_samples())


@cache
def _source(name: str) -> Source:
    source, _ = read_yaml(name, (ROOT / name).read_bytes())
    assert source
    return source


@cache
def _series() -> tuple[Project, Series]:
    project = open_project(ROOT)
    series, _ = load_series(project, ())
    assert series
    return project, series


@cache
def terms() -> Terms:
    """The terms of the samples."""
    sample_terms, problems = read_terms(*_series())
    assert sample_terms
    assert problems == []
    return sample_terms


@cache
def _editions() -> dict[str, Edition]:
    project, series = _series()
    read = (
        load_edition(project, f, series, first_edition=True)
        for f in find_editions(project)[0]
    )
    return {edition.folder: edition for edition, _ in read if edition}


def pieces_by_key(source: Source) -> dict[SegmentKey, Pieces]:
    """What a file says, however its lines are broken."""
    return {segment.key: segment.pieces for segment in segments_of(source)}
