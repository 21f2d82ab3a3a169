"""Every number of the English briefs stands in tests/facts.yaml, under a source they cite.

A number is looked up among the sources of its own part: those that a paragraph, a figure or
the row of a table cites. Where a part cites nothing, those of the whole brief count. What
counts as citing, and what facts.yaml holds, is said at its head.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import pytest

from pipeline.content.yaml_source import Source, read_yaml
from pipeline.model.dates import InformationDate
from pipeline.model.fields import FieldPath
from pipeline.model.markdown import citations
from pipeline.model.schema import EditionFacts, LanguageVersion
from pipeline.model.walk import texts_in
from tests.facts import Fact, Number, book, cited_by, facts_of, known_facts, read_numbers

ROOT = Path(__file__).resolve().parents[1]
BRIEFS = sorted((ROOT / "content").glob("*/*/en.yaml"))

# --- The briefs ---


@dataclass(frozen=True)
class Statement:
    """A piece of a brief, its place, the texts beside it, and the facts it may state."""

    place: str
    text: str
    beside: str
    brief: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True)
class Brief:
    """An English text as typed, with what it cites."""

    path: Path
    source: Source

    @property
    def name(self) -> str:
        return self.path.parent.relative_to(ROOT / "content").as_posix()

    @cached_property
    def references(self) -> Mapping[str, frozenset[str]]:
        return {
            r["id"]: cited_by(r["text"], [r.get("url", "")])
            for r in self.source.value.get("references", ())  # type: ignore[union-attr]
        }

    @cached_property
    def texts(self) -> list[tuple[FieldPath, str]]:
        values = self.source.value
        texts = [(p, str(t)) for p, t in texts_in(LanguageVersion, values)]
        texts += [(p, str(v)) for p, v in self.source.walk() if p and p[-1] == "alt"]
        return [(p, t) for p, t in texts if p[0] != "references" and p[-1] != "data"]

    def texts_at(self, path: FieldPath) -> tuple[str, ...]:
        """List the texts in a part of the brief."""
        return tuple(text for p, text in self.texts if p[: len(path)] == path)

    def cited_in(self, *texts: str) -> frozenset[str]:
        """Name the sources that texts cite, themselves or by a link to a part that does."""
        cited = set()
        for text in texts:
            cited |= cited_by(text)
            for id in citations(re.sub(r"^\[\^[^]]+\]:", "", text, flags=re.MULTILINE)):
                cited |= self.references[id]
            for id in re.findall(r"\]\(#([^)]+)\)", text):
                cited |= self.cited_in(*self.texts_at(self._part(id)))
        return frozenset(cited)

    def _part(self, id: str) -> FieldPath:
        return next(
            p[:-1] for p, value in self.source.walk() if p[-1:] == ("id",) and value == id
        )

    @cached_property
    def all_sources(self) -> frozenset[str]:
        whole = "\n\n".join(text for _, text in self.texts)
        return cited_by(whole).union(*self.references.values())


@cache
def read_brief(path: Path) -> Brief:
    source, problems = read_yaml(path.relative_to(ROOT).as_posix(), path.read_bytes())
    assert source
    assert not problems
    return Brief(path, source)


def statements(brief: Brief) -> Iterator[Statement]:
    """Cut a brief into the pieces whose numbers are looked up together."""
    whole = "\n".join(brief.texts_at(()))
    for path, text in brief.texts:
        piece = _piece(path)
        beside = brief.texts_at(piece)
        for paragraph in _paragraphs(text):
            place = brief.source.find(path, paragraph.split("\n")[0])
            own = (
                brief.texts_at(path[: len(piece) + 2])
                if piece[-1] == "table"
                else (paragraph,)
            )
            near = beside if piece[-1] in _PARTS - {"box"} else (paragraph,)
            cited = brief.cited_in(*own) or brief.cited_in(*beside) or brief.all_sources
            yield Statement(
                f"{place.file}:{place.line}",
                paragraph,
                "\n".join(near) if path[0] in ("sections", "lead") else whole,
                whole,
                (*known_facts(cited), *_own_counts(brief, piece)),
            )


# Parts of which all texts are searched for the keys of a fact.
_PARTS = {"figure", "table", "box", "big_figure", "timeline", "compare", "flow"}


def _own_counts(brief: Brief, piece: FieldPath) -> Iterator[Fact]:
    """Count the rows and columns of a figure or a table, or the items of a box."""
    part: Any = brief.source.value
    for key in piece:
        part = part[key]
    if piece[-1] == "figure":
        counts = [len(list(_rows(brief, piece, part))), len(_columns(part))]
    elif piece[-1] == "table":
        counts = [len(part["rows"]), len(part["columns"])]
    else:
        text = "\n".join(brief.texts_at(piece))
        counts = [len(re.findall(r"^(?:-|\d+\.) ", text, flags=re.MULTILINE))]
    for count in counts:
        yield from (Fact(number) for number in read_numbers(str(count)))


def _piece(path: FieldPath) -> FieldPath:
    """Where the figure or other part, key message or paragraph of a text begins."""
    for index, key in enumerate(path):
        if key in _PARTS and path[0] == "sections":
            return path[: index + 1]
    return path if path[0] == "sections" else path[:2]


def _paragraphs(text: str) -> list[str]:
    """Divide prose into paragraphs, each with the notes that it calls."""
    parts = re.split(r"\n\s*\n", text)
    notes = {m[1]: part for part in parts if (m := re.match(r"\[\^([^]]+)\]:", part))}
    return [
        "\n".join([part, *(notes[call] for call in re.findall(r"\[\^([^]]+)\]", part))])
        for part in parts
        if part not in notes.values()
    ]


def unknown_numbers(brief: Brief) -> Iterator[str]:
    """Yield file, line and number of each number that no cited source has."""
    for statement in statements(brief):
        text = _without_exceptions(brief.name, statement.text)
        for number in read_numbers(text):
            if not _is_known(number, statement):
                yield f"{statement.place}: {number.typed} in “{_shorten(text, number.at)}”"


def _is_known(number: Number, statement: Statement) -> bool:
    return any(
        number.is_said_by(fact.number) and _is_meant(fact, statement)
        for fact in statement.facts
    )


def _is_meant(fact: Fact, statement: Statement) -> bool:
    """Whether the texts beside a statement name the keys of a fact, such as its country.

    The year may be named anywhere in the brief, and the world need not be named.
    """
    return all(
        _is_named(key, statement.brief if key[:4].isdigit() else statement.beside)
        for key in fact.keys - {"World"}
    )


def _is_named(key: str, text: str) -> bool:
    words = book()["words"].get(key, key)
    return bool(
        re.search(rf"\b{re.escape(words)}\b", " ".join(text.split()), re.IGNORECASE)
    )


def _shorten(text: str, offset: int) -> str:
    return " ".join(text[max(offset - 40, 0) : offset + 40].split())


def _without_exceptions(name: str, text: str) -> str:
    plain = " ".join(re.sub(r"^ *\d+\. ", "", text, flags=re.MULTILINE).split())
    for one in book()["exceptions"]:
        if name in one.get("briefs", [name]):
            plain = plain.replace(one["words"], " ")
    return plain


def unknown_cells(brief: Brief) -> Iterator[str]:
    """List the chart values that differ from their row and column in a cited source."""
    for path, figure in brief.source.walk():
        if not path or path[-1] != "figure" or not isinstance(figure, dict):
            continue
        texts = (t for p, t in brief.texts if p[: len(path)] == path)
        facts = known_facts(brief.cited_in(*texts) or brief.all_sources)
        known = frozenset(key for fact in facts for key in fact.keys)
        for place, row in _rows(brief, path, figure):
            label = str(row[str(figure["label"])])
            for column in _columns(figure):
                names = {_name(figure, label), _name(figure, column), label, column} & known
                cell = row.get(column) or ""
                if cell and not any(
                    _is_cell(fact, number, names, label)
                    for number in read_numbers(cell.lstrip("-"))
                    for fact in facts
                ):
                    yield f"{place}: {cell} for “{label}”, “{column}”"


def _is_cell(fact: Fact, number: Number, names: set[str], label: str) -> bool:
    return number.is_said_by(fact.number) and (
        (bool(names) and names <= fact.keys) or label.casefold() in fact.text.casefold()
    )


def _name(figure: Mapping[str, Any], key: str) -> str:
    return str(figure.get("names", {}).get(key, key))


def _columns(figure: Mapping[str, Any]) -> list[str]:
    value = figure["value"]
    return value if isinstance(value, list) else [value]


def _rows(
    brief: Brief, path: FieldPath, figure: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    data = figure["data"]
    if isinstance(data, list):
        for index, row in enumerate(data):
            place = brief.source.place((*path, "data", index))
            yield f"{place.file}:{place.line}", row
    else:
        with (brief.path.parent / data).open(encoding="utf-8-sig") as file:
            for number, row in enumerate(csv.DictReader(file), start=2):
                yield f"{brief.path.parent.relative_to(ROOT)}/{data}:{number}", row


# --- The promises ---


@pytest.fixture(params=BRIEFS, ids=[p.parent.relative_to(ROOT).as_posix() for p in BRIEFS])
def brief(request: pytest.FixtureRequest) -> Brief:
    path: Path = request.param
    return read_brief(path)


def test_every_number_stands_in_a_source_that_is_cited(brief: Brief) -> None:
    assert list(unknown_numbers(brief)) == []


def test_a_changed_digit_is_noticed() -> None:
    """Years aside, of which a series has many; and some sources have both 26.1 and 27.1."""
    noticed = [
        not _is_known(changed, statement)
        for brief in map(read_brief, BRIEFS)
        for statement in statements(brief)
        for number in read_numbers(_without_exceptions(brief.name, statement.text))
        if number.kind != "year"
        for changed in _with_other_digits(number)
    ]
    assert noticed.count(True) >= 0.95 * len(noticed)


def _with_other_digits(number: Number) -> Iterator[Number]:
    for index, digit in enumerate(number.typed):
        if digit.isdigit():
            other = str((int(digit) + 1) % 10)
            yield from read_numbers(
                number.typed[:index] + other + number.typed[index + 1 :]
            )


def test_every_value_of_a_chart_is_that_of_its_row_and_column(brief: Brief) -> None:
    assert list(unknown_cells(brief)) == []


def test_every_reference_is_a_source_at_its_address(brief: Brief) -> None:
    references = brief.source.value.get("references", [])  # type: ignore[union-attr]
    assert [r["id"] for r in references if not brief.references[r["id"]]] == []
    addresses = {s["title"]: s.get("address") for s in book()["sources"]}
    assert [
        f"{r['id']}: {r['url']}"
        for r in references
        if "url" in r
        if r["url"] not in {addresses[title] for title in brief.references[r["id"]]}
    ] == []


def test_a_brief_cites_only_what_was_published_before_it(brief: Brief) -> None:
    day = InformationDate.parse(brief.path.parent.name).last_day
    dates = {s["title"]: str(s["published"]) for s in book()["sources"] if "published" in s}
    later = {
        f"{title} ({dates[title]})"
        for title in brief.all_sources & set(dates)
        if InformationDate.parse(dates[title]).first_day > day
    }
    assert later == set()


def test_the_note_of_an_edition_states_no_number_of_its_own(brief: Brief) -> None:
    path = brief.path.parent / "edition.yaml"
    source, _ = read_yaml(path.name, path.read_bytes())
    assert source
    notes = [
        str(t) for p, t in texts_in(EditionFacts, source.value) if p[0] == "change_note"
    ]
    known = [fact.number for fact in known_facts(brief.all_sources)]
    assert [
        number.typed
        for note in notes
        for number in read_numbers(_without_exceptions(brief.name, note))
        if not any(number.is_said_by(fact) for fact in known)
    ] == []


# --- The book of facts ---


def test_every_source_has_its_place_and_its_certainty() -> None:
    for source in book()["sources"]:
        assert source.get("address", "https://").startswith("https://"), source
        assert source["confidence"] in ("official", "mirror", "secondary"), source
        assert source.get("facts") or source.get("series"), source
        assert set(source) <= {
            "title",
            "address",
            "published",
            "confidence",
            "also",
            "facts",
            "series",
        }


def test_titles_of_sources_are_distinguished() -> None:
    titles = [source["title"] for source in book()["sources"]]
    assert len(titles) == len(set(titles))


_RECKONING = {
    "difference": lambda a, b: a - b,
    "sum": lambda a, b: a + b,
    "ratio": lambda a, b: a / b,
    "share": lambda a, b: 100 * a / b,
}


def test_derived_numbers_can_be_calculated_from_their_sources() -> None:
    for one in book()["derived"]:
        [(how, typed)] = [(k, v) for k, v in one.items() if k in _RECKONING]
        facts = [fact.number for title in one["from"] for fact in facts_of(title)]
        operands = [read_numbers(str(value))[0] for value in typed]
        for operand in operands:
            assert operand.value == 100 or any(operand.is_said_by(f) for f in facts), one
        result = _RECKONING[how](*(operand.value for operand in operands))
        fact = Number(result, Decimal("1E-9"), "number", str(result))
        assert any(number.is_said_by(fact) for number in read_numbers(one["says"])), one


def test_every_exception_is_used_and_has_a_reason() -> None:
    texts = {
        read_brief(path).name: " ".join(
            " ".join(text.split()) for _, text in read_brief(path).texts
        )
        for path in BRIEFS
    }
    for one in book()["exceptions"]:
        assert one["because"]
        assert set(one.get("briefs", ())) <= set(texts), one
        assert any(one["words"] in texts[name] for name in one.get("briefs", texts)), one


# --- The reading of numbers ---


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("61.2 per cent in 2016", ["61.2 number", "2016 year"]),
        ("1.2 billion of 14 000 workers", ["1200000000 number", "14000 number"]),
        ("six in ten, a third, half", ["60 share", "33 share", "50 share"]),
        (
            "the 97th Session, twice in 2017–19",
            ["97 number", "2 number", "2017 year", "2019 year"],
        ),
        ("GB.328/POL/3, [page 4](https://a.org/12) [@ilo-2016] and G7", ["4 number"]),
    ],
)
def test_numbers_are_read_in_digits_and_words(text: str, values: list[str]) -> None:
    assert [f"{n.value.normalize():f} {n.kind}" for n in read_numbers(text)] == values


@pytest.mark.parametrize(
    ("brief", "fact", "expected"),
    [
        ("61", "61.2", True),
        ("61.3", "61.2", False),
        ("61.2", "61", False),
        ("2 billion", "1.97 billion", True),
        ("six in ten", "61.2", True),
        ("six in ten", "53.1", False),
        ("2016", "2016", True),
        ("2016", "2015", False),
        ("a third", "35 per cent", True),
    ],
)
def test_a_number_may_be_rounded_but_not_more_precise(
    brief: str, fact: str, expected: bool
) -> None:
    assert read_numbers(brief)[0].is_said_by(read_numbers(fact)[0]) is expected
