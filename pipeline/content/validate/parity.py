"""Compare a translation with the original: parts, ids, numbers, citations, addresses.

A warning is given only where both texts are plain: "1.2 billion", "1200 millones" and
"12亿" are one number, and a number that one language writes as a word is no difference.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cached_property
from itertools import zip_longest
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from pipeline.content.validate.number_words import knows_words, powers_after
from pipeline.content.yaml_source import Source
from pipeline.model.dates import InformationDate
from pipeline.model.fields import FieldPath
from pipeline.model.markdown import CITATION, citations
from pipeline.model.schema import Block, Data, Figure, LanguageVersion
from pipeline.problems import Place, Problem, Rule

# Keys that a translation may add or leave out, or that are compared by row.
_OPTIONAL = frozenset({"translation", "approximate"})
_HINT = "a translation has the same parts as the original, in the same order"
_DIFFERENCE_HINT = "correct the text that is wrong"

# Parts of a text that are in no language: addresses, citations, calls of footnotes.
_NO_TEXT = re.compile(
    rf"\]\([^)]*\)|(?:https?://|www\.)\S+|\[\^[^]]*\]|\{{lang=[^}}]*\}}|{CITATION.pattern}"
)
_HOST = re.compile(r"\bhttps?://(?:www\.)?([^/\s)\]]+)")
_TOKEN = re.compile(r"[0-9]+(?:[.,'’\u066b\u066c \u00a0\u2009\u202f][0-9]+)*")
_DIGIT = re.compile(r"\d")
# As English groups thousands.
_GROUPED = re.compile(r"(?<![\d.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![\d.,]*\d)")
_SHORT_YEAR = re.compile(r"([0-9]{2})([0-9]{2})([–/-])([0-9]{2})(?![0-9])")
_HAN_NUMERAL = re.compile("[〇一二三四五六七八九十百千万亿]")
# Numbers that texts also write in words ("ten", "two million"), and years ("three years
# before"). Decimals and other large numbers are digits in every language.
_IN_WORDS = re.compile("([0-9]{1,2}|100)(0{3,})?|1[0-9]{3}|20[0-9]{2}")


@dataclass(frozen=True)
class _Number:
    """A number as typed, and what it may mean: "1,250" is 1250 or 1.25."""

    typed: str
    readings: frozenset[str]
    # Without the word after it; and whether that word may be one that is not known.
    digits: frozenset[str]
    is_open: bool

    @property
    def may_be_word(self) -> bool:
        return all(map(_IN_WORDS.fullmatch, self.readings))

    def may_be(self, other: "_Number") -> bool:
        """Whether both may be one number; unknown words after them may mean the same."""
        is_open = self.is_open or other.is_open
        return bool(
            self.readings & other.readings or (is_open and self.digits & other.digits)
        )


@dataclass(frozen=True)
class _Comparison:
    source: Source
    original: Source

    @cached_property
    def languages(self) -> tuple[str, str]:
        """Those of the translation and of the original, by the names of their files."""
        return PurePath(self.source.file).stem, PurePath(self.original.file).stem

    def at(self, place: Place) -> str:
        """A place of the original as in messages: its name and line."""
        return f"{place.file.rpartition('/')[2]}:{place.line}"

    def items(
        self, ours: Sequence[Any], theirs: Sequence[Any], path: FieldPath, other: FieldPath
    ) -> Iterator[Problem]:
        """Compare two lists; where one is longer, find which item it has more."""
        shapes = ours, theirs
        if len(ours) != len(theirs):
            shapes = [*map(_shape, ours)], [*map(_shape, theirs)]
        for mine, others in pair_items(*shapes):
            if mine is not None and others is not None:
                paths = (*path, mine), (*other, others)
                yield from self.values(ours[mine], theirs[others], *paths)
                continue
            (index,) = (number for number in (mine, others) if number is not None)
            shape = shapes[mine is None]
            is_known = shape.count(shape[index]) == 1
            counts = (0, 0) if is_known else (len(ours), len(theirs))
            yield self.left_over(path, other, index, mine is not None, counts)

    def left_over(
        self,
        path: FieldPath,
        other: FieldPath,
        index: int,
        is_extra: bool,
        counts: tuple[int, int],
    ) -> Problem:
        """Report an item that only one has, or the counts where others look like it."""
        whole = self.at(self.original.key_place(other))
        item, place = (*path, index), self.source.place(path)
        if any(counts):
            items = "1 item" if counts[0] == 1 else f"{counts[0]} items"
            message = f"{_name(path)} has {items}; {whole} has {counts[1]}"
        elif is_extra:
            message = f"{_name(item)} is not in {whole}"
            place = self.source.place(item)
        else:
            missing = self.at(self.original.place((*other, index)))
            message = f"{_name(item)} is missing: {missing}"
        is_missing = not is_extra and not any(counts)
        return self.mismatch(place, message, is_missing=is_missing)

    def mismatch(self, place: Place, message: str, *, is_missing: bool) -> Problem:
        """Report a difference of the parts; a part that is missing can be sent."""
        hint, file = _HINT, PurePath(self.source.file)
        if is_missing:
            command = f"briefs translate {file.parent.parent.name} --to {file.stem}"
            hint += f"; to send what is missing to a translator: {command}"
        return Problem(Rule.TRANSLATION_MISMATCH, place, message, hint)

    def values(
        self, ours: Any, theirs: Any, path: FieldPath = (), other: FieldPath = ()
    ) -> Iterator[Problem]:
        """Compare two values and what they hold."""
        name = self.original.file.rpartition("/")[2]
        message = ""
        if ours is None or theirs is None:
            if ours is not theirs:
                is_missing = "missing in this translation" if ours is None else ""
                message = f"is {is_missing or f'not in {name}'}"
        elif isinstance(ours, Block) and ours.kind != theirs.kind:
            message = f"is a {ours.kind}; in {name} it is a {theirs.kind}"
        elif isinstance(ours, Data):
            yield from self.values(ours.rows, theirs.rows, path, other)
        elif isinstance(ours, dict):
            keys = [[k for k in one if k.isdecimal()] for one in (ours, theirs)]
            if keys[0] != keys[1]:
                yield self.difference(path, other, *keys)
            for key in (k for k in ours if ours[k] and theirs.get(k)):
                yield from self.texts(ours[key], theirs[key], (*path, key), (*other, key))
        elif isinstance(ours, BaseModel):
            if isinstance(ours, Figure):
                yield from self.approximate(ours, theirs, path, other)
            for key in (k for k in type(ours).model_fields if k not in _OPTIONAL):
                values = getattr(ours, key), getattr(theirs, key)
                yield from self.values(*values, (*path, key), (*other, key))
        elif isinstance(ours, tuple):
            yield from self.items(ours, theirs, path, other)
        elif path[-1] in ("id", "chart") or isinstance(ours, InformationDate):
            message = f'is "{ours}"; in {name} it is "{theirs}"' if ours != theirs else ""
        elif isinstance(ours, str):
            yield from self.texts(ours, theirs, path, other)
        if message:
            place = self.source.place(path)
            message = f"{_name(path)} {message}"
            yield self.mismatch(place, message, is_missing=ours is None)

    def approximate(
        self, ours: Figure, theirs: Figure, path: FieldPath, other: FieldPath
    ) -> Iterator[Problem]:
        """Compare the words for numbers: typed rows by their position, others by label."""
        labels = ([row.get(f.label) for row in f.data.rows] for f in (ours, theirs))
        names = dict(zip(*labels, strict=False))
        keys = {names.get(key) or key: key for key in ours.approximate}
        path, other = (*path, "approximate"), (*other, "approximate")
        mine = [key for key in keys if key not in theirs.approximate]
        others = [key for key in theirs.approximate if key not in keys]
        if mine or others:
            yield self.difference(path, other, [keys[key] for key in mine], others)
        for key in (key for key in keys if key not in mine):
            values = ours.approximate[keys[key]], theirs.approximate[key]
            yield from self.texts(*values, (*path, keys[key]), (*other, key))

    def texts(
        self, ours: str, theirs: str, path: FieldPath, other: FieldPath
    ) -> Iterator[Problem]:
        """Compare what two texts must have in common."""
        cited = [{f"[@{id}]" for id in citations(text)} for text in (ours, theirs)]
        hosts = [set(_HOST.findall(text)) for text in (ours, theirs)]
        for mine, others in (cited, hosts):
            if mine != others:
                yield self.difference(path, other, [*mine - others], [*others - mine])
        typed = different_numbers(ours, theirs, self.languages)
        if any(typed):
            yield self.difference(path, other, *typed)
        for number in _GROUPED.findall(_NO_TEXT.sub(" ", ours)):
            if number in theirs and (own := _own_form(number, self.languages[0])) != number:
                origin = self.at(self.original.find(other, number))
                place = self.source.find(path, number)
                message = f'"{number}" has the form of the language of {origin}'
                hint = f'write "{own}"; in this language a comma is for decimals'
                yield Problem(Rule.TRANSLATION_DIFFERENCE, place, message, hint)

    def difference(
        self, path: FieldPath, other: FieldPath, ours: list[str], theirs: list[str]
    ) -> Problem:
        """Report what only one of two texts has, with the places of both."""
        place = self.source.find(path, ours[0] if ours else "\0")
        origin = self.at(self.original.find(other, theirs[0] if theirs else "\0"))
        mine, others = (", ".join(f'"{v}"' for v in sorted(vs)) for vs in (ours, theirs))
        verb = "is" if len(ours or theirs) == 1 else "are"
        message = f"{mine} {verb} not in {origin}"
        if ours and theirs:
            message += f", which has {others}"
        elif theirs:
            message = f"{others} of {origin} {verb} missing in this text"
        return Problem(Rule.TRANSLATION_DIFFERENCE, place, message, _DIFFERENCE_HINT)


def pair_items(
    ours: Sequence[Hashable], theirs: Sequence[Hashable]
) -> Iterator[tuple[int | None, int | None]]:
    """Pair the items of two lists: by order, or by what they have if one list is longer."""
    blocks = [(0, len(ours), 0, len(theirs))]
    if len(ours) != len(theirs):
        matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
        blocks = [block[1:] for block in matcher.get_opcodes()]
    for start, end, other, other_end in blocks:
        yield from zip_longest(range(start, end), range(other, other_end))


def check_translation(
    version: LanguageVersion, source: Source, original: LanguageVersion, other: Source
) -> Iterator[Problem]:
    """Check that a translation has the parts, ids, numbers and citations of the original.

    `source` is the file of the translation, `other` that of the original.
    """
    yield from _Comparison(source, other).values(version, original)


def different_numbers(
    ours: str, theirs: str, languages: tuple[str, str]
) -> tuple[list[str], list[str]]:
    """Give the numbers, as typed, that surely only one of two texts has."""
    numbers, their_numbers = _unmatched(
        _numbers(ours, languages[0]), _numbers(theirs, languages[1])
    )
    for some, others in (numbers, their_numbers), (their_numbers, numbers):
        # "3.2 million" may be "3200" with a word that is not known.
        if any(n.is_open for n in some) and any(n.digits != n.readings for n in others):
            return [], []
    left = [n for n in numbers + their_numbers if not n.may_be_word]
    is_in_digits = not any(map(_HAN_NUMERAL.search, (ours, theirs)))
    if (numbers and their_numbers) or (left and is_in_digits):
        return [n.typed for n in numbers], [n.typed for n in their_numbers]
    return [], []


def _own_form(number: str, language: str) -> str:
    """A number with commas between thousands, in a language whose decimals have a comma.

    In other languages it is returned as it is. Four digits are not divided: Spanish forbids
    it, and no language needs it.
    """
    from pipeline.model.number_format import format_plain_number

    own = " ".join(format_plain_number(Decimal(number.replace(",", "")), language).split())
    if "," not in format_plain_number(Decimal("0.5"), language):
        return number
    digits = number.partition(".")[0].replace(",", "")
    return digits if len(digits) == 4 and "." not in number else own


def _name(path: FieldPath) -> str:
    steps = [f"item {s + 1}" if isinstance(s, int) else s for s in path]
    return f'"{path[0]}"' if len(path) == 1 else ", ".join(steps) or "the file"


def _shape(value: Any) -> Hashable:
    """The properties that an item and its translation share: parts, ids and numbers."""
    if isinstance(value, str):
        return tuple(re.findall(r"[0-9]+|@[\w-]+", value))
    if isinstance(value, tuple):
        return tuple(map(_shape, value))
    if isinstance(value, BaseModel):
        parts = ((k, _shape(getattr(value, k))) for k in type(value).model_fields)
        return tuple(part for part in parts if part[1] is not None)
    return None if value is None else str(value)


def _numbers(text: str, language: str) -> list[_Number]:
    """The numbers of a text that are plain in every language."""
    if not _DIGIT.search(text):
        return []
    text = _NO_TEXT.sub(" ", text)
    text = "".join(c if c < "\u0100" else str(unicodedata.decimal(c, c)) for c in text)
    text = _SHORT_YEAR.sub(r"\1\2\3\1\4", text)
    numbers: list[_Number] = []
    for match in _TOKEN.finditer(text):
        powers, end = powers_after(text, match.end(), language)
        is_open = powers == (0,) and not knows_words(language)
        for part, readings in _read(match[0]):
            scaled = (_scaled(r, p) for r in readings for p in powers)
            typed = f"{part}{text[match.end() : end]}"
            numbers.append(_Number(typed, frozenset(scaled), readings, is_open))
    return numbers


def _scaled(reading: str, power: int) -> str:
    return f"{Decimal(reading).scaleb(power).normalize():f}"


def _read(typed: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Give what a number may mean in some language; parts that are no number, singly."""
    parts = re.split(r"[^0-9]", typed)
    marks = re.sub(r"\s", " ", re.sub("[0-9]", "", typed))
    joined = "".join(parts)
    grouped = len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])
    decimal = f"{''.join(parts[:-1]).lstrip('0')}.{parts[-1]}".rstrip("0").rstrip(".")
    if not marks:
        yield typed, frozenset({typed.lstrip("0") or "0"})
    elif grouped and (len(set(marks)) == 1 or len(parts) == 2):
        is_space = not marks.strip()
        yield (
            typed,
            frozenset({joined} if is_space or len(parts) > 2 else {joined, decimal}),
        )
    elif (
        marks[-1] in ".,\u066b"
        and (len(parts) == 2 or all(len(part) == 3 for part in parts[1:-1]))
        and marks[-1] not in marks[:-1]
    ):
        yield typed, frozenset({decimal})
    else:
        for part in parts:
            yield part, frozenset({part.lstrip("0") or "0"})


def _unmatched(
    ours: list[_Number], theirs: list[_Number]
) -> tuple[list[_Number], list[_Number]]:
    """Take away the numbers that both have, and those that one may write as a word."""
    mine, others = [], [*theirs]
    for number in ours:
        pair = next(filter(number.may_be, others), None)
        if pair:
            others.remove(pair)
        else:
            mine.append(number)
    if len(mine) != len(others):
        mine, others = ([n for n in ns if not n.may_be_word] for ns in (mine, others))
    return mine, others
