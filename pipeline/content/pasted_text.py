"""Find characters that came with text pasted from another program, and replace them.

Invisible characters make a word unfindable: a search for "inspectors" does not find it with
soft hyphens inside. Characters that a script needs are kept: joiners of Arabic, Persian and
Indic letters and of emoji, and zero-width spaces of scripts without word spaces.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from pipeline.problems import Place, Problem, Rule

# Soft hyphens and byte order marks; zero-width spaces, except those of Thai, Lao, Tibetan,
# Burmese and Khmer; joiners beside a space, a digit or a Latin, Greek or Cyrillic letter.
# None of them is printed.
_WITHOUT_SPACES = "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff"
_UNJOINED = r"\s0-9A-Za-z\u00c0-\u052f"
_INVISIBLE = re.compile(
    f"[\u00ad\ufeff]|(?<![{_WITHOUT_SPACES}])\u200b(?![{_WITHOUT_SPACES}])"
    f"|(?<![^{_UNJOINED}])[\u200c\u200d]|[\u200c\u200d](?![^{_UNJOINED}])"
)
_IGNORABLE = "\u00ad\ufeff\u200b\u200c\u200d"
_BULLETS = "•◦▪▫‣⁃●○■□·\uf0a7\uf0b7\uf0d8\uf0fc\uf076\uf071\uf02d"
_HARD_SPACES = "\u00a0\u2000-\u200a\u202f"
# At the start of a line: hard spaces, and a bullet.
_LINE_START = re.compile(
    rf"(?m)^ *(?P<hard>[{_HARD_SPACES}][ {_HARD_SPACES}]*)"
    rf"|^(?P<before> *)(?P<bullet>[{_BULLETS}])[ \t{_HARD_SPACES}]+(?=\S)"
)
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")


@dataclass(frozen=True)
class PastedCharacter:
    """A character from another program, and its replacement; None if it is not certain."""

    start: int
    end: int
    character: str
    replacement: str | None
    meaning: str

    @property
    def name(self) -> str:
        """Its Unicode name and number."""
        name = unicodedata.name(self.character, "character for private use")
        return f"{name} (U+{ord(self.character):04X})"


def without_invisible(text: str) -> str:
    """Remove the invisible characters that make words unfindable."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def find_pasted(text: str) -> Iterator[PastedCharacter]:
    """Find such characters in the text of a file, in any order."""
    if text.isascii():
        return
    for match in _INVISIBLE.finditer(text, text.startswith("\ufeff")):
        yield PastedCharacter(*match.span(), match[0], "", "an invisible character")
    for match in _LINE_START.finditer(text):
        if match["bullet"]:
            start, what = match.end("before"), "a bullet as a character"
            yield PastedCharacter(start, match.end(), match["bullet"], "- ", what)
        else:
            what = "a line indented with a hard space"
            yield PastedCharacter(*match.span("hard"), match["hard"][0], "", what)
    bullets = {match.start("bullet") for match in _LINE_START.finditer(text)}
    for match in _PRIVATE_USE.finditer(text):
        if match.start() not in bullets:
            yield PastedCharacter(
                *match.span(), match[0], None, "a character that only one font has"
            )


def pasted_problems(file: str, text: str) -> Iterator[Problem]:
    """Report such characters with Unicode name, once in each line."""
    found: dict[tuple[int, str], list[tuple[int, PastedCharacter]]] = defaultdict(list)
    line, end = 1, 0
    for pasted in sorted(find_pasted(text), key=attrgetter("start")):
        line, end = line + text.count("\n", end, pasted.start), pasted.start
        column = end - text.rfind("\n", 0, end)
        found[line, pasted.character].append((column, pasted))
    for (line, _), ((column, pasted), *others) in found.items():
        count = 1 + len(others)
        times = f", {count} times in this line" if count > 1 else ""
        message = f"{pasted.meaning}: {pasted.name}{times}"
        hint = 'run "briefs check --fix" to replace it, or type the line again'
        if pasted.replacement is None:
            hint = "type the character that is meant, or delete it"
        place = Place(file, line, column)
        yield Problem(Rule.PASTED_CHARACTER, place, message, hint)


def replace_pasted(text: str, *, is_readable: bool, has_lists: bool) -> str:
    """Replace the characters that have one meaning; nothing else changes.

    In a file that `is_readable`, hard spaces at the start of a line belong to a text;
    otherwise they are typed for indentation. A bullet begins an item where texts keep
    their lines (`has_lists`).
    """
    parts, end = [], 0
    for pasted in sorted(find_pasted(text), key=attrgetter("start")):
        new = pasted.replacement
        if pasted.character in _BULLETS and not has_lists:
            new = None
        elif new == "" and not is_readable and pasted.character not in _IGNORABLE:
            new = " " * (pasted.end - pasted.start)
        if new is not None:
            parts += [text[end : pasted.start], new]
            end = pasted.end
    return "".join((*parts, text[end:]))


def count_bullets(text: str) -> int:
    """Count the lines that begin with a bullet."""
    return sum(bool(match["bullet"]) for match in _LINE_START.finditer(text))


def means_the_same(before: str, after: str) -> bool:
    """Whether two values differ by replaced characters, spaces and marks of items only."""
    ignored = rf"[\s{_HARD_SPACES}{_BULLETS}“”„\"-]"
    plain = (re.sub(ignored, "", without_invisible(value)) for value in (before, after))
    return next(plain) == next(plain)
