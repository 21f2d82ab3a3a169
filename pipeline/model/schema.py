"""The data model of `content/`: frozen values; unknown keys are rejected.

Each name is the key in the YAML files (docs/authors.md explains each). Here each value is
checked by itself; what depends on other values or files (references, pictures,
translations) is checked in `content/validate/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from pipeline.model.chart_types import CHART_TYPES, ChartType
from pipeline.model.dates import InformationDate
from pipeline.model.diagrams import BigFigure, Compare, Flow, Timeline
from pipeline.model.fields import (
    CellLine,
    Citations,
    Day,
    Digits,
    Id,
    LanguageCode,
    Line,
    Localized,
    LocalizedText,
    NonEmpty,
    Prose,
    Strict,
    Text,
    TimeSpan,
    WebAddress,
    one_or_more,
    text_as,
)
from pipeline.model.paper import A4, NamedSheetSize
from pipeline.model.references import Reference, References
from pipeline.model.walk import parts_in


class Publisher(Strict):
    """The publisher of the series."""

    name: Localized
    unit: Localized | None = None
    address: Localized | None = None


# PDF/UA-1 with PDF/A-3a, or PDF/UA-2 with PDF/A-4f.
Conformance = Literal["ua-1", "ua-2"]


class Series(Strict):
    """The settings of all briefs of a project (`content/series.yaml`)."""

    name: Localized
    publisher: Publisher
    languages: NonEmpty[LanguageCode]
    url: WebAddress | None = None
    licence: Text | None = None
    disclaimer: Localized | None = None
    digits: Digits = "latin"
    citations: Citations = "numbers"
    citation_style: Text | None = None
    conformance: Conformance = "ua-1"
    paper: NamedSheetSize = A4

    @property
    def default_language(self) -> str:
        """The first language. Translations are compared with it."""
        return self.languages[0]


class Contact(Strict):
    """The person or unit to contact."""

    name: Localized
    title: Localized | None = None
    unit: Localized | None = None
    phone: Text | None = None
    email: Text | None = None
    web: Text | None = None


class Identifiers(Strict):
    """Identifiers of the edition in catalogues."""

    isbn: Text | None = None
    doi: Text | None = None
    job_number: Text | None = None


class Correction(Strict):
    """One correction of a published edition: its day, and what was corrected."""

    date: Day
    note: Localized


class Withdrawal(Strict):
    """Why an edition was withdrawn, and what to use instead of it."""

    date: Day
    reason: Localized
    instead: Localized | None = None


class Focus(Strict):
    """The point of a photograph that is never cut off, in per cent from left and top."""

    left: Annotated[int, Field(ge=0, le=100)] = 50
    top: Annotated[int, Field(ge=0, le=100)] = 50


# Roles of the brand whose colour the diagonal of a cover may have.
Accent = Literal["primary", "tertiary", "context"]
CoverKind = Literal["type", "figure", "chart", "photo"]


class Cover(Strict):
    """The cover of page 1; a photograph needs `file`, `alt` and `credit`."""

    kind: CoverKind = "type"
    accent: Accent = "primary"
    file: Text | None = None
    alt: Localized | None = None
    credit: Localized | None = None
    focus: Focus = Focus()


class EditionFacts(Strict):
    """The facts of an edition that do not depend on language (`edition.yaml`)."""

    status: Literal["draft", "final"] = "final"
    embargo_until: Day | None = None
    issued: Day | None = None
    change_note: Localized | None = None
    corrections: tuple[Correction, ...] = ()
    withdrawn: Withdrawal | None = None
    symbol: Text | None = None
    identifiers: Identifiers = Identifiers()
    review_after: TimeSpan | None = None
    subjects: tuple[LocalizedText, ...] = ()
    contact: Contact | None = None
    cover: Annotated[Cover, text_as("kind", CoverKind | Cover)] = Cover()


class KeyMessage(Strict):
    """One key message, and its reason."""

    say: Line
    because: Line | None = None


class PullFigure(Strict):
    """One number in large type in the side column, and what it counts."""

    figure: Line
    text: Line


class Cell(Strict):
    """One cell of a table; it may span columns (`across`) and rows (`down`)."""

    text: CellLine = CellLine()
    across: Annotated[int, Field(ge=1, le=20)] = 1
    down: Annotated[int, Field(ge=1, le=200)] = 1


class Column(Strict):
    """The head of a column; `align: number` aligns its cells on the right."""

    heading: CellLine = CellLine()
    align: Literal["text", "number"] = "text"


class Table(Strict):
    """A table with a title. Its cells are typed, or read from the file `data`."""

    title: Line
    columns: NonEmpty[Annotated[Column, text_as("heading")]] = ()
    rows: NonEmpty[tuple[Annotated[Cell, text_as("text")], ...]] = ()
    data: Text | None = None
    sheet: Text | None = None
    names: dict[str, Text] = {}
    id: Id | None = None
    subtitle: Line | None = None
    note: Line | None = None
    source: Line | None = None


DataRow = dict[str, str | None]


class Data(Strict):
    """The rows of a chart, or the name of the data file that holds them."""

    file: Text | None = None
    rows: tuple[DataRow, ...] = ()


# The type of the input, for JSON Schema: the name of a file, or rows of any values.
_TypedData = Text | tuple[dict[str, Any], ...]


def _file_or_rows(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else {"rows": value}


def _reject_list(value: Any) -> Any:
    if isinstance(value, list):
        raise PydanticCustomError("not_alone", "one")
    return value


class ChartAnnotation(Strict):
    """A text at a point of the time axis of a chart, or at the period `until` another."""

    at: Text
    text: Line
    until: Text | None = None


class Figure(Strict):
    """A chart whose title states the finding, and its subtitle the unit."""

    title: Line
    subtitle: Line
    chart: Literal[tuple(CHART_TYPES)]  # type: ignore[valid-type]  # for pydantic
    data: Annotated[Data, BeforeValidator(_file_or_rows, json_schema_input_type=_TypedData)]
    sheet: Text | None = None
    label: Text
    value: Annotated[NonEmpty[Text], BeforeValidator(one_or_more)]
    alt: Text
    source: Line
    id: Id | None = None
    highlight: Annotated[
        Text | None, BeforeValidator(_reject_list, json_schema_input_type=Text)
    ] = None
    names: dict[str, Text] = {}
    approximate: dict[str, Text] = {}
    width: Literal["main", "wide"] | None = None
    note: Line | None = None
    show_data: bool = False
    annotations: Annotated[tuple[ChartAnnotation, ...], Field(max_length=6)] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the chart shows, the labels first."""
        return self.label, *self.value

    @property
    def chart_type(self) -> ChartType:
        """Its entry in the table of chart types."""
        return CHART_TYPES[self.chart]

    def name(self, key: str) -> str:
        """The printed name of a column or of a row's label."""
        return self.names.get(key, key)


class Box(Strict):
    """A text in a tinted box."""

    title: Line
    text: Prose
    id: Id | None = None


class Quote(Strict):
    """A pull quote."""

    text: Line
    who: Line | None = None


class SideNote(Strict):
    """A note in the side column."""

    text: Prose
    title: Line | None = None


class Picture(Strict):
    """A picture file in the folder of the edition."""

    file: Text
    alt: Text
    id: Id | None = None
    caption: Line | None = None
    credit: Line | None = None


class Block(Strict):
    """One part of a section: exactly one of these kinds."""

    text: Prose | None = None
    figure: Figure | None = None
    table: Table | None = None
    box: Box | None = None
    quote: Quote | None = None
    side_note: SideNote | None = None
    picture: Picture | None = None
    big_figure: BigFigure | None = None
    timeline: Timeline | None = None
    compare: Compare | None = None
    flow: Flow | None = None

    @property
    def kind(self) -> str:
        """The first of `kinds`; "" if the block has none."""
        return next(iter(self.kinds), "")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that the block has; `content/validate/blocks.py` requires one."""
        return tuple(name for name in BLOCK_KINDS if getattr(self, name) is not None)

    @property
    def content(self) -> Any:
        return getattr(self, self.kind)

    @property
    def is_in_side_column(self) -> bool:
        """Whether it is in the side column, beside the next block or the last one."""
        if self.big_figure:
            return self.big_figure.zone == "side"
        return self.kind in ("side_note", "quote")


BLOCK_KINDS = tuple(Block.model_fields)


class Section(Strict):
    """A heading and the blocks below it."""

    heading: Line
    blocks: NonEmpty[Block]
    id: Id | None = None


class Point(Strict):
    """One point for decision."""

    do: Line
    detail: Line | None = None


class LanguageVersion(Strict):
    """The texts of an edition in one language (`<lang>.yaml`)."""

    title: Line
    standfirst: Line | None = None
    prepared_for: Line | None = None
    translation: Literal["official", "unofficial"] | None = None
    key_messages: Annotated[tuple[KeyMessage, ...], Field(max_length=4)] = ()
    pull_figures: Annotated[tuple[PullFigure, ...], Field(max_length=3)] = ()
    lead: Prose | None = None
    sections: NonEmpty[Section]
    points_for_decision: tuple[Point, ...] = ()
    references: References = ()

    @property
    def line_chart(self) -> Figure | None:
        """The first chart of lines over time."""
        charts = (figure for _, figure in parts_in(self.sections, Figure))
        return next((chart for chart in charts if chart.chart == "line"), None)


@dataclass(frozen=True)
class Edition:
    """One brief at one information date.

    `languages` are all that exist, also those with errors; `versions` holds those without.
    `data` holds the rows of each data file that charts name, unless it is a workbook;
    `typed_references` the entries from which the references of each version were written.
    """

    slug: str
    information_date: InformationDate
    facts: EditionFacts
    languages: tuple[str, ...]
    versions: Mapping[str, LanguageVersion]
    data: Mapping[str, tuple[DataRow, ...]]
    typed_references: Mapping[str, tuple[Reference, ...]]

    @property
    def folder(self) -> str:
        """The folder of the edition, relative to `content/`."""
        return f"{self.slug}/{self.information_date}"
