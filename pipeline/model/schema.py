"""What a project, an edition and a brief may say: frozen values, unknown keys refused.

The names are those of the YAML files, one for one (docs/authors.md explains each). What one
value can show to be wrong is refused here; what needs a second look (references, pictures,
translations) is found by `check.py`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from pipeline.model.dates import InformationDate

ANY_LANGUAGE = "*"
FieldPath = tuple[str | int, ...]


class _Markdown(str):
    min_length: ClassVar[int] = 1

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        text = core_schema.str_schema(min_length=cls.min_length, strip_whitespace=True)
        return core_schema.no_info_after_validator_function(cls, text)


class Line(_Markdown):
    """Markdown of one paragraph: emphasis, links, citations."""


class Prose(_Markdown):
    """Markdown of any number of paragraphs, with lists, tables and footnotes."""


class CellLine(Line):
    """A line that may be empty: the cell of a table."""

    min_length: ClassVar[int] = 0


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _same_in_every_language(value: Any) -> Any:
    return {ANY_LANGUAGE: value} if isinstance(value, str) else value


def _read_date(value: Any) -> Any:
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise PydanticCustomError("wrong_value", "write a day as 2017-10-26")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError(
            "wrong_value", "there is no such day: {day}", {"day": value}
        ) from None


@dataclass(frozen=True)
class Duration:
    """A span such as "12 months" or "2 years"; only whole numbers."""

    count: int
    unit: Literal["days", "weeks", "months", "years"]

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: type, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(cls.read)

    @classmethod
    def read(cls, value: Any) -> "Duration":
        """Read "12 months" (or "1 month"); refuse zero."""
        if isinstance(value, Duration):
            return value
        text = value if isinstance(value, str) else ""
        match = re.fullmatch(r"([1-9]\d{0,3}) (day|week|month|year)s?", text)
        if not match:
            raise PydanticCustomError(
                "wrong_value", 'write a number and a unit: "12 months" or "2 years"'
            )
        return cls(int(match[1]), match[2] + "s")  # type: ignore[arg-type]  # by the regex


# A text in several languages ({en: …, fr: …}), or one text for all of them.
Localized = Annotated[
    dict[str, Line], Field(min_length=1), BeforeValidator(_same_in_every_language)
]
Day = Annotated[date, BeforeValidator(_read_date)]
Text = Annotated[str, Field(min_length=1), AfterValidator(str.strip)]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
# The digits of texts in Arabic, Persian and Urdu.
Digits = Literal["latin", "arabic-indic"]
WebAddress = Annotated[str, Field(pattern=r"^https://[^\s/]+\.[^\s/]+(/\S*)?$")]


class Publisher(_Strict):
    """Who publishes the series."""

    name: Localized
    unit: Localized | None = None
    address: Localized | None = None


class Series(_Strict):
    """The settings of all briefs of a project (`content/series.yaml`)."""

    name: Localized
    publisher: Publisher
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)]
    url: WebAddress | None = None
    licence: Text | None = None
    disclaimer: Localized | None = None
    digits: Digits = "latin"

    @property
    def default_language(self) -> str:
        """The first language: the one that translations are compared with."""
        return self.languages[0]


class Contact(_Strict):
    """Whom to ask; printed exactly as written."""

    name: Text
    title: Localized | None = None
    unit: Localized | None = None
    phone: Text | None = None
    email: Text | None = None
    web: Text | None = None


class Identifiers(_Strict):
    """Numbers under which catalogues know the edition."""

    isbn: Text | None = None
    doi: Text | None = None
    job_number: Text | None = None


class EditionFacts(_Strict):
    """What does not depend on language (`edition.yaml`)."""

    status: Literal["draft", "final"] = "final"
    issued: Day | None = None
    change_note: Localized | None = None
    symbol: Text | None = None
    identifiers: Identifiers = Identifiers()
    review_after: Duration | None = None
    subjects: tuple[Text, ...] = ()
    contact: Contact | None = None


class KeyMessage(_Strict):
    """One message to take away, and its reason."""

    say: Line
    because: Line | None = None


class PullFigure(_Strict):
    """One number set large in the side column, and what it counts."""

    figure: Line
    text: Line


class Cell(_Strict):
    """One cell of a table; it may reach over columns (`across`) and rows (`down`)."""

    text: CellLine = CellLine()
    across: Annotated[int, Field(ge=1, le=20)] = 1
    down: Annotated[int, Field(ge=1, le=200)] = 1


class Column(_Strict):
    """The head of a column; `align: number` sets its cells at the right."""

    heading: CellLine = CellLine()
    align: Literal["text", "number"] = "text"


def text_as(key: str) -> BeforeValidator:
    """Let a text alone stand for a part of which it is the value of `key`."""
    return BeforeValidator(lambda v: {key: v} if isinstance(v, str) else v)


class Table(_Strict):
    """Rows and columns under a title that says what they show."""

    title: Line
    columns: Annotated[
        tuple[Annotated[Column, text_as("heading")], ...], Field(min_length=1)
    ]
    rows: Annotated[
        tuple[tuple[Annotated[Cell, text_as("text")], ...], ...], Field(min_length=1)
    ]
    id: Id | None = None
    subtitle: Line | None = None
    note: Line | None = None
    source: Line | None = None


DataRow = dict[str, str | None]


class Data(_Strict):
    """The rows of a chart, or the name of the CSV file beside the brief that has them."""

    file: Text | None = None
    rows: tuple[DataRow, ...] = ()


def _file_or_rows(value: Any) -> Any:
    return {"file": value} if isinstance(value, str) else {"rows": value}


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _one_alone(value: Any) -> Any:
    if isinstance(value, list):
        raise PydanticCustomError("not_alone", "one")
    return value


ChartType = Literal["bar", "dot", "slope", "line", "stacked", "small-multiples"]


class Figure(_Strict):
    """A chart whose title states the finding, and its subtitle the unit."""

    title: Line
    subtitle: Line
    chart: ChartType
    data: Annotated[Data, BeforeValidator(_file_or_rows)]
    label: Text
    value: Annotated[tuple[Text, ...], Field(min_length=1), BeforeValidator(_one_or_more)]
    alt: Text
    source: Line
    id: Id | None = None
    highlight: Annotated[Text | None, BeforeValidator(_one_alone)] = None
    names: dict[str, Text] = {}
    width: Literal["main", "wide"] | None = None
    note: Line | None = None
    show_data: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the data that the chart shows, the labels first."""
        return self.label, *self.value

    @property
    def is_over_time(self) -> bool:
        """Whether the labels are points in time, drawn to scale."""
        return self.chart in ("line", "small-multiples")

    def name(self, said: str) -> str:
        """What is printed for a column, or for a label of a row."""
        return self.names.get(said, said)


class Box(_Strict):
    """A self-contained aside on a tinted ground."""

    title: Line
    text: Prose
    id: Id | None = None


class Quote(_Strict):
    """A pull quote."""

    text: Line
    who: Line | None = None


class SideNote(_Strict):
    """A definition, date or pointer in the side column."""

    text: Prose
    title: Line | None = None


class Picture(_Strict):
    """A picture file beside the brief."""

    file: Text
    alt: Text
    id: Id | None = None
    caption: Line | None = None
    credit: Line | None = None


class Block(_Strict):
    """One part of a section: exactly one of these kinds."""

    text: Prose | None = None
    figure: Figure | None = None
    table: Table | None = None
    box: Box | None = None
    quote: Quote | None = None
    side_note: SideNote | None = None
    picture: Picture | None = None

    @property
    def kind(self) -> str:
        """The name of the one kind that is there ("" when none is)."""
        return next(iter(self.kinds), "")

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds that were given; `check.py` refuses more or fewer than one."""
        return tuple(name for name in BLOCK_KINDS if getattr(self, name) is not None)

    @property
    def content(self) -> Any:
        """The block's one value."""
        return getattr(self, self.kind)


BLOCK_KINDS = tuple(Block.model_fields)


class Section(_Strict):
    """A heading and what stands under it."""

    heading: Line
    blocks: Annotated[tuple[Block, ...], Field(min_length=1)]
    id: Id | None = None


class Point(_Strict):
    """One point for decision."""

    do: Line
    detail: Line | None = None


class Reference(_Strict):
    """One entry of the list of references."""

    id: Id
    text: Line
    url: WebAddress | None = None


class LanguageVersion(_Strict):
    """What depends on language (`<lang>.yaml`)."""

    title: Line
    standfirst: Line | None = None
    prepared_for: Line | None = None
    translation: Literal["official", "unofficial"] | None = None
    key_messages: Annotated[tuple[KeyMessage, ...], Field(max_length=4)] = ()
    pull_figures: Annotated[tuple[PullFigure, ...], Field(max_length=3)] = ()
    lead: Prose | None = None
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]
    points_for_decision: tuple[Point, ...] = ()
    references: tuple[Reference, ...] = ()


# A number as a chart reads it, and a point in time: a year or another number, or a month.
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def read_time(typed: str) -> Decimal | None:
    """Read a point in time, in years; None for what is none."""
    if month := MONTH.fullmatch(typed):
        return int(month[1]) + Decimal(int(month[2]) - 1) / 12
    return Decimal(typed) if NUMBER.fullmatch(typed) else None


@dataclass(frozen=True)
class Edition:
    """One brief at one information date, in the languages that could be read.

    `languages` are all that were found, also those with errors; `versions` only the good
    ones. `data` holds the rows of each CSV file that a chart names.
    """

    slug: str
    information_date: InformationDate
    facts: EditionFacts
    languages: tuple[str, ...]
    versions: Mapping[str, LanguageVersion]
    data: Mapping[str, tuple[DataRow, ...]]

    @property
    def folder(self) -> str:
        """Where the edition's files lie, relative to `content/`."""
        return f"{self.slug}/{self.information_date}"


def texts_in(
    kind: Any, value: Any, path: FieldPath = ()
) -> Iterator[tuple[FieldPath, Line | Prose]]:
    """Walk every Markdown text of plain values that a model of some `kind` describes.

    Works on what was typed, so that texts are checked even where the model refuses the
    part around them.
    """
    if isinstance(kind, type) and issubclass(kind, (Line, Prose)):
        if isinstance(value, str):
            yield path, kind(value.strip())
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        if isinstance(value, str):
            yield path, Line(value.strip())  # a cell or a heading that is text alone
        elif isinstance(value, dict):
            for name, field in kind.model_fields.items():
                yield from texts_in(field.annotation, value.get(name), (*path, name))
    elif get_origin(kind) is dict and isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(get_args(kind)[1], item, (*path, key))
    elif get_origin(kind) is dict and isinstance(value, str):
        yield from texts_in(get_args(kind)[1], value, path)  # one text for all languages
    elif get_origin(kind) is tuple and isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts_in(get_args(kind)[0], item, (*path, index))
    elif not isinstance(value, list) or get_origin(kind) is not dict:
        for argument in get_args(kind)[:1]:
            yield from texts_in(argument, value, path)


def parts_in(value: Any, path: FieldPath = ()) -> Iterator[tuple[FieldPath, BaseModel]]:
    """Walk every model inside a model with its path, outermost first."""
    if isinstance(value, BaseModel):
        yield path, value
        for name in type(value).model_fields:
            yield from parts_in(getattr(value, name), (*path, name))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from parts_in(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from parts_in(item, (*path, key))


def in_language(text: Localized, language: str, default: str) -> tuple[Line, str]:
    """Choose the words for a language, and say in which language they are.

    Falls back to the default language, then to any; `check.py` has warned of it.
    """
    if ANY_LANGUAGE in text:
        return text[ANY_LANGUAGE], language
    for candidate in (language, default, *text):
        if candidate in text:
            return text[candidate], candidate
    raise KeyError(language)
