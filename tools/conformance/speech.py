"""Compare the text that a screen reader reads from a PDF with its content.

Only this check knows the intended text: a validator notices neither a sentence that is
marked as an artifact, nor one that is read at another place. Every phrase of the script
must be read, in order, and between two phrases only the text that the page adds: interface
strings, numbers, signs.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence

from tools.conformance.reading import Utterance
from tools.conformance.script import Phrase

# Not said: breaks of lines and words, marks of direction. A minus sign is a hyphen here,
# and a bracket opens or closes by the direction of the line.
_UNSAID = re.compile(
    "[\\s\u00ad\u200b-\u200f\u202a-\u202e\u2066-\u2069\u2010-\u2012\u2212-]+"
)
_BRACKETS = str.maketrans(")]}›", "([{‹")
# Straight marks become those of the language, with its spaces.
QUOTES = str.maketrans(dict.fromkeys("“”„«»", '"') | dict.fromkeys("‘’‚", "'"))


def find_unheard(
    aloud: Sequence[Utterance], script: Sequence[Phrase], words: Collection[str]
) -> str:
    """Describe the first difference between a file and its script; "" if there is none.

    `words` are the words that the page adds, in the language of the document.
    """
    spoken, roles = _join_utterances(aloud)
    added = _any_of(words)
    place = 0
    for phrase in script:
        wanted = squeeze(phrase.text)
        found = spoken.find(wanted, place)
        if found < 0 or _is_written(added.sub("", spoken[place:found])):
            return f'expected "{phrase.text}", heard "{spoken[place : place + 60]}"'
        if phrase.role and wanted and phrase.role not in roles[found]:
            return f'"{phrase.text}" is heard as {roles[found][-1]}, not {phrase.role}'
        place = found + len(wanted)
    rest = added.sub("", spoken[place:])
    return f'nobody wrote "{rest[:60]}"' if _is_written(rest) else ""


def _join_utterances(aloud: Sequence[Utterance]) -> tuple[str, list[tuple[str, ...]]]:
    """Join everything that is read to one text, with the roles of each character."""
    texts = [squeeze(utterance.text) for utterance in aloud]
    roles = [u.roles for u, text in zip(aloud, texts, strict=True) for _ in text]
    return "".join(texts), roles


def _any_of(words: Collection[str]) -> re.Pattern[str]:
    longest_first = sorted(map(squeeze, words), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


def _is_written(text: str) -> bool:
    """Whether a text is from the content: a page adds numbers and signs itself."""
    return any(character.isalpha() for character in text)


def squeeze(text: str) -> str:
    """Leave out what the layout adds: breaks, hyphens, ligatures and spaces."""
    text = unicodedata.normalize("NFKC", text)
    return _UNSAID.sub("", text).translate(_BRACKETS).translate(QUOTES)
