"""The facts of facts.yaml, and the numbers of a text: what test_facts.py compares."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

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
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "bn": 10**9}

_WORD = "|".join(_WORDS)
_NUMBER = re.compile(
    rf"\b(?P<part>{_WORD}) (?:in|out of(?: every)?) (?P<whole>{_WORD})\b"
    r"|\b(?P<few>\d+) (?:in|out of(?: every)?) (?P<all>\d{1,3})\b(?! per cent)"
    r"|\b(?P<many>one|two|three|a)[ -](?P<share>third|quarter)s?\b"
    r"|\b(?P<half>half|halved)\b"
    rf"|\b(?P<times>{'|'.join(_TIMES)})\b"
    rf"|\b(?P<word>{'|'.join(_WORDS[2:])})\b(?: (?P<wordscale>million|billion)\b)?"
    r"|(?<![\w.,/-])(?<!COVID-)(?P<digits>\d{1,3}(?:[ \u00a0\u202f,]\d{3})+|\d+)"
    r"(?P<decimals>\.\d+)?(?:[\s\u00a0](?P<scale>thousand|million|billion|bn)\b)?",
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
    at: int = 0  # its index in the text

    def is_said_by(self, fact: "Number") -> bool:
        """Whether a fact has this number, or a finer one that rounds to it."""
        if "year" in (self.kind, fact.kind):
            return (self.kind, self.value) == (fact.kind, fact.value)
        if self.kind == "share":
            return abs(self.value - fact.value) <= 5
        if fact.kind == "share" or fact.step > self.step:
            return False
        return abs(fact.value - self.value) * 2 <= (
            self.step if fact.step < self.step else 0
        )


def read_numbers(text: str) -> list[Number]:
    """Find the numbers of a text, in digits and in words, also "six in ten"."""
    text = _NO_STATEMENT.sub(lambda match: " " * len(match[0]), text)
    text = re.sub(r"\b(\d\d)(\d\d)–(\d\d)\b", r"\1\2–\1\3", text)
    return [_number(match) for match in _NUMBER.finditer(text)]


def _number(match: re.Match[str]) -> Number:
    typed, at, one = match[0], match.start(), Decimal(1)
    groups = {name: value.lower() for name, value in match.groupdict().items() if value}
    if "whole" in groups:
        share = 100 * _COUNT[groups["part"]] / _COUNT[groups["whole"]]
        return Number(share, one, "share", typed, at)
    if "all" in groups:
        share = 100 * Decimal(groups["few"]) / Decimal(groups["all"])
        return Number(share, one, "share", typed, at)
    if "share" in groups:
        parts = _COUNT.get(groups["many"], one)
        return Number(parts * _SHARES[groups["share"]], one, "share", typed, at)
    if "half" in groups:
        return Number(Decimal(50), one, "share", typed, at)
    if "times" in groups:
        return Number(Decimal(_TIMES[groups["times"]]), one, "number", typed, at)
    scale = Decimal(_SCALES.get(groups.get("scale") or groups.get("wordscale") or "", 1))
    if "word" in groups:
        return Number(_COUNT[groups["word"]] * scale, scale, "number", typed, at)
    digits, decimals = re.sub(r"\D", "", groups["digits"]), groups.get("decimals", "")
    if re.fullmatch(r"(19|20)\d\d", groups["digits"]) and not decimals and scale == 1:
        return Number(Decimal(digits), one, "year", typed, at)
    value, places = Decimal(digits + decimals), max(len(decimals) - 1, 0)
    return Number(value * scale, scale.scaleb(-places), "number", typed, at)


# --- The facts ---


@dataclass(frozen=True)
class Fact:
    """A number of a source, the text that states it, and the keys that it is a value of."""

    number: Number
    text: str = ""
    keys: frozenset[str] = frozenset()


@cache
def book() -> dict[str, Any]:
    text = Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8")
    read: dict[str, Any] = yaml.safe_load(text)
    return read


@cache
def facts_of(title: str) -> tuple[Fact, ...]:
    """List what one source says."""
    [source] = [s for s in book()["sources"] if s["title"] == title]
    printed = f"{title}, {str(source.get('published', ''))[:4]}"
    texts = [printed, *source.get("facts", ())]
    facts = [Fact(number, text) for text in texts for number in read_numbers(text)]
    points = [p for s in source.get("series", ()) for p in _points(s["values"])]
    keys = {key for point in points for key in point.keys}
    years = [Fact(n, key) for key in keys for n in read_numbers(key) if n.kind == "year"]
    return (*facts, *points, *years)


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
        *(Fact(number, text) for text in reckoned for number in read_numbers(text)),
    )


def cited_by(text: str, urls: Iterable[str] = ()) -> frozenset[str]:
    """Name the sources that a text prints: a title, an address or an ILO number in it."""
    plain = " ".join(re.sub(r"[*|]", "", text).split())
    linked = {*urls, *re.findall(r"\]\((https:[^)]+)\)", plain)}
    return frozenset(
        title
        for title, printed, address in _marks()
        if (address and address in linked) or printed.search(plain)
    )


@cache
def _marks() -> list[tuple[str, re.Pattern[str], str]]:
    """Return of each source its title, what is printed of it, and its address.

    An address that several sources have, such as a site, is none.
    """
    addresses = Counter(source.get("address", "") for source in book()["sources"])
    marks = []
    for source in book()["sources"]:
        title, address = source["title"], source.get("address", "")
        numbers = re.findall(r"WCMS_\d+", address)
        words = "|".join(map(re.escape, (title, *source.get("also", ()), *numbers)))
        printed = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
        marks.append((title, printed, address if addresses[address] == 1 else ""))
    return marks
