"""Limit the inks of a press file to two for each colour, or two and black.

A press never registers its inks exactly: small text and hairlines in three inks blur, and
white text on three inks fills in. Before Ghostscript converts the colours, a pale RGB
colour gets the nearest two inks, so that it does not turn grey. Another colour gets a
single ink if that is near enough, so that a hairline is in black only. After the
conversion, a colour of more than two inks gets the nearest two; if these change its hue, it
gets two and black, which keeps the outline of text sharp. A line thinner than a point has
one ink. Black text overprints, so that it needs no knockout. Pictures and gradients are not
changed.
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
_SET_COLOUR = ("k", "K")
_SHOW_TEXT = ("Tj", "TJ", "'", '"')
# The operators that set the colour and width of lines.
_STROKE = ("K", "w", "cm")
# The operators that set a stroke colour that is not CMYK: grey, or another colour space.
_OTHER_STROKES = ("G", "RG", "CS")
_OPERATORS = (*_SET_COLOUR, *_SHOW_TEXT, *_STROKE, *_OTHER_STROKES, "q", "Q", "gs")
_CHECKED_OPERATORS = " ".join(_OPERATORS)
# A line thinner than this has one ink.
_FINE_LINE_PT = 1.0
_FINE_LINE_FAULT = "a line thinner than 1 pt has several inks"
# The shares of an ink that are tried, in per cent.
_INK_SHARES = range(0, 101, 5)
# In CIE 1976: the lightness above which a colour is pale, and the largest differences
# (Delta E) of a pale colour and of a colour in one ink. A tint in one ink is better than a
# nearer one in three inks, whose share of black makes it grey.
_PALE_LIGHTNESS, _MAX_PALE, _MAX_ONE_INK = 90.0, 4.0, 8.0
# The largest difference of hue (CIE 1976) of a colour in two inks. Without black, a dark
# green would be brown, teal would be blue, and copper olive.
_MAX_HUE_DIFFERENCE = 5.0
# A difference of lightness that is invisible in a fine line.
_LIGHTNESS_TOLERANCE = 2.0
_OVERPRINT_STATE, _KNOCKOUT_STATE = Name("/BlackText"), Name("/OtherText")
_STATES = {
    _OVERPRINT_STATE: Dictionary(Type=Name.ExtGState, OP=True, op=True, OPM=1),
    _KNOCKOUT_STATE: Dictionary(Type=Name.ExtGState, OP=False, op=False, OPM=0),
}


def limit_inks(pdf: pikepdf.Pdf, streams: Sequence[Any], icc_profile: bytes) -> None:
    """Limit the inks of `streams`: pages, and the groups and patterns that they draw."""
    limit, limit_fine = ink_limiter(icc_profile), fine_line_limiter(icc_profile)
    for content in streams:
        instructions = list(_limit_instructions(content, limit, limit_fine))
        if any(name == Operator("gs") for _, name in instructions):
            _add_graphics_states(content)
        data = pikepdf.unparse_content_stream(instructions)
        if isinstance(content, Page):
            content.obj.Contents = pdf.make_stream(data)
        else:
            content.write(data)


def _add_graphics_states(content: Any) -> None:
    dictionary = content.obj if isinstance(content, Page) else content
    if "/Resources" not in dictionary:
        dictionary.Resources = Dictionary()
    if "/ExtGState" not in dictionary.Resources:
        dictionary.Resources.ExtGState = Dictionary()
    for name, state in _STATES.items():
        dictionary.Resources.ExtGState[str(name)] = state


@dataclass(frozen=True)
class _GraphicsState:
    """The colours, the overprint and the lines that a content stream has set.

    `stroke` is empty in another colour space than CMYK. `drawn` is the colour in which
    lines are drawn, which may have fewer inks. The width is in units of `scale` points.
    `saved` is the state that the operator Q restores.
    """

    fill: Inks = ()
    overprints: bool = False
    stroke: Inks = ()
    drawn: Inks = ()
    width: float = 1.0
    scale: float = 1.0
    saved: "_GraphicsState | None" = None

    @property
    def is_fine(self) -> bool:
        """Whether misregistration of two inks would be visible in a line."""
        return self.width * self.scale < _FINE_LINE_PT

    @property
    def is_mixed(self) -> bool:
        """Whether a fine line would have several inks."""
        return self.is_fine and sum(share > 0 for share in self.stroke) > 1

    @property
    def has_wrong_overprint(self) -> bool:
        """Whether black text would not overprint, or other text would."""
        return (self.fill == BLACK) != self.overprints

    def after_operator(self, operator: str, operands: Any) -> "_GraphicsState":
        """Return the state after an operator."""
        match operator:
            case "q":
                return replace(self, saved=self)
            case "Q":
                return self.saved or _GraphicsState()
            case "w":
                return replace(self, width=float(operands[0]))
            case "cm":
                a, b, c, d, *_ = (float(number) for number in operands)
                return replace(self, scale=self.scale * math.sqrt(abs(a * d - b * c)))
            case "k":
                return replace(self, fill=_read_inks(operands))
            case "K":
                inks = _read_inks(operands)
                return replace(self, stroke=inks, drawn=inks)
        return replace(self, stroke=()) if operator in _OTHER_STROKES else self


def _limit_instructions(
    content: Any, limit: Callable[[Inks], Inks], limit_fine: Callable[[Inks], Inks]
) -> Iterator[Instruction]:
    """Yield instructions with fewer inks; set overprint where black text begins or ends."""
    state = _GraphicsState()
    for operands, operator in _instructions(content):
        name = str(operator)
        if name in _SET_COLOUR:
            operands = list(limit(_read_inks(operands)))
        elif name in _SHOW_TEXT and state.has_wrong_overprint:
            state = replace(state, overprints=not state.overprints)
            wanted = _OVERPRINT_STATE if state.overprints else _KNOCKOUT_STATE
            yield [wanted], Operator("gs")
        yield operands, operator
        state = state.after_operator(name, operands)
        if name in _STROKE and state.stroke:
            inks = limit_fine(state.stroke) if state.is_fine else state.stroke
            if inks != state.drawn:
                yield list(inks), Operator("K")
                state = replace(state, drawn=inks)


def find_ink_faults(content: Any, states: Mapping[str, Any]) -> Iterator[str]:
    """Find colours of too many inks, and text that wrongly overprints or does not.

    Too many are cyan, magenta and yellow together, and several inks in a fine line.
    `states` are the graphics states that the content refers to.
    """
    state = _GraphicsState()
    for operands, operator in _instructions(content, _CHECKED_OPERATORS):
        name = str(operator)
        if name not in _STROKE and state.is_mixed:
            yield _FINE_LINE_FAULT
        state = state.after_operator(name, operands)
        if name in _SET_COLOUR:
            if sum(share > 0 for share in _read_inks(operands)[:3]) == 3:
                yield "a colour has cyan, magenta and yellow"
        elif name == "gs":
            new = states.get(str(operands[0]), {})
            if "/op" in new:
                overprints = bool(new["/op"]) and new.get("/OPM", 0) == 1
                state = replace(state, overprints=overprints)
        elif name in _SHOW_TEXT and state.has_wrong_overprint:
            is_black, fault = state.fill == BLACK, "other text than black overprints"
            yield "black text does not overprint" if is_black else fault
    if state.is_mixed:
        yield _FINE_LINE_FAULT


def _instructions(content: Any, operators: str = "") -> Iterator[tuple[Any, Any]]:
    for instruction in pikepdf.parse_content_stream(content, operators):
        yield instruction.operands, instruction.operator


def _read_inks(operands: Any) -> Inks:
    return tuple(float(share) for share in operands)


@lru_cache(maxsize=4)
def few_ink_mapper(icc_profile: bytes) -> Callable[[Inks], Inks | None]:
    """Return a function from an RGB colour to two inks if it is pale, otherwise to one ink.

    The function returns None if no such inks are near enough.
    """
    single_inks = _list_colours(combinations(range(4), 1), icc_profile)
    ink_pairs = _list_colours(combinations(range(4), 2), icc_profile)
    from_rgb = _lab_transform(None)

    @lru_cache(maxsize=256)
    def map_colour(rgb: Inks) -> Inks | None:
        (wanted,) = from_rgb([rgb])
        is_pale = wanted[0] > _PALE_LIGHTNESS
        inks, lab = _nearest(ink_pairs if is_pale else single_inks, wanted)
        limit = _MAX_PALE if is_pale else _MAX_ONE_INK
        return inks if math.dist(lab, wanted) <= limit else None

    return map_colour


@lru_cache(maxsize=4)
def ink_limiter(icc_profile: bytes) -> Callable[[Inks], Inks]:
    """Return a function from CMYK to the nearest two inks, or two inks and black."""
    ink_pairs = _list_colours(combinations(range(4), 2), icc_profile)
    pairs_and_black = ((*pair, 3) for pair in combinations(range(3), 2))
    with_black = _list_colours(pairs_and_black, icc_profile)
    from_inks = _lab_transform(icc_profile)

    @lru_cache(maxsize=256)
    def limit(inks: Inks) -> Inks:
        if sum(share > 0 for share in inks) <= 2:
            return inks
        (wanted,) = from_inks([inks])
        two_inks, lab = _nearest(ink_pairs, wanted)
        keeps_hue = _hue_difference(lab, wanted) <= _MAX_HUE_DIFFERENCE
        return two_inks if keeps_hue else _nearest(with_black, wanted)[0]

    return limit


@lru_cache(maxsize=4)
def fine_line_limiter(icc_profile: bytes) -> Callable[[Inks], Inks]:
    """Return a function from CMYK to one ink: a tint of cyan or black about as dark."""
    ink_colours = _list_colours(((0,), (3,)), icc_profile)
    from_inks = _lab_transform(icc_profile)

    @lru_cache(maxsize=256)
    def limit(inks: Inks) -> Inks:
        if sum(share > 0 for share in inks) <= 1:
            return inks
        (lab,) = from_inks([inks])
        dark = [c for c in ink_colours if c[1][0] <= lab[0] + _LIGHTNESS_TOLERANCE]
        return _nearest(dark, lab)[0]

    return limit


@lru_cache(maxsize=4)
def soft_proof(icc_profile: bytes) -> SoftProof:
    """Return a function from an sRGB colour to the one that a press prints for it."""
    to_few_inks, limit = few_ink_mapper(icc_profile), ink_limiter(icc_profile)
    to_inks = _transform(None, icc_profile)
    from_inks = _transform(icc_profile, None)

    @lru_cache(maxsize=256)
    def proof(colour: Colour) -> Colour:
        inks: Inks = (0, 0, 0, 1 - colour[0])
        if len(set(colour)) > 1:
            inks = to_few_inks(colour) or limit(_shares(to_inks([colour])))
        red, green, blue = _shares(from_inks([inks]))
        return red, green, blue

    return proof


def _shares(pixel: bytes) -> Inks:
    return tuple(byte / 255 for byte in pixel)


def _nearest(colours: Sequence[tuple[Inks, Inks]], lab: Inks) -> tuple[Inks, Inks]:
    return min(colours, key=lambda colour: math.dist(colour[1], lab))


def _hue_difference(first: Inks, second: Inks) -> float:
    """Return Delta H of CIE 1976, the difference of two CIELAB colours in hue."""
    (_, *first_ab), (_, *second_ab) = first, second
    chroma = math.hypot(*first_ab) - math.hypot(*second_ab)
    return math.sqrt(max(0.0, math.dist(first_ab, second_ab) ** 2 - chroma**2))


def _list_colours(
    ink_sets: Iterable[Sequence[int]], icc_profile: bytes
) -> list[tuple[Inks, Inks]]:
    """List the colours that these sets of inks can print, each with its CIELAB values."""
    inks = {
        tuple(shares[used.index(n)] / 100 if n in used else 0 for n in range(4))
        for used in ink_sets
        for shares in product(_INK_SHARES, repeat=len(used))
    }
    colours = sorted(inks)
    return list(zip(colours, _lab_transform(icc_profile)(colours), strict=True))


def _lab_transform(icc_profile: bytes | None) -> Callable[[Sequence[Inks]], list[Inks]]:
    """Return a function from CMYK colours, or sRGB colours for None, to CIELAB values."""
    transform = _transform(icc_profile, None, "LAB")

    def to_lab(colours: Sequence[Inks]) -> list[Inks]:
        data = transform(colours)
        signed = memoryview(data).cast("b")
        lightness = (byte / 2.55 for byte in data[::3])
        return list(zip(lightness, signed[1::3], signed[2::3], strict=True))

    return to_lab


def _transform(
    source: bytes | None, target: bytes | None, builtin: str = "RGB"
) -> Callable[[Sequence[Inks]], bytes]:
    """Return a function from colours to bytes; None is sRGB; as `target`, `builtin`."""
    from PIL import Image, ImageCms

    def open_profile(icc_profile: bytes | None, builtin: str) -> tuple[Any, str]:
        if icc_profile:
            return ImageCms.ImageCmsProfile(io.BytesIO(icc_profile)), "CMYK"
        return ImageCms.createProfile("LAB" if builtin == "LAB" else "sRGB"), builtin

    profile_in, mode_in = open_profile(source, "RGB")
    profile_out, mode_out = open_profile(target, builtin)
    # Relative colorimetric: paper is white, as in the conversion.
    transform = ImageCms.buildTransform(
        profile_in, profile_out, mode_in, mode_out, ImageCms.Intent.RELATIVE_COLORIMETRIC
    )

    def convert(colours: Sequence[Inks]) -> bytes:
        pixels = bytes(round(255 * share) for colour in colours for share in colour)
        picture = Image.frombytes(mode_in, (len(colours), 1), pixels)
        converted = ImageCms.applyTransform(picture, transform)
        return converted.tobytes() if converted else b""

    return convert
