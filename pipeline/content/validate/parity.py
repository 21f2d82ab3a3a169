"""Compare a translation with the original: parts, ids, numbers, citations, addresses.

A difference of numbers is reported only if it is certain: "1.2 billion", "1200 millones"
and "12亿" are one number, and what one text writes as a word is no difference.
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

from pipeline.content.segments import segments_of
from pipeline.content.translation_record import Digests, is_untranslated, pair_segments
from pipeline.content.validate.number_words import is_listed, powers_after
from pipeline.content.yaml_source import Source
from pipeline.model.dates import InformationDate
from pipeline.model.fields import FieldPath
from pipeline.model.locale_format import plain_number
from pipeline.model.markdown import CITATION, citations
from pipeline.model.schema import Block, Data, Figure, LanguageVersion
from pipeline.problems import Place, Problem, Rule

# Keys that a translation may add or leave out, or that are compared by row.
_OPTIONAL = frozenset({"translation", "approximate"})
_HINT = "a translation has the same parts as the original, in the same order"
_DIFFERENCE_HINT = "correct the text that is wrong"

# Parts of a text that are in no language: addresses, citations, calls of footnotes.
_NOT_IN_WORDS = re.compile(
    rf"\]\([^)]*\)|(?:https?://|www\.)\S+|\[\^[^]]*\]|\{{lang=[^}}]*\}}|{CITATION.pattern}"
)
_HOST = re.compile(r"\bhttps?://(?:www\.)?([^/\s)\]]+)")
_NUMBER = re.compile(r"[0-9]+(?:[.,'’\u066b\u066c \u00a0\u2009\u202f][0-9]+)*")
_DIGIT = re.compile(r"\d")
# As English groups thousands.
_GROUPED = re.compile(r"(?<![\d.,])[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?(?![\d.,]*\d)")
_SHORT_YEAR = re.compile(r"([0-9]{2})([0-9]{2})([–/-])([0-9]{2})(?![0-9])")
_HAN_NUMERAL = re.compile("[〇一二三四五六七八九十百千万亿]")
# Numbers that texts also write in words ("ten", "two million"), and years ("three years
# before"). Decimals and other large numbers are digits in every language.
_MAY_BE_WORDS = re.compile("([0-9]{1,2}|100)(0{3,})?|1[0-9]{3}|20[0-9]{2}")


@dataclass(frozen=True)
class _Number:
    """A number as typed, and what it may mean: "1,250" is 1250 or 1.25."""

    typed: str
    readings: frozenset[str]
    # Its meanings without the word after it; and whether that word may not be known.
    digits: frozenset[str]
    is_unscaled: bool

    @property
    def may_be_word(self) -> bool:
        return all(map(_MAY_BE_WORDS.fullmatch, self.readings))

    def may_be(self, other: "_Number") -> bool:
        """Whether both may be one number; unknown words after them may mean the same."""
        is_unscaled = self.is_unscaled or other.is_unscaled
        return bool(
            self.readings & other.readings or (is_unscaled and self.digits & other.digits)
        )


@dataclass(frozen=True)
class _Comparison:
    source: Source
    original_source: Source

    @cached_property
    def languages(self) -> tuple[str, str]:
        """Those of the translation and of the original, by the names of their files."""
        return PurePath(self.source.file).stem, PurePath(self.original_source.file).stem

    def place_text(self, place: Place) -> str:
        """A place of the original as in messages: its name and line."""
        return f"{PurePath(place.file).name}:{place.line}"

    def items(
        self,
        translated: Sequence[Any],
        original: Sequence[Any],
        path: FieldPath,
        other: FieldPath,
    ) -> Iterator[Problem]:
        """Compare two lists; if one is longer, report the items that only one has."""
        keys = translated, original
        if len(translated) != len(original):
            keys = [*map(_comparison_key, translated)], [*map(_comparison_key, original)]
        for pair in pair_items(*keys):
            match pair:
                case int(own), int(partner):
                    paths = (*path, own), (*other, partner)
                    yield from self.values(translated[own], original[partner], *paths)
                case int(own), None if keys[0].count(keys[0][own]) == 1:
                    whole = self.place_text(self.original_source.key_place(other))
                    item = (*path, own)
                    message = f"{_path_text(item)} is not in {whole}"
                    yield self.mismatch(self.source.place(item), message)
                case None, int(partner) if keys[1].count(keys[1][partner]) == 1:
                    missing = self.place_text(self.original_source.place((*other, partner)))
                    message = f"{_path_text((*path, partner))} is missing: {missing}"
                    yield self.mismatch(self.source.place(path), message, is_missing=True)
                case _:  # others have the same key
                    whole = self.place_text(self.original_source.key_place(other))
                    count = len(translated)
                    items = "1 item" if count == 1 else f"{count} items"
                    message = f"{_path_text(path)} has {items}; {whole} has {len(original)}"
                    yield self.mismatch(self.source.place(path), message)

    def mismatch(self, place: Place, message: str, *, is_missing: bool = False) -> Problem:
        """Report a difference of the parts; for a missing one the hint has the command."""
        hint, file = _HINT, PurePath(self.source.file)
        if is_missing:
            command = f"briefs translate {file.parent.parent.name} --to {file.stem}"
            hint += f"; to send what is missing to a translator: {command}"
        return Problem(Rule.TRANSLATION_MISMATCH, place, message, hint)

    def values(
        self, translated: Any, original: Any, path: FieldPath = (), other: FieldPath = ()
    ) -> Iterator[Problem]:
        """Compare two values, and the values inside them."""
        name = self.original_source.file.rpartition("/")[2]
        message = ""
        if translated is None or original is None:
            if translated is not original:
                is_missing = "missing in this translation" if translated is None else ""
                message = f"is {is_missing or f'not in {name}'}"
        elif isinstance(translated, Block) and translated.kind != original.kind:
            message = f"is a {translated.kind}; in {name} it is a {original.kind}"
        elif isinstance(translated, Data):
            yield from self.values(translated.rows, original.rows, path, other)
        elif isinstance(translated, dict):
            keys = [[k for k in texts if k.isdecimal()] for texts in (translated, original)]
            if keys[0] != keys[1]:
                yield self.difference(path, other, *keys)
            for key in (k for k in translated if translated[k] and original.get(k)):
                values = translated[key], original[key]
                yield from self.texts(*values, (*path, key), (*other, key))
        elif isinstance(translated, BaseModel):
            if isinstance(translated, Figure):
                yield from self.approximate(translated, original, path, other)
            for key in (k for k in type(translated).model_fields if k not in _OPTIONAL):
                values = getattr(translated, key), getattr(original, key)
                yield from self.values(*values, (*path, key), (*other, key))
        elif isinstance(translated, tuple):
            yield from self.items(translated, original, path, other)
        elif path[-1] in ("id", "chart") or isinstance(translated, InformationDate):
            if translated != original:
                message = f'is "{translated}"; in {name} it is "{original}"'
        elif isinstance(translated, str):
            yield from self.texts(translated, original, path, other)
        if message:
            place = self.source.place(path)
            message = f"{_path_text(path)} {message}"
            yield self.mismatch(place, message, is_missing=translated is None)

    def approximate(
        self, translated: Figure, original: Figure, path: FieldPath, other: FieldPath
    ) -> Iterator[Problem]:
        """Compare the words for numbers: typed rows by their position, others by label."""
        labels = ([row.get(f.label) for row in f.data.rows] for f in (translated, original))
        names = dict(zip(*labels, strict=False))
        keys = {names.get(key) or key: key for key in translated.approximate}
        path, other = (*path, "approximate"), (*other, "approximate")
        added = [key for key in keys if key not in original.approximate]
        missing = [key for key in original.approximate if key not in keys]
        if added or missing:
            yield self.difference(path, other, [keys[key] for key in added], missing)
        for key in (key for key in keys if key not in added):
            values = translated.approximate[keys[key]], original.approximate[key]
            yield from self.texts(*values, (*path, keys[key]), (*other, key))

    def texts(
        self, translated: str, original: str, path: FieldPath, other: FieldPath
    ) -> Iterator[Problem]:
        """Compare what two texts must have in common."""
        cited = [{f"[@{id}]" for id in citations(text)} for text in (translated, original)]
        hosts = [set(_HOST.findall(text)) for text in (translated, original)]
        for found, expected in (cited, hosts):
            if found != expected:
                yield self.difference(path, other, [*found - expected], [*expected - found])
        typed = different_numbers(translated, original, self.languages)
        if any(typed):
            yield self.difference(path, other, *typed)
        for number in _GROUPED.findall(_NOT_IN_WORDS.sub(" ", translated)):
            own_form = _own_form(number, self.languages[0])
            if number in original and own_form != number:
                origin = self.place_text(self.original_source.find(other, number))
                place = self.source.find(path, number)
                message = f'"{number}" has the form of the language of {origin}'
                hint = f'write "{own_form}"; in this language a comma is for decimals'
                yield Problem(Rule.TRANSLATION_DIFFERENCE, place, message, hint)

    def difference(
        self, path: FieldPath, other: FieldPath, added: list[str], missing: list[str]
    ) -> Problem:
        """Report what only one of two texts has, with the places of both."""
        place = self.source.find(path, added[0] if added else "\0")
        found = self.original_source.find(other, missing[0] if missing else "\0")
        origin = self.place_text(found)
        new, old = (", ".join(f'"{v}"' for v in sorted(vs)) for vs in (added, missing))
        verb = "is" if len(added or missing) == 1 else "are"
        message = f"{new} {verb} not in {origin}"
        if added and missing:
            message += f", which has {old}"
        elif missing:
            message = f"{old} of {origin} {verb} missing in this text"
        return Problem(Rule.TRANSLATION_DIFFERENCE, place, message, _DIFFERENCE_HINT)


def pair_items(
    translated: Sequence[Hashable], original: Sequence[Hashable]
) -> Iterator[tuple[int | None, int | None]]:
    """Pair the items of two lists: by order, or by what they have if one list is longer."""
    blocks = [(0, len(translated), 0, len(original))]
    if len(translated) != len(original):
        matcher = SequenceMatcher(None, translated, original, autojunk=False)
        blocks = [block[1:] for block in matcher.get_opcodes()]
    for start, end, original_start, original_end in blocks:
        yield from zip_longest(range(start, end), range(original_start, original_end))


def check_translation(
    version: LanguageVersion, source: Source, original: LanguageVersion, other: Source
) -> Iterator[Problem]:
    """Check that a translation has the parts, ids, numbers and citations of the original.

    `source` is the file of the translation, `other` that of the original.
    """
    yield from _Comparison(source, other).values(version, original)


def check_outdated(
    source: Source, original: Source, record: Digests, slug: str
) -> Iterator[Problem]:
    """Report the texts of a translation whose original changed after it was translated."""
    language = PurePath(source.file).stem
    name = PurePath(original.file).name
    command = f"briefs translate {slug} --to {language}"
    hint = f"translate it: {command}; "
    hint += f"if all texts of {language}.yaml are still correct: {command} --accept"
    pairing = pair_segments(segments_of(original), segments_of(source), record)
    for translation in pairing.translations:
        if translation.is_current:
            continue
        segment = translation.translation
        place = segment.place if segment else source.place(translation.original.path)
        origin = f"{name}:{translation.original.place.line}"
        message = f"{origin} changed after this was translated"
        if is_untranslated(translation):
            message = f"{origin} is not translated yet"
        yield Problem(Rule.OUTDATED_TRANSLATION, place, message, hint)
    for orphan in pairing.orphans:
        message = f"{name} no longer has the text that this translates"
        yield Problem(Rule.OUTDATED_TRANSLATION, orphan.place, message, hint)


def different_numbers(
    translated: str, original: str, languages: tuple[str, str]
) -> tuple[list[str], list[str]]:
    """Return the numbers, as typed, that surely only one of two texts has."""
    found = map(_find_numbers, (translated, original), languages)
    numbers, original_numbers = _unmatched_numbers(*found)
    for some, others in (numbers, original_numbers), (original_numbers, numbers):
        # "3.2 million" may be "3200" with a word that is not known.
        if any(n.is_unscaled for n in some) and any(n.digits != n.readings for n in others):
            return [], []
    certain = [n for n in numbers + original_numbers if not n.may_be_word]
    is_in_digits = not any(map(_HAN_NUMERAL.search, (translated, original)))
    if (numbers and original_numbers) or (certain and is_in_digits):
        return [n.typed for n in numbers], [n.typed for n in original_numbers]
    return [], []


def _own_form(number: str, language: str) -> str:
    """A number with commas between thousands, in a language whose decimals have a comma.

    In other languages it is returned as it is. Four digits are not divided: Spanish forbids
    it, and no language needs it.
    """
    own_form = " ".join(plain_number(Decimal(number.replace(",", "")), language).split())
    if "," not in plain_number(Decimal("0.5"), language):
        return number
    digits = number.partition(".")[0].replace(",", "")
    return digits if len(digits) == 4 and "." not in number else own_form


def _path_text(path: FieldPath) -> str:
    steps = [f"item {s + 1}" if isinstance(s, int) else s for s in path]
    return f'"{path[0]}"' if len(path) == 1 else ", ".join(steps) or "the file"


def _comparison_key(value: Any) -> Hashable:
    """What an item and its translation have in common: parts, ids and numbers."""
    if isinstance(value, str):
        return tuple(re.findall(r"[0-9]+|@[\w-]+", value))
    if isinstance(value, tuple):
        return tuple(map(_comparison_key, value))
    if isinstance(value, BaseModel):
        parts = ((k, _comparison_key(getattr(value, k))) for k in type(value).model_fields)
        return tuple(part for part in parts if part[1] is not None)
    return None if value is None else str(value)


def _find_numbers(text: str, language: str) -> list[_Number]:
    """The numbers of a text that are written in digits, with their possible meanings."""
    if not _DIGIT.search(text):
        return []
    text = _NOT_IN_WORDS.sub(" ", text)
    text = "".join(c if c < "\u0100" else str(unicodedata.decimal(c, c)) for c in text)
    text = _SHORT_YEAR.sub(r"\1\2\3\1\4", text)
    numbers: list[_Number] = []
    for match in _NUMBER.finditer(text):
        powers, end = powers_after(text, match.end(), language)
        is_unscaled = powers == (0,) and not is_listed(language)
        for part, readings in _possible_readings(match[0]):
            scaled = (_scale_reading(r, p) for r in readings for p in powers)
            typed = f"{part}{text[match.end() : end]}"
            numbers.append(_Number(typed, frozenset(scaled), readings, is_unscaled))
    return numbers


def _scale_reading(reading: str, power: int) -> str:
    return f"{Decimal(reading).scaleb(power).normalize():f}"


def _possible_readings(typed: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each number and what it may mean; parts that are not one number, separately."""
    parts = re.split(r"[^0-9]", typed)
    marks = re.sub(r"\s", " ", re.sub("[0-9]", "", typed))
    joined = "".join(parts)
    grouped = len(parts[0]) <= 3 and all(len(part) == 3 for part in parts[1:])
    decimal = f"{''.join(parts[:-1]).lstrip('0')}.{parts[-1]}".rstrip("0").rstrip(".")
    if not marks:
        yield typed, frozenset({typed.lstrip("0") or "0"})
    elif grouped and (len(set(marks)) == 1 or len(parts) == 2):
        is_space = not marks.strip()
        is_certain = is_space or len(parts) > 2
        yield typed, frozenset({joined} if is_certain else {joined, decimal})
    elif (
        marks[-1] in ".,\u066b"
        and (len(parts) == 2 or all(len(part) == 3 for part in parts[1:-1]))
        and marks[-1] not in marks[:-1]
    ):
        yield typed, frozenset({decimal})
    else:
        for part in parts:
            yield part, frozenset({part.lstrip("0") or "0"})


def _unmatched_numbers(
    translated: list[_Number], original: list[_Number]
) -> tuple[list[_Number], list[_Number]]:
    """Return what only one text has; without possible words if the counts then differ."""
    added, missing = [], [*original]
    for number in translated:
        pair = next(filter(number.may_be, missing), None)
        if pair:
            missing.remove(pair)
        else:
            added.append(number)
    if len(added) != len(missing):
        added, missing = ([n for n in ns if not n.may_be_word] for ns in (added, missing))
    return added, missing
