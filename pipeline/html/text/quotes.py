"""Replace straight quotation marks by those of the language.

Outer and inner pairs: “ ‘ ’ ” in English (*United Nations Editorial Manual*), « “ ” » in
French, with narrow spaces (Imprimerie nationale), « “ ” » in Spanish (Real Academia
Española, *Ortografía*), « „ “ » in Russian (Мильчин), “ ‘ ’ ” in Chinese (GB/T 15834),
« “ ” » in Arabic; other languages have those of CLDR. A single mark inside a word or at its
end, or unpaired before one, is an apostrophe. Other unpaired marks stay: 5' 6" (length).

The rule `smartquotes` of markdown-it is not used: it has one language for each parser,
changes addresses, and reads the inches of 6" as a closing mark.
"""

from collections.abc import Mapping

_NARROW = "\u202f"
# Outer pair, then inner pair, by language: the delimiters of CLDR 48, which Babel does not
# have. All other languages of CLDR have “ ” ‘ ’.
_CLDR = """
« » « »: fr ht hy oc yav
« » “ ”: ast blo bm br ca cv dyo el eu ewo ie it kab kk lij mg mua nnh pms sc sg ti
” “ ’ ‘: ar lld syr ur
„ “ ‚ ‘: cs de dsb et hr hsb is ksh lb luy mk nds sk sl
« » ‹ ›: am fa gsw jgo kkj mzn rm sdh wae
« » „ “: bas be bua ky os ru sah tyv uk
„ ” ‚ ’: agq ff
” ” ’ ’: fi he lag rn se sn sv yi
「 」 『 』: ja yue
„ ” ’ ’: sr
« » ‘ ’: dua ksf nb nn no rw
‘ ’ ‘ ’: nl
‘ ’ “ ”: fur ia tn
„ ” « »: nmg pl ro
„ “ „ “: bg lt prg sgs
« » „ ”: shi zgh
„ ” ‘ ’: bs
» « › ‹: ug
„ ” » «: hu szl
“ ” ’ ‘: uz
“ ’ “ ”: st
“ ” “ ”: tk
“ ” « »: eo
„ “ « »: ka
"""
_MARKS = {
    language: tuple(marks.split())
    for line in _CLDR.strip().splitlines()
    for marks, _, languages in [line.partition(": ")]
    for language in languages.split()
}
_MARKS |= {
    # The usage of the style manuals above, where it differs from CLDR.
    "fr": (f"«{_NARROW}", f"{_NARROW}»", "“", "”"),
    **dict.fromkeys(("es", "ar", "fa"), ("«", "»", "“", "”")),
    "ur": ("“", "”", "‘", "’"),
}
_DEFAULT_MARKS = ("“", "”", "‘", "’")
_BEFORE_A_WORD = " \u00a0\u202f\t\n([{¿¡—–-/«“„‘‚\"'"
_AFTER_A_WORD = " \u00a0\u202f\t\n)]}.,;:!?…—–-/»”“’‘\"'،؛؟。，、；：！？"
_APOSTROPHE = "’"
_FIRST_CJK = "\u2e80"

Pairs = list[tuple[int, int]]


def quotation_marks(text: str, language: str) -> Mapping[int, str]:
    """Map the positions of straight marks to the printed marks."""
    if not ('"' in text or "'" in text):
        return {}
    marks = _MARKS.get(language.split("-")[0], _DEFAULT_MARKS)
    pairs, apostrophes = _pairs_and_apostrophes(text)
    printed = dict.fromkeys(apostrophes, _APOSTROPHE)
    closing = dict(pairs)
    ends = set(closing.values())
    is_directed = marks[0][0] != marks[1][-1]  # in Swedish both ends have the same mark
    # The number of open quotations, including those typed with the marks of the language.
    depth = 0
    for position, mark in enumerate(text):
        if position in closing:
            first, last = marks[2:] if depth else marks[:2]
            printed[position], printed[closing[position]] = first, last
        if position in closing or (is_directed and mark == marks[0][0]):
            depth += 1
        elif position in ends or mark == marks[1][-1]:
            depth = max(depth - 1, 0)
    return printed


def _pairs_and_apostrophes(text: str) -> tuple[Pairs, list[int]]:
    """Match opening with closing marks, and find the apostrophes."""
    pairs, unpaired, apostrophes = _match_marks(text)
    apostrophes += [p for p in unpaired if text[p] == "'" and text[p + 1 : p + 2].isalnum()]
    # If one double mark is unpaired, all stay as typed: any of them may be wrong.
    if any(text[p] == '"' and not text[p - 1 : p].isdigit() for p in unpaired):
        pairs = [(first, last) for first, last in pairs if text[first] == "'"]
    return pairs, apostrophes


def _match_marks(text: str) -> tuple[Pairs, list[int], list[int]]:
    """Return the pairs, the unpaired marks, and the certain apostrophes."""
    opened: dict[str, list[int]] = {'"': [], "'": []}
    pairs: Pairs = []
    unpaired: list[int] = []
    apostrophes: list[int] = []
    for position, mark in enumerate(text):
        if mark not in opened:
            continue
        before = text[position - 1 : position] or " "
        after = text[position + 1 : position + 2] or " "
        sides = (before, after)
        if all("\u05d0" <= letter <= "\u05ea" for letter in sides):
            continue  # in a Hebrew word, the sign of an abbreviation, as in ארה"ב
        # Both are false between two letters, as in Chinese, and between two spaces.
        opens = before in _BEFORE_A_WORD and not after.isspace()
        closes = after in _AFTER_A_WORD and not before.isspace()
        # Never in Chinese, which has no spaces.
        is_in_word = all(letter.isalnum() and letter < _FIRST_CJK for letter in sides)
        if mark == "'" and is_in_word:
            apostrophes.append(position)
        elif opened[mark] and (closes or not opens):
            first = opened[mark].pop()
            pairs.append((first, position))
            # A mark that is opened inside this pair and not closed there is unpaired.
            inside = opened['"' if mark == "'" else "'"]
            while inside and inside[-1] > first:
                unpaired.append(inside.pop())
        elif opens or not closes:
            opened[mark].append(position)
        elif mark == "'" and before.isalpha():
            apostrophes.append(position)
        else:
            unpaired.append(position)
    return pairs, [*unpaired, *opened['"'], *opened["'"]], apostrophes
