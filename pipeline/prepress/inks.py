"""Limit the inks of a press file: two for each colour, or two and black; black overprints.

Several inks are never exactly on each other: small text and hairlines in three of them
blur, and white text on three closes. Before Ghostscript converts colours, a pale one of RGB
gets the nearest two inks, so that it does not turn grey, and one for which a single ink is
near enough gets that ink: a hairline is in black alone. Afterwards a colour of more inks
becomes the nearest one of two, or, if that has another hue, of two and black, whose sharp
outline text keeps. A line thinner than a point has one ink. Black text is printed over what
is below it, and needs no hole that would have to fit. Pictures and gradients stay as they
are.
"""

import io
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, product
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name, Operator, Page

from pipeline.model.colour import Colour, SoftProof

Inks = tuple[float, ...]
Instruction = tuple[Sequence[Any], Operator]
BLACK: Inks = (0, 0, 0, 1)
_FILL, _COLOURS = "k", ("k", "K")
_SHOW_TEXT = ("Tj", "TJ", "'", '"')
# The operators that decide about inks; a check reads no others.
_PEN = ("K", "w", "cm")
# Lines in a colour that is not of inks: grey, and colours of other spaces.
_OTHER_STROKES = ("G", "RG", "CS")
_OPERATORS = (*_COLOURS, *_SHOW_TEXT, *_PEN, *_OTHER_STROKES, "q", "Q", "gs")
_WATCHED = " ".join(_OPERATORS)
# A line that is thinner has one ink.
_FINE_PT = 1.0
_FINE_FAULT = "a line thinner than 1 pt has several inks"
# The shares of an ink that are tried, in per cent.
_STEPS = range(0, 101, 5)
# In CIE 1976: a lightness above which a colour is pale, and colour differences. A tint in
# one ink is better than a nearer one in three, whose share of black makes it grey.
_PALE, _NEAR_PALE, _NEAR_ENOUGH = 90.0, 4.0, 8.0
# A difference of hue (CIE 1976). With two inks a dark green would be brown, teal blue, and
# copper olive: then black is the third.
_OTHER_HUE = 5.0
# A difference of lightness that no one sees in a fine line.
_AS_DARK = 2.0
_COLOURED, _MOST_COLOURED = slice(3), 2
_OVERPRINT, _KNOCK_OUT = Name("/BlackText"), Name("/OtherText")
_STATES = {
    _OVERPRINT: Dictionary(Type=Name.ExtGState, OP=True, op=True, OPM=1),
    _KNOCK_OUT: Dictionary(Type=Name.ExtGState, OP=False, op=False, OPM=0),
}


def limit_inks(pdf: pikepdf.Pdf, streams: Sequence[Any], icc_profile: bytes) -> None:
    """Limit the inks of pages and of the streams that they draw."""
    limit, of_fine = ink_limiter(icc_profile), one_ink(icc_profile)
    for content in streams:
        instructions = list(_limited(content, limit, of_fine))
        if any(name == Operator("gs") for _, name in instructions):
            _add_states(content)
        data = pikepdf.unparse_content_stream(instructions)
        if isinstance(content, Page):
            content.obj.Contents = pdf.make_stream(data)
        else:
            content.write(data)


def _add_states(content: Any) -> None:
    holder = content.obj if isinstance(content, Page) else content
    if "/Resources" not in holder:
        holder.Resources = Dictionary()
    if "/ExtGState" not in holder.Resources:
        holder.Resources.ExtGState = Dictionary()
    for name, state in _STATES.items():
        holder.Resources.ExtGState[str(name)] = state


@dataclass(frozen=True)
class _Pen:
    """The stroke of lines: inks, or None in another colour space, and a width in points."""

    inks: Inks = ()
    width: float = 1.0
    scale: float = 1.0

    @property
    def is_fine(self) -> bool:
        """Whether two inks that are not exactly on each other would show."""
        return self.width * self.scale < _FINE_PT

    @property
    def is_mixed(self) -> bool:
        """Whether a fine line would have several inks."""
        return self.is_fine and sum(share > 0 for share in self.inks) > 1

    def after(self, name: str, operands: Any) -> "_Pen":
        """The pen after an operator."""
        if name == "w":
            return replace(self, width=float(operands[0]))
        if name == "cm":
            a, b, c, d, *_ = (float(number) for number in operands)
            return replace(self, scale=self.scale * math.sqrt(abs(a * d - b * c)))
        if name == "K":
            return replace(self, inks=_inks(operands))
        return replace(self, inks=()) if name in _OTHER_STROKES else self


def _limited(
    content: Any, limit: Callable[[Inks], Inks], of_fine: Callable[[Inks], Inks]
) -> Iterator[Instruction]:
    """Yield instructions with fewer inks, and a graphics state before black text."""
    stack: list[tuple[Inks, bool, _Pen, Inks]] = []
    fill: Inks = ()
    drawn: Inks = ()
    overprints, pen = False, _Pen()
    for operands, operator in _instructions(content):
        name = str(operator)
        if name in _COLOURS:
            inks = limit(_inks(operands))
            operands = list(inks)
            fill, drawn = (inks, drawn) if name == _FILL else (fill, inks)
        elif name == "q":
            stack.append((fill, overprints, pen, drawn))
        elif name == "Q":
            empty = (), False, _Pen(), ()
            fill, overprints, pen, drawn = stack.pop() if stack else empty
        elif name in _SHOW_TEXT and (fill == BLACK) != overprints:
            overprints = not overprints
            yield [_OVERPRINT if overprints else _KNOCK_OUT], Operator("gs")
        yield operands, operator
        pen = pen.after(name, operands)
        if name in _PEN and pen.inks:
            inks = of_fine(pen.inks) if pen.is_fine else pen.inks
            if inks != drawn:
                yield list(inks), Operator("K")
                drawn = inks


def find_ink_faults(content: Any, states: Mapping[str, Any]) -> Iterator[str]:
    """Find colours of too many inks, and black text that does not overprint.

    These are more than two inks and black, and in fine lines more than one. `states` are
    the graphics states that the content refers to.
    """
    stack: list[tuple[Inks, bool, _Pen]] = []
    fill: Inks = ()
    overprints, pen = False, _Pen()
    for operands, operator in _instructions(content, _WATCHED):
        name = str(operator)
        if name not in _PEN and pen.is_mixed:
            yield _FINE_FAULT
        pen = pen.after(name, operands)
        if name in _COLOURS:
            inks = _inks(operands)
            fill = inks if name == _FILL else fill
            if sum(share > 0 for share in inks[_COLOURED]) > _MOST_COLOURED:
                yield "a colour has cyan, magenta and yellow"
        elif name == "q":
            stack.append((fill, overprints, pen))
        elif name == "Q":
            fill, overprints, pen = stack.pop() if stack else ((), False, _Pen())
        elif name == "gs":
            state = states.get(str(operands[0]), {})
            if "/op" in state:
                overprints = bool(state["/op"]) and state.get("/OPM", 0) == 1
        elif name in _SHOW_TEXT and (fill == BLACK) != overprints:
            what = "other text than black overprints"
            yield "black text does not overprint" if fill == BLACK else what
    if pen.is_mixed:
        yield _FINE_FAULT


def _instructions(content: Any, operators: str = "") -> Iterator[tuple[Any, Any]]:
    for instruction in pikepdf.parse_content_stream(content, operators):
        yield instruction.operands, instruction.operator


def _inks(operands: Any) -> Inks:
    return tuple(float(share) for share in operands)


@lru_cache(maxsize=4)
def pale_ink_mapper(icc_profile: bytes) -> Callable[[Inks], Inks | None]:
    """Give a function from a colour in RGB to two inks if it is pale, otherwise to one.

    None if they are not near enough.
    """
    of_one = _colours_of(combinations(range(4), 1), icc_profile)
    of_two = _colours_of(combinations(range(4), 2), icc_profile)
    from_rgb = _lab_transform(None)

    @lru_cache(maxsize=256)
    def near(rgb: Inks) -> Inks | None:
        (wanted,) = from_rgb([rgb])
        is_pale = wanted[0] > _PALE
        inks, lab = _nearest(of_two if is_pale else of_one, wanted)
        distance = math.dist(lab, wanted)
        return inks if distance <= (_NEAR_PALE if is_pale else _NEAR_ENOUGH) else None

    return near


@lru_cache(maxsize=4)
def ink_limiter(icc_profile: bytes) -> Callable[[Inks], Inks]:
    """Give a function from a colour in inks to the nearest one of two, or two and black."""
    of_two = _colours_of(combinations(range(4), 2), icc_profile)
    pairs_and_black = ((*pair, 3) for pair in combinations(range(3), 2))
    with_black = _colours_of(pairs_and_black, icc_profile)
    from_inks = _lab_transform(icc_profile)

    @lru_cache(maxsize=256)
    def limit(inks: Inks) -> Inks:
        if sum(share > 0 for share in inks) <= 2:
            return inks
        (wanted,) = from_inks([inks])
        two, lab = _nearest(of_two, wanted)
        return (
            two
            if _hue_difference(lab, wanted) <= _OTHER_HUE
            else _nearest(with_black, wanted)[0]
        )

    return limit


@lru_cache(maxsize=4)
def one_ink(icc_profile: bytes) -> Callable[[Inks], Inks]:
    """Give a function from a colour in inks to cyan or black that is at least as dark."""
    colours = _colours_of(((0,), (3,)), icc_profile)
    from_inks = _lab_transform(icc_profile)

    @lru_cache(maxsize=256)
    def one(inks: Inks) -> Inks:
        if sum(share > 0 for share in inks) <= 1:
            return inks
        (wanted,) = from_inks([inks])
        dark = [colour for colour in colours if colour[1][0] <= wanted[0] + _AS_DARK]
        return _nearest(dark, wanted)[0]

    return one


@lru_cache(maxsize=4)
def soft_proof(icc_profile: bytes) -> SoftProof:
    """Give a function from a colour in sRGB to the one that is printed for it."""
    near, limit = pale_ink_mapper(icc_profile), ink_limiter(icc_profile)
    to_inks = _transform(None, icc_profile)
    from_inks = _transform(icc_profile, None)

    @lru_cache(maxsize=256)
    def proof(colour: Colour) -> Colour:
        inks: Inks = (0, 0, 0, 1 - colour[0])
        if len(set(colour)) > 1:
            inks = near(colour) or limit(_shares(to_inks([colour])))
        red, green, blue = _shares(from_inks([inks]))
        return red, green, blue

    return proof


def _shares(pixel: bytes) -> Inks:
    return tuple(byte / 255 for byte in pixel)


def _nearest(colours: Sequence[tuple[Inks, Inks]], wanted: Inks) -> tuple[Inks, Inks]:
    return min(colours, key=lambda colour: math.dist(colour[1], wanted))


def _hue_difference(one: Inks, other: Inks) -> float:
    """Delta H of CIE 1976: how far two colours are apart beside lightness and chroma."""
    (_, *one_ab), (_, *other_ab) = one, other
    chroma = math.hypot(*one_ab) - math.hypot(*other_ab)
    return math.sqrt(max(0.0, math.dist(one_ab, other_ab) ** 2 - chroma**2))


def _colours_of(
    combined: Iterable[Sequence[int]], icc_profile: bytes
) -> list[tuple[Inks, Inks]]:
    """List the colours of inks that are combined, each with its CIELAB values."""
    inks = {
        tuple(shares[chosen.index(n)] / 100 if n in chosen else 0 for n in range(4))
        for chosen in combined
        for shares in product(_STEPS, repeat=len(chosen))
    }
    colours = sorted(inks)
    return list(zip(colours, _lab_transform(icc_profile)(colours), strict=True))


def _lab_transform(icc_profile: bytes | None) -> Callable[[Sequence[Inks]], list[Inks]]:
    """Give a function from colours in inks, or in sRGB, to their CIELAB values."""
    transform = _transform(icc_profile, None, "LAB")

    def to_lab(colours: Sequence[Inks]) -> list[Inks]:
        data = transform(colours)
        return [
            (data[i] / 2.55, _signed(data[i + 1]), _signed(data[i + 2]))
            for i in range(0, len(data), 3)
        ]

    return to_lab


def _transform(
    source: bytes | None, target: bytes | None, builtin: str = "RGB"
) -> Callable[[Sequence[Inks]], bytes]:
    """Give a function from colours to bytes of another space; None is that of no press."""
    from PIL import Image, ImageCms

    def opened(icc_profile: bytes | None, builtin: str) -> tuple[Any, str]:
        if icc_profile:
            return ImageCms.ImageCmsProfile(io.BytesIO(icc_profile)), "CMYK"
        return ImageCms.createProfile("LAB" if builtin == "LAB" else "sRGB"), builtin

    (given, mode), (wanted, wanted_mode) = opened(source, "RGB"), opened(target, builtin)
    # Relative colorimetric: paper is white, as in the conversion.
    transform = ImageCms.buildTransform(
        given, wanted, mode, wanted_mode, ImageCms.Intent.RELATIVE_COLORIMETRIC
    )

    def convert(colours: Sequence[Inks]) -> bytes:
        pixels = bytes(round(255 * share) for colour in colours for share in colour)
        picture = Image.frombytes(mode, (len(colours), 1), pixels)
        converted = ImageCms.applyTransform(picture, transform)
        return converted.tobytes() if converted else b""

    return convert


def _signed(byte: int) -> float:
    return byte - 256 if byte > 127 else byte
