"""Rewrite right-to-left text, so that PDF readers extract it in its logical order.

Such text is drawn from left to right. PDFium, Poppler, MuPDF and pdf.js each guess its
logical order: they reverse the glyphs, but not numbers. For Arabic they need one glyph for
each character, no glyph above the line, and direction marks between numbers or brackets and
other signs. `ActualText` does not help: it is reversed, too. `make gate` measures
this; docs/decisions/0027-arabic-in-every-reader.md.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from unicodedata import bidirectional, category, mirrored

import pydyf

from pipeline.pdf.tounicode import CompositeFont, find_fonts

_RIGHT_TO_LEFT_MARK, _LEFT_TO_RIGHT_MARK, _NO_BREAK_SPACE = "\u200f", "\u200e", "\u00a0"
_PER_CENT = ("%", "‰", "٪")
_FONT = re.compile(rb"(/\w+) ([\d.]+) Tf")
_RISE = re.compile(rb"([-\d.]+) Ts")
_SHOW_OPERATOR = re.compile(rb"\[(.*)\] TJ", re.S)
_SHOW_ITEM = re.compile(rb"<([0-9a-f]*)>|([-+\d.e]+)")


@dataclass
class Glyph:
    """A glyph of a run; `before` moves it to the left, in thousandths of an em."""

    id: int
    text: str
    before: float = 0
    rise: float = 0

    @property
    def bidirectional_class(self) -> str:
        """The class of its first character (Unicode Standard Annex 9)."""
        return bidirectional(self.text[0]) if self.text else ""

    @property
    def kind(self) -> str:
        """ "R" or "L" for a letter, "N" for a digit, "M" for a mark, else ""."""
        return _KIND_BY_CLASS.get(self.bidirectional_class, "")

    @property
    def is_bracket(self) -> bool:
        """Whether it is printed mirrored in text from right to left."""
        return len(self.text) == 1 and bool(mirrored(self.text))

    @property
    def is_weak(self) -> bool:
        """Whether readers treat it as a part of the number beside it."""
        return self.bidirectional_class in ("EN", "AN", "ES", "ET", "CS")

    @property
    def separates_digits(self) -> bool:
        """Whether it can be inside a number, as in 12.5 and 10:30."""
        return self.bidirectional_class in ("ES", "CS")

    @property
    def is_sign_of_number(self) -> bool:
        """Whether it can be at the left of a number that it precedes, as in +41 and $3.

        A per cent sign at the left of a number follows it: after a right-to-left letter it
        does not join the number (Unicode annex 9, W2).
        """
        return self.bidirectional_class in ("ES", "ET") and self.text not in _PER_CENT


_KIND_BY_CLASS = {"R": "R", "AL": "R", "L": "L", "EN": "N", "AN": "N", "NSM": "M"}


def write_right_to_left(pdf: Any, rtl_document: bool) -> None:
    """Rewrite the text of a PDF before it is written.

    In a left-to-right document only runs with right-to-left letters are changed.
    """
    fonts = find_fonts(pdf)
    if not any(font.runs_right_to_left for font in fonts.values()):
        return
    for entry in pdf.objects:
        if isinstance(entry, pydyf.Stream) and b"BT" in entry.stream:
            entry.stream[:] = _rewrite_operators(entry.stream, fonts, rtl_document)
    for font in fonts.values():
        font.write()
    for file in {id(f.file): f.file for f in fonts.values() if f.added and f.file}.values():
        file.write()


def _rewrite_operators(
    operators: Sequence[Any], fonts: dict[bytes, CompositeFont], rtl_document: bool
) -> Iterator[Any]:
    font, size = None, 1.0
    previous = Glyph(0, "")  # the leftmost of the run before
    for shows, group in groupby(operators, _shows_text):
        if shows and font:
            run = _Run(font, size, list(group), previous, rtl_document)
            yield from run.operators()
            previous = run.glyphs[0] if run.glyphs else previous
            continue
        for operator in group:
            if isinstance(operator, bytes) and (chosen := _FONT.fullmatch(operator)):
                font, size = fonts.get(chosen[1]), float(chosen[2])
            yield operator


def _shows_text(operator: Any) -> bool:
    return isinstance(operator, bytes) and operator.endswith((b" TJ", b" Ts"))


@dataclass
class _Run:
    """Glyphs that are drawn in sequence, in one font."""

    font: CompositeFont
    size: float
    original: list[bytes]
    previous: Glyph
    rtl_document: bool
    glyphs: list[Glyph] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.after = self._read_glyphs()

    def _read_glyphs(self) -> float:
        """Read the glyphs; return the offset after the last one."""
        rise = number = 0.0
        for operator in self.original:
            if raised := _RISE.fullmatch(operator):
                rise = float(raised[1])
                continue
            shown = _SHOW_OPERATOR.fullmatch(operator)
            for match in _SHOW_ITEM.finditer(shown[1] if shown else b""):
                if match[2]:
                    number += float(match[2])
                    continue
                for start in range(0, len(match[1]), 4):
                    id = int(match[1][start : start + 4], 16)
                    text = self.font.texts.get(id, "")
                    self.glyphs.append(Glyph(id, text, number, rise))
                    number = 0.0
        return number

    def operators(self) -> list[bytes]:
        """The operators that show the run."""
        kinds = {glyph.kind for glyph in self.glyphs}
        signs_and_numbers = kinds and not kinds & {"L", "R"}
        if "R" not in kinds and not (self.rtl_document and signs_and_numbers):
            return self.original
        old_ids = [glyph.id for glyph in self.glyphs]
        # A missing glyph has an id that the font lacks.
        if not self.font.file or max(old_ids) >= len(self.font.file.names):
            return self.original
        if signs_and_numbers and "N" in kinds:
            self._join_number()
        self._position_marks()
        self.glyphs = [part for glyph in self.glyphs for part in self._divide(glyph)]
        self.glyphs = list(self._with_direction_marks())
        new_ids = [glyph.id for glyph in self.glyphs]
        raised = any(glyph.rise for glyph in self.glyphs)
        return self.original if raised or new_ids == old_ids else [self._show_operator()]

    def _join_number(self) -> None:
        """Make the spaces of a telephone number part of it, as no-break spaces are."""
        for glyph in self.glyphs:
            if glyph.text == " ":
                glyph.id = self.font.add(_NO_BREAK_SPACE, self._width_of(glyph), glyph.id)
                glyph.text = _NO_BREAK_SPACE

    def _position_marks(self) -> None:
        """Replace marks by glyphs that have the mark in its place, above or below."""
        followers = [*self.glyphs[1:], end := Glyph(0, "", self.after)]
        for mark, follower in zip(self.glyphs, followers, strict=True):
            if not mark.text or any(category(c) != "Mn" for c in mark.text):
                continue
            x = follower.before - self._width_of(mark)
            if x or mark.rise:
                y = mark.rise / self.size * 1000
                mark.id = self.font.add(mark.text, 0, mark.id, x, y)
                mark.before, follower.before, mark.rise = mark.before + x, 0, 0
        self.after = end.before

    def _divide(self, glyph: Glyph) -> Iterator[Glyph]:
        """Divide a ligature: the last letter gets its outline, the others are empty."""
        letters = glyph.text
        if len(letters) < 2 or glyph.kind != "R":
            yield glyph
            return
        width = self._width_of(glyph) / len(letters)
        last = self.font.add(letters[-1], width, glyph.id)
        yield Glyph(last, letters[-1], glyph.before, glyph.rise)
        for letter in letters[-2::-1]:
            yield Glyph(self.font.add(letter, width), letter)

    def _with_direction_marks(self) -> Iterator[Glyph]:
        """Mark the direction after numbers and Latin words, and around brackets.

        Without it PDFium and Poppler join a number with the sign or the mark that follows
        it, and PDFium mirrors brackets. Where two runs meet, one of them has the mark:
        between two glyphs without a width PDFium adds a space.
        """
        inside, begins = self._find_ltr_stretches()
        left = Glyph(0, "")
        kind = ""  # of what is at the left, but for spaces
        for index, glyph in enumerate(self.glyphs):
            bracket = glyph.is_bracket and not inside[index]
            sign = glyph.is_weak and not inside[index] and kind == "N"
            begin = index > 0 and (begins[index] or sign)
            mark = glyph.kind == "M" and left.is_weak
            if mark or ((bracket or begin) and left.kind != "R"):
                yield self._direction_mark(_RIGHT_TO_LEFT_MARK)
            yield glyph
            if bracket:
                yield self._direction_mark(_LEFT_TO_RIGHT_MARK)
            left = glyph
            kind = kind if glyph.text == " " else glyph.kind
        if (left.is_bracket or left.is_weak) and self.previous.kind in ("L", "N", "M"):
            yield self._direction_mark(_RIGHT_TO_LEFT_MARK)

    def _find_ltr_stretches(self) -> tuple[list[bool], list[bool]]:
        """Find left-to-right stretches: for each glyph, is it inside one, or its start?

        A stretch is a number with its signs, or Latin words with the glyphs between them.
        """
        glyphs = self.glyphs
        inside, begins = [False] * len(glyphs), [False] * len(glyphs)
        end, latin = 0, False  # of the stretch before
        for index, glyph in enumerate(glyphs):
            if glyph.kind not in ("L", "N"):
                continue
            between = glyphs[end:index]
            separated = any(g.kind for g in between) or not end
            a_number = len(between) < 2 and all(g.separates_digits for g in between)
            joined = not separated and (latin or a_number)
            start = end if joined else index
            while not joined and start > end and glyphs[start - 1].is_sign_of_number:
                start -= 1
            begins[start] = begins[start] or not joined
            end, latin = index + 1, glyph.kind == "L" or (joined and latin)
            if glyph.kind == "N":
                end += self._sign_length(end)
            inside[start:end] = [True] * (end - start)
        return inside, begins

    def _sign_length(self, index: int) -> int:
        """The number of glyphs of a sign at the right of a number, as in 28% and 28 %.

        It is 0 if the sign is that of the next number.
        """
        start = index
        if index < len(self.glyphs) and self.glyphs[index].text in (" ", _NO_BREAK_SPACE):
            index += 1
        sign, *following = self.glyphs[index : index + 2] or [Glyph(0, "")]
        is_sign = sign.bidirectional_class == "ET" and not any(g.kind for g in following)
        return index + 1 - start if is_sign else 0

    def _direction_mark(self, text: str) -> Glyph:
        return Glyph(self.font.add(text), text)

    def _width_of(self, glyph: Glyph) -> float:
        return self.font.widths.get(glyph.id, 1000)

    def _show_operator(self) -> bytes:
        parts = [b"<"]
        for glyph in self.glyphs:
            if number := _format_number(glyph.before):
                parts += [b">", number, b"<"]
            parts.append(b"%04x" % glyph.id)
        return b"[%s>%s] TJ" % (b"".join(parts), _format_number(self.after))


def _format_number(value: float) -> bytes:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return b"" if text in ("0", "-0") else text.encode()
