"""Every number of the English briefs stands in tests/facts.yaml, under a source they cite.

A number is looked up among the sources of its own part: those that a paragraph, a figure or
the row of a table cites. Where a part cites nothing, those of the whole brief count. What
counts as citing, and what facts.yaml holds, is said at its head.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.content.dates import InformationDate
from pipeline.content.model import EditionFacts, LanguageVersion, texts_in
from pipeline.content.prose import citations
from pipeline.content.source import Source, read_yaml

ROOT = Path(__file__).resolve().parents[1]
Path_ = tuple[str | int, ...]
BRIEFS = sorted((ROOT / "content").glob("*/*/en.yaml"))

_SPELT = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_WORDS = _SPELT.split()
_COUNT = {word: Decimal(count) for count, word in enumerate(_WORDS)}
_TIMES = {
    "twice": 2,
    "doubled": 2,
    "double": 2,
    "twofold": 2,
    "threefold": 3,
    "fivefold": 5,
}
_SHARES = {"half": 50, "halved": 50, "third": 33, "quarter": 25}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}

_WORD = "|".join(_WORDS)
_NUMBER = re.compile(
    rf"\b(?P<part>{_WORD}|\d+) (?:in|out of(?: every)?) (?P<whole>{_WORD}|\d{{1,3}})\b"
    r"|\b(?P<many>one|two|three|a)[ -](?P<share>third|quarter)s?\b"
    r"|\b(?P<half>half|halved)\b"
    rf"|\b(?P<times>{'|'.join(_TIMES)})\b"
    rf"|\b(?P<word>{'|'.join(_WORDS[2:])})\b(?: (?P<wordscale>million|billion)\b)?"
    r"|(?<![\w.,/-])(?<!COVID-)(?P<digits>\d{1,3}(?:[ \u00a0\u202f,]\d{3})+|\d+)"
    r"(?P<decimals>\.\d+)?(?:[\s\u00a0](?P<scale>thousand|million|billion|trillion)\b)?",
    re.IGNORECASE,
)
# Links to parts of the brief, addresses, citations, calls of notes, languages of phrases
# and document symbols are no statements, whatever digits they hold.
_NO_STATEMENT = re.compile(
    r"\[[^]]*\]\(#[^)]*\)|\]\([^)]*\)|\[@[^]]*\]|\[\^[^]]*\]:?|\{lang=[^}]*\}|https?://\S+"
    r"|\b[A-Z]+\.\d+/\S*[\w)]|\b[A-Z]{2,4}[._][A-Z0-9._]*\d[A-Z0-9._]*"
)


@dataclass(frozen=True)
class Number:
    """A number that a text states: 61.2 has the value 61.2 and the step 0.1."""

    value: Decimal
    step: Decimal
    kind: str  # year, number, or share: "six in ten", kept as 60
    typed: str
    at: int = 0

    def is_said_by(self, fact: "Number") -> bool:
        """Whether a fact has this number, or a finer one that rounds to it."""
        if "year" in (self.kind, fact.kind):
            return (self.kind, self.value) == (fact.kind, fact.value)
        if self.kind == "share":
            return abs(self.value - fact.value) <= 5
        if fact.kind == "share" or fact.step > self.step:
            return False
        steps = (fact.value / self.step).quantize(Decimal(1), ROUND_HALF_UP)
        return steps * self.step == self.value


def read_numbers(text: str) -> list[Number]:
    """Find the numbers of a text, in digits and in words, also "six in ten"."""
    text = _NO_STATEMENT.sub(lambda match: " " * len(match[0]), text)
    text = re.sub(r"\b(\d\d)(\d\d)–(\d\d)\b", r"\1\2–\1\3", text)
    return [_number(match) for match in _NUMBER.finditer(text)]


def _number(match: re.Match[str]) -> Number:
    typed, at, one = match[0], match.start(), Decimal(1)
    found = {name: value.lower() for name, value in match.groupdict().items() if value}
    if "whole" in found:
        share = 100 * _count(found["part"]) / _count(found["whole"])
        return Number(share, one, "share", typed, at)
    if "share" in found:
        parts = one if found["many"] == "a" else _count(found["many"])
        return Number(parts * _SHARES[found["share"]], one, "share", typed, at)
    if "half" in found:
        return Number(Decimal(50), one, "share", typed, at)
    if "times" in found:
        return Number(Decimal(_TIMES[found["times"]]), one, "number", typed, at)
    scale = Decimal(_SCALES.get(found.get("scale") or found.get("wordscale") or "", 1))
    if "word" in found:
        return Number(_COUNT[found["word"]] * scale, scale, "number", typed, at)
    digits, decimals = re.sub(r"\D", "", found["digits"]), found.get("decimals", "")
    if re.fullmatch(r"(19|20)\d\d", found["digits"]) and not decimals and scale == 1:
        return Number(Decimal(digits), one, "year", typed, at)
    value, places = Decimal(digits + decimals), max(len(decimals) - 1, 0)
    return Number(value * scale, scale.scaleb(-places), "number", typed, at)


def _count(word: str) -> Decimal:
    return _COUNT.get(word) or Decimal(word)


# --- The facts ---


@dataclass(frozen=True)
class Fact:
    """A number that a source has, the words it is said with, and what it is a value of."""

    number: Number
    said: str = ""
    keys: frozenset[str] = frozenset()


@cache
def book() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "tests/facts.yaml").read_text("utf-8"))
    return read


@cache
def facts_of(title: str) -> tuple[Fact, ...]:
    """List what one source says."""
    [source] = [s for s in book()["sources"] if s["title"] == title]
    printed = f"{title}, {str(source.get('published', ''))[:4]}"
    texts = [printed, *source.get("facts", ())]
    said = [Fact(number, text) for text in texts for number in read_numbers(text)]
    points = [p for s in source.get("series", ()) for p in _points(s["values"])]
    keys = {key for point in points for key in point.keys}
    years = [Fact(n, key) for key in keys for n in read_numbers(key) if n.kind == "year"]
    return (*said, *points, *years)


def _points(values: Any, keys: tuple[str, ...] = ()) -> Iterator[Fact]:
    if isinstance(values, dict):
        for key, value in values.items():
            yield from _points(value, (*keys, str(key)))
    else:
        [number] = read_numbers(str(values))
        yield Fact(number, keys=frozenset(keys) - {"total"})


@cache
def known_facts(titles: frozenset[str]) -> tuple[Fact, ...]:
    """List what sources say, and what is reckoned from them alone."""
    reckoned = [d["says"] for d in book()["derived"] if titles.issuperset(d["from"])]
    return (
        *(fact for title in sorted(titles) for fact in facts_of(title)),
        *(Fact(number, said) for said in reckoned for number in read_numbers(said)),
    )


def cited_by(text: str, urls: Iterable[str] = ()) -> frozenset[str]:
    """Name the sources whose title or address a text prints."""
    plain = " ".join(re.sub(r"[*|]", "", text).split())
    addresses = [s.get("address") for s in book()["sources"]]
    return frozenset(
        source["title"]
        for source in book()["sources"]
        if re.search(rf"(?<!\w){re.escape(source['title'])}(?!\w)", plain)
        or (
            addresses.count(source.get("address")) == 1
            and (source.get("address") in urls or f"({source.get('address')})" in plain)
        )
    )


# --- The briefs ---


@dataclass(frozen=True)
class Statement:
    """A piece of a brief with numbers: where it stands, beside what, and who vouches."""

    place: str
    text: str
    context: str
    sources: frozenset[str]


@dataclass(frozen=True)
class Brief:
    """An English text as typed, with what it cites."""

    path: Path
    source: Source

    @property
    def name(self) -> str:
        return self.path.parent.relative_to(ROOT / "content").as_posix()

    @property
    def references(self) -> Mapping[str, frozenset[str]]:
        return {
            r["id"]: cited_by(r["text"], [r.get("url", "")])
            for r in self.source.value.get("references", ())  # type: ignore[union-attr]
        }

    @property
    def texts(self) -> list[tuple[Path_, str]]:
        values = self.source.value
        texts = [(p, str(t)) for p, t in texts_in(LanguageVersion, values)]
        texts += [(p, str(v)) for p, v in self.source.walk() if p and p[-1] == "alt"]
        return [(p, t) for p, t in texts if p[0] != "references"]

    def cited_in(self, *texts: str) -> frozenset[str]:
        """Name the sources that some texts cite."""
        cited = set()
        for text in texts:
            cited |= cited_by(text)
            for id in citations(re.sub(r"^\[\^[^]]+\]:", "", text, flags=re.MULTILINE)):
                cited |= self.references[id]
        return frozenset(cited)

    @property
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
    """Cut a brief into pieces that answer for their own numbers."""
    whole = tuple(text for _, text in brief.texts)
    for path, text in brief.texts:
        piece = _piece(path)
        beside = tuple(t for p, t in brief.texts if p[: len(piece)] == piece)
        row = tuple(
            t for p, t in brief.texts if p[: len(piece) + 2] == path[: len(piece) + 2]
        )
        for paragraph in _paragraphs(text):
            place = brief.source.find(path, paragraph.split("\n")[0])
            own = row if piece[-1] == "table" else (paragraph,)
            context = beside if piece[-1] in ("figure", "table") else (paragraph,)
            yield Statement(
                f"{place.file}:{place.line}",
                paragraph,
                "\n".join(context if path[0] in ("sections", "lead") else whole),
                brief.cited_in(*own) or brief.cited_in(*beside) or brief.all_sources,
            )


def _piece(path: Path_) -> Path_:
    """Where the figure, table, key message or paragraph begins that a text belongs to."""
    for index, key in enumerate(path):
        if key in ("figure", "table") and path[0] == "sections":
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
    """Say file, line and number of what no cited source has."""
    for statement in statements(brief):
        text = _without_exceptions(brief.name, statement.text)
        for number in read_numbers(text):
            if not _is_known(number, statement):
                yield f"{statement.place}: {number.typed} in “{_shorten(text, number.at)}”"


def _is_known(number: Number, statement: Statement) -> bool:
    return any(
        number.is_said_by(fact.number) and _is_meant(fact, statement.context)
        for fact in known_facts(statement.sources)
    )


def _is_meant(fact: Fact, context: str) -> bool:
    """Whether the text names what a value of a series is a value of."""
    words = context.casefold()
    return all(re.search(rf"\b{re.escape(k.casefold())}\b", words) for k in fact.keys)


def _shorten(text: str, at: int) -> str:
    return " ".join(text[max(at - 40, 0) : at + 40].split())


def _without_exceptions(name: str, text: str) -> str:
    plain = " ".join(text.split())
    for one in book()["exceptions"]:
        if name in one.get("briefs", [name]):
            plain = plain.replace(one["words"], " ")
    return plain


def unknown_cells(brief: Brief) -> Iterator[str]:
    """Say which value of a chart is not that of its row and column in a cited source."""
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
        (bool(names) and names <= fact.keys) or label.casefold() in fact.said.casefold()
    )


def _name(figure: Mapping[str, Any], key: str) -> str:
    return str(figure.get("names", {}).get(key, key))


def _columns(figure: Mapping[str, Any]) -> list[str]:
    value = figure["value"]
    return value if isinstance(value, list) else [value]


def _rows(
    brief: Brief, path: Path_, figure: Mapping[str, Any]
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
    for at, digit in enumerate(number.typed):
        if digit.isdigit():
            other = str((int(digit) + 1) % 10)
            yield from read_numbers(number.typed[:at] + other + number.typed[at + 1 :])


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


def test_a_brief_knows_only_what_had_been_published(brief: Brief) -> None:
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


def test_every_source_says_where_it_was_read_and_how_sure_it_is() -> None:
    for source in book()["sources"]:
        assert source.get("address", "https://").startswith("https://"), source
        assert source["confidence"] in ("official", "mirror", "secondary"), source
        assert source.get("facts") or source.get("series"), source
        assert set(source) <= {
            "title",
            "address",
            "published",
            "confidence",
            "facts",
            "series",
        }


def test_titles_of_sources_are_told_apart() -> None:
    titles = [source["title"] for source in book()["sources"]]
    assert len(titles) == len(set(titles))


_RECKONING = {
    "difference": lambda a, b: a - b,
    "sum": lambda a, b: a + b,
    "ratio": lambda a, b: a / b,
    "share": lambda a, b: 100 * a / b,
}


def test_what_is_derived_can_be_reckoned_from_its_sources() -> None:
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
    ("brief", "fact", "said"),
    [
        ("61", "61.2", True),
        ("61.3", "61.2", False),
        ("61.2", "61", False),
        ("2 billion", "1.97 billion", True),
        ("six in ten", "61.2", True),
        ("six in ten", "53.1", False),
        ("2016", "2016", True),
        ("2016", "2015", False),
    ],
)
def test_a_number_may_be_rounded_and_not_sharpened(
    brief: str, fact: str, said: bool
) -> None:
    assert read_numbers(brief)[0].is_said_by(read_numbers(fact)[0]) is said
